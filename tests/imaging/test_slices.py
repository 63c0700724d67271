"""The slices of a series: stacks, gaps and doubles."""

import random

import pytest

from imaging.ingest import import_paths
from imaging.slices import slices_of
from tests.factories import make_case
from tests.imaging.dicom_files import image, ramp, to_bytes

AXIAL, TILTED = [1, 0, 0, 0, 1, 0], [1, 0, 0, 0, 0.9397, 0.342]


def series_at(places, tmp_path):
    """Return a stored series with a slice at each (z, orientation, echo time), files shuffled."""
    case = make_case()
    numbers = list(range(len(places)))
    random.Random(4).shuffle(numbers)
    for name, at in enumerate(numbers):
        z, orientation, echo = places[at]
        dataset = image(
            ramp() + at,
            SOPInstanceUID=f"1.7.{at + 1}",
            InstanceNumber=name + 1,
            ImagePositionPatient=[0, 0, z],
            ImageOrientationPatient=orientation,
            EchoTime=echo,
        )
        (tmp_path / f"{name}.dcm").write_bytes(to_bytes(dataset))
    job = import_paths(case, case.author, [tmp_path])
    assert job.state == "done"
    return case.series.get()


@pytest.mark.django_db
def test_missing_slices_are_a_gap(tmp_path):
    found = slices_of(series_at([(-5.0 * n, AXIAL, 90) for n in (0, 1, 2, 4, 5)], tmp_path))
    assert [one.gap_mm for one in found] == [None, None, None, 10.0, None]
    assert {one.stack for one in found} == {0}


@pytest.mark.django_db
def test_two_tilts_and_two_echoes_are_stacks(tmp_path):
    tilts = [(-5.0 * n, AXIAL, 90) for n in range(3)] + [
        (-60.0 - 5 * n, TILTED, 90) for n in range(3)
    ]
    found = slices_of(series_at(tilts, tmp_path))
    assert [one.stack for one in found] == [0, 0, 0, 1, 1, 1]
    assert not any(one.gap_mm for one in found)


@pytest.mark.django_db
def test_two_echoes_at_one_place_are_two_stacks(tmp_path):
    echoes = [(-5.0 * n, AXIAL, echo) for n in range(3) for echo in (11, 92)]
    found = slices_of(series_at(echoes, tmp_path))
    assert [(one.stack, one.echo_time) for one in found] == [(0, 11)] * 3 + [(1, 92)] * 3


@pytest.mark.django_db
def test_a_doubled_slice_is_said(tmp_path):
    found = slices_of(series_at([(0, AXIAL, 90), (-5, AXIAL, 90), (-5, AXIAL, 90)], tmp_path))
    assert [one.repeated for one in found] == [False, False, True]

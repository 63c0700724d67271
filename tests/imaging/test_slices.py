"""The slices of a series: stacks, gaps and duplicates."""

import random
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.uid import EnhancedMRImageStorage

from imaging.intake.importing import import_paths
from imaging.slices.geometry import stacks
from imaging.slices.navigation import slices_of, stack_names
from tests.factories import make_case
from tests.imaging.dicom_files import image, item, ramp, to_bytes

AXIAL, TILTED = [1, 0, 0, 0, 1, 0], [1, 0, 0, 0, 0.9397, 0.342]


def series_at(places, tmp_path):
    """Return a series of slices, each (z, orientation, echo time), imported in random order."""
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
def test_two_echoes_at_one_position_are_two_stacks(tmp_path):
    echoes = [(-5.0 * n, AXIAL, echo) for n in range(3) for echo in (11, 92)]
    found = slices_of(series_at(echoes, tmp_path))
    assert [(one.stack, one.stack_words) for one in found] == [
        *[(0, "TE 11 ms")] * 3,
        *[(1, "TE 92 ms")] * 3,
    ]


@pytest.mark.django_db
def test_a_duplicate_slice_is_reported(tmp_path):
    found = slices_of(series_at([(0, AXIAL, 90), (-5, AXIAL, 90), (-5, AXIAL, 90)], tmp_path))
    assert [one.repeated for one in found] == [False, False, True]


def named_stacks(slices):
    """Return [(number of slices, name)] for the stacks of a series."""
    parts = stacks(slices)
    return list(zip(map(len, parts), stack_names(parts), strict=True))


def plain_slice(z, orientation=AXIAL, **acquisition):
    return SimpleNamespace(
        image_position_patient=[0, 0, z],
        image_orientation_patient=orientation,
        instance_number=None,
        acquisition=acquisition,
    )


def test_b_values_and_directions_are_stacks_and_b_0_is_one():
    directions = [(0, None), (800, [1.0, 0.0, 0.0]), (800, [0.0, 1.0, 0.0])]
    found = [
        plain_slice(z, diffusion_b_value=b)
        if direction is None
        else plain_slice(z, diffusion_b_value=b, diffusion_gradient_orientation=direction)
        for z in range(4)
        for b, direction in directions
    ]
    assert named_stacks(found) == [
        (4, "b 0"),
        (4, "b 800, direction 0 1 0"),
        (4, "b 800, direction 1 0 0"),
    ]


def test_time_points_and_image_types_are_stacks():
    times = [plain_slice(z, temporal_position=t) for t in (2, 1, 3) for z in range(3)]
    assert named_stacks(times) == [(3, f"time point {t}") for t in (1, 2, 3)]
    parts = [plain_slice(z, image_type=["ORIGINAL", t]) for t in "MP" for z in range(3)]
    assert named_stacks(parts) == [(3, "ORIGINAL M"), (3, "ORIGINAL P")]


def test_alternating_echoes_are_one_stack_each():
    turns = [
        plain_slice(z, echo_time=echo, acquisition_number=1 + z % 2)
        for z in range(8)
        for echo in (10.0, 90.0)
    ]
    assert named_stacks(turns) == [(8, "TE 10 ms"), (8, "TE 90 ms")]


def test_a_scout_of_three_planes_is_three_stacks_named_by_plane():
    sagittal, coronal = [0, 1, 0, 0, 0, -1], [1, 0, 0, 0, 0, -1]
    scout = [plain_slice(0, plane) for plane in (AXIAL, sagittal, coronal)]
    assert sorted(named_stacks(scout)) == [(1, "axial"), (1, "coronal"), (1, "sagittal")]


VALUES = st.sampled_from([None, 1, 2, 3])


@given(st.lists(st.tuples(st.integers(-4, 4), VALUES, VALUES), max_size=24), st.randoms())
def test_stacks_contain_each_slice_once_in_any_file_order(places, shuffled):
    slices = [
        plain_slice(z, **{"temporal_position": t, "echo_time": e, "number": number})
        for number, (z, t, e) in enumerate(places)
    ]
    found = stacks(slices)
    numbers = [one.acquisition["number"] for part in found for one in part]
    assert sorted(numbers) == list(range(len(slices)))
    other = list(slices)
    shuffled.shuffle(other)
    shape = [[one.image_position_patient for one in part] for part in found]
    assert [[one.image_position_patient for one in part] for part in stacks(other)] == shape


def frame_groups(z, b_value, direction):
    """Return the functional groups of one frame, as a sequence of one item."""
    along = item(DiffusionGradientOrientation=direction) if direction else None
    diffusion = {"DiffusionGradientDirectionSequence": along} if direction else {}
    return item(
        PlanePositionSequence=item(ImagePositionPatient=[0, 0, z]),
        PlaneOrientationSequence=item(ImageOrientationPatient=AXIAL),
        PixelMeasuresSequence=item(PixelSpacing=[1, 1], SliceThickness=4),
        MRDiffusionSequence=item(DiffusionBValue=float(b_value), **diffusion),
    )


@pytest.mark.django_db
def test_frames_of_one_file_are_ordered_by_position_and_split_by_b_value(tmp_path):
    frames = [(-5, 800, [1.0, 0, 0]), (0, 0, None), (0, 800, [1.0, 0, 0]), (-5, 0, None)]
    dataset = image(
        np.vstack([ramp() + 7 * number for number in range(4)]),
        SOPClassUID=EnhancedMRImageStorage,
        Rows=16,
        NumberOfFrames=4,
        PerFrameFunctionalGroupsSequence=[frame_groups(*one)[0] for one in frames],
    )
    for name in ("ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing"):
        delattr(dataset, name)
    (tmp_path / "enhanced.dcm").write_bytes(to_bytes(dataset))
    case = make_case()
    job = import_paths(case, case.author, [tmp_path])
    assert job.counts()["stored"] == 1, job.files.get().reason
    found = slices_of(case.series.get())
    assert [(one.frame, one.stack_words) for one in found] == [
        (2, "b 0"),
        (4, "b 0"),
        (3, "b 800, direction 1 0 0"),
        (1, "b 800, direction 1 0 0"),
    ]

"""Reading headers as plain data, tolerating invalid values."""

import json

import pydicom
import pytest
from pydicom.dataset import Dataset

from imaging.dicom.header import KEYWORDS, read_header
from tests.imaging.dicom_files import SHARED, image, item, needs_shared

FIELDS = {*KEYWORDS.values(), "frames", "pixel_offset", "pixel_length", "codestreams"}


def test_the_header_of_an_empty_dataset_has_all_fields_as_none():
    header = read_header(Dataset())
    assert set(header) == FIELDS
    assert all(value is None for field, value in header.items() if field != "frames")
    assert header["frames"] == []


def test_values_are_plain_data():
    header = read_header(image(EchoTime="11", WindowCenter=[40, 50], WindowWidth=[400, 500]))
    assert json.loads(json.dumps(header)) == header
    assert header["study_date"] == "2024-03-11"
    assert header["study_time"] == "09:33:00"
    assert header["echo_time"] == 11.0
    assert header["window_center"] == [40.0, 50.0]
    assert header["image_type"] == ["ORIGINAL", "PRIMARY", "M"]
    assert header["image_orientation_patient"] == [1, 0, 0, 0, 1, 0]


@pytest.mark.filterwarnings("ignore:Invalid value")
@pytest.mark.parametrize(
    ("keyword", "value", "field"),
    [
        ("StudyDate", "2024031", "study_date"),
        ("StudyDate", "20240231", "study_date"),
        ("StudyTime", "noon", "study_time"),
        ("StudyTime", "250000", "study_time"),
        ("PixelSpacing", ["0", "1"], "pixel_spacing"),
        ("PixelSpacing", ["1"], "pixel_spacing"),
        ("ImagePositionPatient", ["1", "2"], "image_position_patient"),
        ("ImageOrientationPatient", ["1", "2", "3"], "image_orientation_patient"),
        ("EchoTime", "inf", "echo_time"),
    ],
)
def test_an_invalid_value_is_none(keyword, value, field):
    dataset = image()
    with pydicom.config.disable_value_validation():
        setattr(dataset, keyword, value)
        assert read_header(dataset)[field] is None


def test_an_invalid_window_is_removed_and_the_other_kept():
    header = read_header(image(WindowCenter=[1, 2], WindowWidth=[0, 10]))
    assert (header["window_center"], header["window_width"]) == ([2.0], [10.0])
    header = read_header(image(WindowCenter=1, WindowWidth=0))
    assert (header["window_center"], header["window_width"]) == (None, None)


def test_functional_groups_are_read_per_frame():
    dataset = image(ImagePositionPatient=None, PixelSpacing=None, NumberOfFrames=2)
    dataset.SharedFunctionalGroupsSequence = item(
        PixelMeasuresSequence=item(PixelSpacing=[0.5, 0.6], SliceThickness=3),
        MREchoSequence=item(EffectiveEchoTime=90.0),
    )
    first, second = (
        item(PlanePositionSequence=item(ImagePositionPatient=[0, 0, z]))[0] for z in (1, 2)
    )
    dataset.PerFrameFunctionalGroupsSequence = [first, second]
    header = read_header(dataset)
    assert [one["image_position_patient"] for one in header["frames"]] == [[0, 0, 1], [0, 0, 2]]
    assert header["image_position_patient"] == [0, 0, 1]
    assert header["pixel_spacing"] == [0.5, 0.6]
    assert header["echo_time"] == 90.0


@needs_shared
def test_enhanced_mr_without_functional_groups_has_no_geometry():
    header = read_header(pydicom.dcmread(SHARED / "syntaxes/emri_small.dcm"))
    assert header["number_of_frames"] == 10
    assert header["frames"] == []  # anonymisation removed all sequences from this file
    assert header["image_orientation_patient"] is None

"""The writer's output is byte-identical to pydicom's."""

import io
import struct

import numpy as np
import pydicom
import pytest
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import ExplicitVRLittleEndian, RLELossless

from imaging.dicom.deidentify import BASIC, Profile, deidentify
from imaging.dicom.writing import IMPLEMENTATION, PIXEL_DATA, file_parts
from tests.imaging.dicom_files import KEY, image, item

VALUES = {
    "AE": ["SCANNER"],
    "AS": ["042Y"],
    "AT": [0x00280010, [0x00280010, 0x00280011]],
    "CS": [None, "", "MR", "ODD", ["ORIGINAL", "PRIMARY", "M"]],
    "DA": ["20240311", ""],
    "DS": ["1.50", ["1.0", "0.33333333333333", "-0"], 2.5],
    "DT": ["20240311120000.5+0100"],
    "FD": [1.5, [1.5, -2.0, 1e300]],
    "FL": [0.25, [0.25, 0.5]],
    "IS": ["007", 7, ["1", "2"]],
    "LO": ["T2 TSE", ["T1", "T2"], "Grüße"],
    "LT": ["one\\text"],
    "OB": [b"\x01\x02", b"\x01"],
    "OW": [b"\x01\x02\x03\x04"],
    "PN": [None, "SUBJECT-1", "Doe^Jane=Dœ", "X\\Y"],
    "SH": ["a", None],
    "SL": [-70000],
    "SS": [-1, [-1, 1]],
    "ST": ["text"],
    "SV": [-(2**40)],
    "TM": ["120000.25"],
    "UC": ["unlimited"],
    "UI": ["1.2.840", ["1.2", "1.3"], None],
    "UL": [70000, [1, 2]],
    "UR": ["https://example.org"],
    "US": [0, 65535, [1, 2, 3], None],
    "UT": ["text\\with"],
    "UV": [2**40],
}


def with_pixels(dataset, syntax=ExplicitVRLittleEndian):
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = syntax
    if syntax == RLELossless:
        dataset[PIXEL_DATA] = DataElement(PIXEL_DATA, "OB", encapsulate([b"frame"]))
        dataset[PIXEL_DATA].is_undefined_length = True
    else:
        dataset[PIXEL_DATA] = DataElement(PIXEL_DATA, "OW", np.arange(6, dtype="<u2").tobytes())
    return dataset


def by_pydicom(dataset):
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = dataset.file_meta.TransferSyntaxUID
    meta.ImplementationClassUID = IMPLEMENTATION
    meta.ImplementationVersionName = "CASERECORDS"
    dataset.file_meta = meta
    out = io.BytesIO()
    pydicom.dcmwrite(out, dataset, enforce_file_format=True)
    return out.getvalue()


def named():
    """Return a dataset with only its SOP UIDs and its character set."""
    dataset = Dataset()
    dataset.SOPClassUID, dataset.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.4", "1.2.3"
    dataset.SpecificCharacterSet = "ISO_IR 192"
    return dataset


@pytest.mark.parametrize("vr", VALUES)
def test_every_vr_is_written_as_by_pydicom(vr):
    for value in VALUES[vr]:
        dataset = named()
        inner = Dataset()
        dataset[0x0018FFF0] = inner[0x0018FFF0] = DataElement(0x0018FFF0, vr, value)
        dataset.ReferencedImageSequence = [inner, Dataset()]
        assert b"".join(file_parts(with_pixels(dataset))) == by_pydicom(dataset), value


@pytest.mark.parametrize("value", [["M"] * 40_000, "M" * 0xFFFF, "M" * 0xFFFE])
def test_a_text_too_long_for_its_header_is_written_as_by_pydicom(value):
    dataset = named()
    dataset.ImageType = value
    assert b"".join(file_parts(with_pixels(dataset))) == by_pydicom(dataset)


@pytest.mark.parametrize("profile", [BASIC, Profile(retain_uids=True, retain_dates=True)])
@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, RLELossless])
def test_a_clean_file_is_written_as_by_pydicom(syntax, profile):
    dataset = image(PlaneOrientationSequence=item(ImageOrientationPatient=[1, 0, 0, 0, 1, 0]))
    clean = with_pixels(deidentify(dataset, KEY, "Pätient 7", profile), syntax)
    assert b"".join(file_parts(clean)) == by_pydicom(clean)


@pytest.mark.parametrize(("vr", "value"), [("US", -1), ("US", "x"), ("US or SS", 1)])
def test_a_value_that_does_not_fit_its_vr_is_not_written(vr, value):
    dataset = named()
    dataset[0x0018FFF0] = DataElement(0x0018FFF0, vr, value)
    with pytest.raises((struct.error, ValueError)):
        file_parts(with_pixels(dataset))

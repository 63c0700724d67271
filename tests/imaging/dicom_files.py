"""Small synthetic DICOM files for tests, and access to the shared test files."""

import io
import zlib
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.sequence import Sequence
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
)

from imaging.dicom.examine import examine_each

SHARED = Path(__file__).parents[2].parent / "shared" / "dicom"
needs_shared = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the shared DICOM files are missing (../shared/dicom)"
)
MR_IMAGE = "1.2.840.10008.5.1.4.1.1.4"
KEY = b"a key for tests of thirty-two byte"
SUBJECT = "SUBJECT-1"


def ramp(rows=16, columns=12):
    """Return a (rows, columns) array of 12-bit pixels with different values."""
    return (np.arange(rows * columns, dtype=np.uint16) * 7 % 4096).reshape(rows, columns)


def image(pixels=None, **changes):
    """Return an MR image dataset; `changes` sets elements by keyword, and None removes one."""
    pixels = ramp() if pixels is None else pixels
    dataset = Dataset()
    dataset.SOPClassUID = MR_IMAGE
    dataset.SOPInstanceUID = "1.2.3.4.1"
    dataset.StudyInstanceUID = "1.2.3.4.2"
    dataset.SeriesInstanceUID = "1.2.3.4.3"
    dataset.FrameOfReferenceUID = "1.2.3.4.4"
    dataset.Modality = "MR"
    dataset.StudyDate = dataset.SeriesDate = "20240311"
    dataset.StudyTime = "093300"
    dataset.PatientName, dataset.PatientID = "Doe^Jane", "4711"
    dataset.SeriesDescription = "T2 TSE AX"
    dataset.SeriesNumber = dataset.InstanceNumber = 1
    dataset.ImageType = ["ORIGINAL", "PRIMARY", "M"]
    dataset.ImagePositionPatient = [0, 0, 0]
    dataset.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    dataset.PixelSpacing = [0.5, 0.5]
    set_pixels(dataset, pixels)
    for keyword, value in changes.items():
        if value is None:
            del dataset[keyword]
        else:
            setattr(dataset, keyword, value)
    return dataset


def set_pixels(dataset, pixels):
    """Set the image elements from a (rows, columns) array of 16-bit (12 stored) or 8-bit pixels."""
    wide = pixels.dtype.itemsize == 2
    dataset.Rows, dataset.Columns = pixels.shape
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.BitsAllocated = 16 if wide else 8
    dataset.BitsStored = 12 if wide else 8
    dataset.HighBit = dataset.BitsStored - 1
    dataset.PixelRepresentation = 0
    dataset["PixelData"] = pydicom.DataElement("PixelData", "OW", pixels.tobytes())


def to_bytes(dataset, syntax=ExplicitVRLittleEndian):
    """Return a dataset as the bytes of a Part 10 file."""
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = syntax
    dataset.file_meta.MediaStorageSOPClassUID = dataset.get("SOPClassUID", MR_IMAGE)
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.get("SOPInstanceUID", "1.2")
    buffer = io.BytesIO()
    pydicom.dcmwrite(buffer, dataset, enforce_file_format=True)
    return buffer.getvalue()


def compressed(codestream, rows, columns, syntax=JPEG2000Lossless, **changes):
    """Return a file whose only frame is `codestream`."""
    dataset = image(np.zeros((1, 1), np.uint16), Rows=rows, Columns=columns, **changes)
    dataset.PixelData = encapsulate([codestream])
    dataset["PixelData"].VR = "OB"
    dataset["PixelData"].is_undefined_length = True
    return to_bytes(dataset, syntax)


def huge_jpeg(side=65500):
    """Return a file of about 1 kB whose JPEG header states `side` × `side` pixels."""
    small = io.BytesIO()
    from_pillow(np.zeros((8, 8), np.uint8)).save(small, "JPEG")
    data = bytearray(small.getvalue())
    start = data.index(b"\xff\xc0") + 5
    data[start : start + 4] = side.to_bytes(2, "big") * 2
    return compressed(bytes(data), 8, 8, JPEGBaseline8Bit, BitsAllocated=8, BitsStored=8, HighBit=7)


def from_pillow(array):
    return pytest.importorskip("PIL.Image").fromarray(array)


def deflated(body):
    """Return a deflated file with an arbitrary dataset body."""
    start = to_bytes(image())
    meta = start[: start.index(b"\x08\x00\x08\x00CS")]
    meta = meta.replace(
        b"UI\x14\x00" + ExplicitVRLittleEndian.encode() + b"\0",
        b"UI\x16\x00" + DeflatedExplicitVRLittleEndian.encode(),
    )
    length = int.from_bytes(meta[140:144], "little") + 2
    meta = meta[:140] + length.to_bytes(4, "little") + meta[144:]
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return meta + packer.compress(body) + packer.flush()


def nested(depth):
    """Return `depth` nested sequences of undefined length, encoded as explicit VR little endian."""
    opening = b"\x08\x00\x15\x11SQ\0\0\xff\xff\xff\xff" + b"\xfe\xff\x00\xe0\xff\xff\xff\xff"
    closing = b"\xfe\xff\x0d\xe0\0\0\0\0" + b"\xfe\xff\xdd\xe0\0\0\0\0"
    return opening * depth + closing * depth


def item(**values):
    """Return a sequence of one item with the given elements."""
    dataset = Dataset()
    for keyword, value in values.items():
        setattr(dataset, keyword, value)
    return Sequence([dataset])


ENDLESS = "ENDLESS"  # marks a file on which `without_end` hangs


def without_end(requests):
    """Examine files as the application does, but hang on a file that contains ENDLESS."""
    while any(ENDLESS.encode() in Path(source).read_bytes() for source, *_rest in requests):
        pass
    return examine_each(requests)

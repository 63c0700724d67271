"""Synthetic MR slices in four transfer syntaxes."""

import io
from functools import cache

import imagecodecs
import numpy as np
import pydicom
from pydicom.encaps import encapsulate
from pydicom.pixels import get_encoder
from pydicom.uid import JPEG2000Lossless, JPEGLSLossless, RLELossless

from imaging.dicom.synthetic import slice_bytes

SYNTAXES = ("plain", "RLE", "JPEG-LS", "J2K")
ROOT = "2.25.7732"


def slices(count, batch, size=512):
    """Return the files of one series, with different UIDs for each batch."""
    return [renamed(slice_of(number, size), batch, number) for number in range(count)]


@cache
def slice_of(number, size=512):
    """Return one synthetic slice, cached because generating it is slower than storing it."""
    return slice_bytes(number, size)


def renamed(data, batch, number, syntax="plain"):
    dataset = pydicom.dcmread(io.BytesIO(data))
    dataset.StudyInstanceUID = f"{ROOT}.{batch}"
    dataset.SeriesInstanceUID = f"{ROOT}.{batch}.1"
    dataset.SOPInstanceUID = f"{ROOT}.{batch}.1.{number + 1}"
    dataset.FrameOfReferenceUID = f"{ROOT}.{batch}.9"
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    compress(dataset, syntax)
    out = io.BytesIO()
    dataset.save_as(out, enforce_file_format=True)
    return out.getvalue()


def compress(dataset, syntax):
    values = np.frombuffer(dataset.PixelData, "<u2").reshape(dataset.Rows, dataset.Columns)
    if syntax == "JPEG-LS":
        put(dataset, imagecodecs.jpegls_encode(values), JPEGLSLossless)
    elif syntax == "J2K":
        data = imagecodecs.jpeg2k_encode(values, codecformat="j2k", reversible=True, level=0)
        put(dataset, data, JPEG2000Lossless)
    elif syntax == "RLE":
        encoder = get_encoder(RLELossless)
        options = {
            "rows": dataset.Rows,
            "columns": dataset.Columns,
            "samples_per_pixel": 1,
            "bits_allocated": 16,
            "bits_stored": 12,
            "pixel_representation": 0,
            "photometric_interpretation": "MONOCHROME2",
            "number_of_frames": 1,
        }
        put(dataset, encoder.encode(values, **options), RLELossless)


def put(dataset, data, syntax):
    dataset.PixelData = encapsulate([bytes(data)])
    dataset["PixelData"].VR = "OB"
    dataset["PixelData"].is_undefined_length = True
    dataset.file_meta.TransferSyntaxUID = syntax

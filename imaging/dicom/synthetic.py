"""Synthetic slices as DICOM files, for benchmarks."""

import io

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, MRImageStorage

UID_ROOT = "2.25.7731"


def slice_bytes(number, size=512):
    """Return the file of an MR slice with size × size 12-bit pixels and realistic noise."""
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID = MRImageStorage
    dataset.SOPInstanceUID = f"{UID_ROOT}.3.{number + 1}"
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = f"{UID_ROOT}.1", f"{UID_ROOT}.2"
    dataset.PatientName, dataset.PatientID = "Synthetic", "SYNTHETIC"
    dataset.Modality, dataset.SeriesDescription = "MR", "T2 AX SYNTHETIC"
    dataset.SeriesNumber, dataset.InstanceNumber = 1, number + 1
    dataset.ImagePositionPatient = [-160, -160, 5.0 * number]
    dataset.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    dataset.PixelSpacing = [320 / size, 320 / size]
    dataset.WindowCenter, dataset.WindowWidth = 1000, 2000
    dataset.Rows = dataset.Columns = size
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 16, 12, 11
    dataset.PixelRepresentation = 0
    dataset.PixelData = pixels(number, size).tobytes()
    out = io.BytesIO()
    dataset.save_as(out, enforce_file_format=True)
    return out.getvalue()


def pixels(number, size):
    """Return a (size, size) uint16 array of two shapes with noise; `number` seeds the noise."""
    rows, columns = np.mgrid[0:size, 0:size] / size - 0.5
    radius = np.hypot(rows * 1.3, columns)
    tissue = 900 * (radius < 0.45) + 600 * (np.hypot(rows, columns - 0.1) < 0.12)
    noise = np.random.default_rng(number).normal(0, 25, (size, size))
    return np.clip(tissue + noise + 40, 0, 4095).astype("<u2")

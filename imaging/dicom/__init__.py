"""Read, check, de-identify, write and store DICOM files; only this package imports pydicom."""

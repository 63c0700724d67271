"""The only room that knows pydicom: reading, checking, de-identifying and storing DICOM files."""

"""Who a received file says it is, before its identifiers are replaced. Runs in the sandbox."""

import pydicom

from imaging.dicom.header import UNREADABLE, read_value

NAMES = ("SOPClassUID", "SOPInstanceUID", "StudyInstanceUID")


def identify(paths):
    """Return for each file its SOP Class, SOP Instance and Study UID, "" where it does not say."""
    return [read_names(path) for path in paths]


def read_names(path):
    try:
        dataset = pydicom.dcmread(path, stop_before_pixels=True, specific_tags=list(NAMES))
        return tuple(read_value(dataset, name) or "" for name in NAMES)
    except (*UNREADABLE, OSError, EOFError, pydicom.errors.InvalidDicomError):
        return ("", "", "")

"""Who a received file says it is, before its identifiers are replaced. Runs in the sandbox."""

import pydicom
from pydicom.datadict import tag_for_keyword
from pydicom.filereader import read_partial

from imaging.dicom.header import UNREADABLE, read_value

NAMES = ("SOPClassUID", "SOPInstanceUID", "StudyInstanceUID")
TAGS = [tag_for_keyword(name) for name in NAMES]


def identify(paths):
    """Return for each file its SOP Class, SOP Instance and Study UID, "" where it does not say."""
    return [read_names(path) for path in paths]


def is_behind(tag, _vr, _length):
    """Tell whether every element that names the file lies before a tag."""
    return tag > max(TAGS)


def read_names(path):
    try:
        with open(path, "rb") as file:
            dataset = read_partial(file, is_behind, specific_tags=TAGS)
        return tuple(read_value(dataset, name) or "" for name in NAMES)
    except (*UNREADABLE, OSError, EOFError, pydicom.errors.InvalidDicomError):
        return ("", "", "")

"""Who a received file says it is, before its identifiers are replaced. Runs in the sandbox."""

import pydicom
from pydicom.datadict import tag_for_keyword
from pydicom.filereader import read_file_meta_info, read_partial
from pydicom.uid import DeflatedExplicitVRLittleEndian

from imaging.dicom.header import UNREADABLE, read_value

NAMES = ("SOPClassUID", "SOPInstanceUID", "StudyInstanceUID")
NAMELESS = ("", "", "")
TAGS = [tag_for_keyword(name) for name in NAMES]


def is_behind(tag, _vr, _length):
    """Tell whether every element that names the file lies before a tag."""
    return tag > max(TAGS)


def identify(path):
    """Return a file's SOP Class, SOP Instance and Study UID, "" where it does not say.

    A deflated file is not unpacked for that: what it holds is foreign, and may have no end.
    """
    try:
        if is_deflated(path):
            return NAMELESS
        with open(path, "rb") as file:
            return names_of(read_partial(file, is_behind, specific_tags=TAGS))
    except (*UNREADABLE, OSError, EOFError, pydicom.errors.InvalidDicomError):
        return NAMELESS


def is_deflated(path):
    """Return whether the file meta information says so; what has none is read as it is."""
    try:
        meta = read_file_meta_info(path)
    except pydicom.errors.InvalidDicomError:
        return False
    return meta.get("TransferSyntaxUID") == DeflatedExplicitVRLittleEndian


def names_of(dataset):
    return tuple(read_value(dataset, name) or "" for name in NAMES)

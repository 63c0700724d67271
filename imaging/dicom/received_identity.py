"""Read the identifiers of an uploaded file before they are replaced. Runs in the sandbox."""

import pydicom
from pydicom.datadict import tag_for_keyword
from pydicom.filereader import read_file_meta_info, read_partial
from pydicom.uid import DeflatedExplicitVRLittleEndian

from imaging.dicom.header import UNREADABLE, read_value

NAMES = ("SOPClassUID", "SOPInstanceUID", "StudyInstanceUID")
NAMELESS = ("", "", "")
TAGS = [tag_for_keyword(name) for name in NAMES]


def is_past_names(tag, _vr, _length):
    """Return whether a tag comes after all elements in NAMES."""
    return tag > max(TAGS)


def identify(path):
    """Return a file's (SOP Class UID, SOP Instance UID, Study Instance UID), each "" if missing.

    All are "" for an unreadable file, and for a deflated one, which could be a decompression bomb.
    """
    try:
        if is_deflated(path):
            return NAMELESS
        with open(path, "rb") as file:
            return names_of(read_partial(file, is_past_names, specific_tags=TAGS))
    except (*UNREADABLE, OSError, EOFError, pydicom.errors.InvalidDicomError):
        return NAMELESS


def is_deflated(path):
    """Return whether the transfer syntax is deflated; False without file meta information."""
    try:
        meta = read_file_meta_info(path)
    except pydicom.errors.InvalidDicomError:
        return False
    return meta.get("TransferSyntaxUID") == DeflatedExplicitVRLittleEndian


def names_of(dataset):
    return tuple(read_value(dataset, name) or "" for name in NAMES)

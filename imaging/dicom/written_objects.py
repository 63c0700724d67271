"""Helpers for the DICOM objects that Caserecords creates with highdicom, in the sandbox.

The same data give the same bytes: UIDs are derived from the content, and dates and times are those
of the case version.
"""

import io

import pydicom
from highdicom.sr import CodedConcept
from pydicom.valuerep import DA, DT, TM

MODEL = "Caserecords"
VERSION = "1"
SCHEME = "99CASERECORDS"  # private coding scheme for concepts without a standard code (PS3.16 8)


def read_evidence(paths):
    """Return {SOP Instance UID: dataset without pixel data} of stored files."""
    found = [pydicom.dcmread(path, stop_before_pixels=True) for path in paths]
    return {str(dataset.SOPInstanceUID): dataset for dataset in found}


def settle(dataset, identity):
    """Replace the current date and time, set by highdicom, with those of the case version."""
    day, moment = DA(identity.date), TM(identity.time)
    for keyword in ("InstanceCreationDate", "ContentDate", "PresentationCreationDate"):
        if keyword in dataset:
            setattr(dataset, keyword, day)
    for keyword in ("InstanceCreationTime", "ContentTime", "PresentationCreationTime"):
        if keyword in dataset:
            setattr(dataset, keyword, moment)
    for equipment in dataset.get("ContributingEquipmentSequence", ()):
        equipment.ContributionDateTime = DT(identity.date + identity.time)
    return dataset


def to_bytes(dataset):
    """Return a dataset as the bytes of a Part 10 file."""
    buffer = io.BytesIO()
    pydicom.dcmwrite(buffer, dataset, enforce_file_format=True)
    return buffer.getvalue()


def own_code(value, meaning):
    """Return a concept of the private coding scheme; `value` is the code, often a catalogue id."""
    return CodedConcept(value, SCHEME, meaning[:64])

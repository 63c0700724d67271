"""What every DICOM object written here shares: its evidence, its identity, its bytes.

Objects are written by highdicom out of plain data (dicts and texts), in the sandbox. The same data
give the same bytes: identifiers come from the content, times from the version of the case.
"""

import io

import pydicom
from highdicom.sr import CodedConcept
from pydicom.valuerep import DA, DT, TM

MODEL = "Caserecords"
VERSION = "1"
SCHEME = (
    "99CASERECORDS"  # a coding scheme of our own, for what no standard code is known (PS3.16 8)
)


def read_evidence(paths):
    """Return {SOP Instance UID: dataset without pixels} of stored files."""
    found = [pydicom.dcmread(path, stop_before_pixels=True) for path in paths]
    return {str(dataset.SOPInstanceUID): dataset for dataset in found}


def settle(dataset, identity):
    """Put the version's date and time where highdicom put the clock's."""
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
    """Return the Part 10 file."""
    buffer = io.BytesIO()
    pydicom.dcmwrite(buffer, dataset, enforce_file_format=True)
    return buffer.getvalue()


def own_code(value, meaning):
    """Return a concept of our own catalogue; `value` is its id there."""
    return CodedConcept(value, SCHEME, meaning[:64])

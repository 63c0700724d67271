"""List the images in a DICOMDIR, the index of a disc or exported folder (PS3.3 annex F)."""

from imaging.dicom.header import read_value
from imaging.dicom.kinds import DICOMDIR
from imaging.dicom.refusal import INDEX, Refused

IS_INDEX = "This is a DICOMDIR, the index of a disc."


def refuse_index(dataset):
    """Raise Refused for a DICOMDIR; `values["files"]` lists the paths of its images ("A/B/C")."""
    if read_value(dataset.file_meta, "MediaStorageSOPClassUID") != DICOMDIR:
        return
    records = dataset.get("DirectoryRecordSequence") or []
    files = [path_of(record) for record in records if record.get("DirectoryRecordType") == "IMAGE"]
    raise Refused(IS_INDEX, outcome=INDEX, values={"files": [path for path in files if path]})


def path_of(record):
    """Return the path of a record's file relative to the DICOMDIR, joined by "/"; "" if none."""
    parts = record.get("ReferencedFileID") or []
    return "/".join([parts] if isinstance(parts, str) else [str(part) for part in parts])

"""Attributes that searches match and return (PS3.18 tables 10.6.1-5, 10.6.3-3 to 10.6.3-5).

Values come from database columns, so that a search reads no files. Attributes that are removed on
import are returned empty, and match only an empty value or "*".
"""

from dataclasses import dataclass

STUDY, SERIES, INSTANCE = "study", "series", "instance"
LEVELS = (STUDY, SERIES, INSTANCE)


@dataclass(frozen=True)
class Attribute:
    """A searchable attribute; `column` is a field path from its level's model, "" if none."""

    level: str
    tag: str
    keyword: str
    vr: str
    column: str = ""


def table(level, lines):
    return [Attribute(level, *line.split()) for line in lines.strip().splitlines()]


ATTRIBUTES = [
    *table(
        STUDY,
        """
        00080020 StudyDate DA study_date
        00080030 StudyTime TM study_time
        00080050 AccessionNumber SH
        00080090 ReferringPhysicianName PN
        00081030 StudyDescription LO study_description
        00100010 PatientName PN case__patient__code
        00100020 PatientID LO case__patient__code
        00100030 PatientBirthDate DA
        00100040 PatientSex CS
        0020000D StudyInstanceUID UI study_instance_uid
        00200010 StudyID SH
        """,
    ),
    *table(
        SERIES,
        """
        00080060 Modality CS modality
        0008103E SeriesDescription LO series_description
        00180015 BodyPartExamined CS body_part_examined
        00180081 EchoTime DS echo_time
        00180080 RepetitionTime DS repetition_time
        00181030 ProtocolName LO protocol_name
        0020000E SeriesInstanceUID UI series_instance_uid
        00200011 SeriesNumber IS series_number
        00200052 FrameOfReferenceUID UI frame_of_reference_uid
        """,
    ),
    *table(
        INSTANCE,
        """
        00080016 SOPClassUID UI sop_class_uid
        00080018 SOPInstanceUID UI sop_instance_uid
        00200013 InstanceNumber IS instance_number
        00280008 NumberOfFrames IS number_of_frames
        00280010 Rows US rows
        00280011 Columns US columns
        """,
    ),
]
BY_TAG = {one.tag: one for one in ATTRIBUTES}
MODALITIES = "00080061"  # Modalities in Study, collected from the study's series
COUNTS = {
    STUDY: {"series_count": "00201206", "image_count": "00201208"},
    SERIES: {"image_count": "00201209"},
}


def of_level(level):
    return [one for one in ATTRIBUTES if one.level == level]


def element(attribute, row):
    """Return an attribute's value from a row, in the DICOM JSON model."""
    value = row
    for name in attribute.column.split("__") if attribute.column else ():
        value = getattr(value, name)
    return {"vr": attribute.vr} | (
        {"Value": [written(attribute.vr, value)]}
        if attribute.column and value not in (None, "")
        else {}
    )


def written(vr, value):
    if vr == "DA":
        return f"{value:%Y%m%d}"
    if vr == "TM":
        return f"{value:%H%M%S}"
    return {"Alphabetic": value} if vr == "PN" else value

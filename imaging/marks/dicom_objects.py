"""Export a study's marks, key slices, findings and measurements as DICOM objects."""

import json

from imaging.dicom import sandbox
from imaging.dicom.refusal import Refused
from imaging.dicom.written_identity import Identity
from imaging.document.shapes import ANNOTATION_FIELDS
from imaging.file_store import limits, store
from imaging.marks.viewer_marks import SHARE
from imaging.models import Annotation, Panel
from imaging.pixels.measurement import measure
from patients.models import ImagingFinding

# Dotted names, because only the sandbox runs these and importing highdicom takes 20 MB.
WRITE_MARKS = "imaging.dicom.presentation_state:write_presentation_state"
WRITE_KEY_OBJECTS = "imaging.dicom.key_objects:write_key_objects"
WRITE_REPORT = "imaging.dicom.findings_report:write_report"
NO_MARKS = "There are no annotations on greyscale images of this study."
NO_COLOUR_MARKS = "There are no annotations on colour images of this study."
GREY = ("MONOCHROME1", "MONOCHROME2")
NO_KEY_SLICES = "No slice of this study has an annotation or a finding, or is part of a figure."
NO_FINDINGS = "This study has no findings and no measurements."
GONE = "An image file of this study cannot be read."
UNSTATED = ("", "not_stated")


def write_object(study, kind):
    """Return the bytes of one of a study's DICOM objects; `kind` is a key of KINDS.

    Raises Refused if there is nothing to write or a file of the study is missing.
    """
    function, arguments = KINDS[kind](study, images_of(study))
    try:
        return sandbox.call(function, *arguments, identity(study, kind, arguments), limits=limits())
    except OSError as error:
        raise Refused(GONE) from error


def images_of(study):
    """Return {SOP Instance UID: image} of a study's stored and released images."""
    rows = study.case.instances.released().filter(series__study=study, held=True)
    return {row.sop_instance_uid: row for row in rows.select_related("series")}


def identity(study, kind, arguments):
    """Return the Identity of an object, from its content and the case's latest version."""
    version = study.case.versions.first()
    saved = version.saved_at if version else study.case.created
    content = json.dumps([study.study_instance_uid, str(saved), arguments], default=str)
    return Identity(kind, content, saved.strftime("%Y%m%d"), saved.strftime("%H%M%S"))


def paths(images):
    return [str(store().path(image.sha256)) for image in images]


def marked(study, images):
    """Return the marks on these images of a study as a list of dicts, in order."""
    rows = Annotation.objects.filter(case=study.case, sop_instance_uid__in=images)
    return [mark_data(row, images[row.sop_instance_uid]) for row in rows]


def mark_data(mark, image):
    found = {name: getattr(mark, name) for name in ANNOTATION_FIELDS}
    size = max(image.rows or 1, image.columns or 1) / SHARE
    words = mark.label if mark.kind == "text" and mark.label else str(mark)
    return found | {"words": words, "size": size}


def is_grey(image):
    return image.header.get("photometric_interpretation") in GREY


def grey_marks_of(study, images):
    grey = {uid: image for uid, image in images.items() if is_grey(image)}
    return marks_of(study, grey, NO_MARKS)


def colour_marks_of(study, images):
    coloured = {uid: image for uid, image in images.items() if not is_grey(image)}
    return marks_of(study, coloured, NO_COLOUR_MARKS)


def marks_of(study, images, missing):
    """Return (function, arguments) to write marks; `images` must be all greyscale or all colour.

    Raises Refused with the reason `missing` if there are no marks.
    """
    marks = marked(study, images)
    if not marks:
        raise Refused(missing)
    shown = {mark["sop_instance_uid"] for mark in marks}
    used = [image for uid, image in images.items() if uid in shown]
    windows = {
        image.series.series_instance_uid: (image.series.window_center, image.series.window_width)
        for image in used
        if is_grey(image) and image.series.window_width is not None
    }
    return WRITE_MARKS, (paths(used), marks, windows)


def key_slices_of(study, images):
    case = study.case
    named = {mark["sop_instance_uid"] for mark in marked(study, images)}
    named |= set(Panel.objects.filter(figure__case=case).values_list("sop_instance_uid", flat=True))
    named |= {finding.sop_instance_uid for finding in findings_of(study, images)}
    used = [image for uid, image in images.items() if uid in named]
    if not used:
        raise Refused(NO_KEY_SLICES)
    words = "Slices with annotations or findings, or shown in a figure"
    return WRITE_KEY_OBJECTS, (paths(used), words)


def findings_of(study, images):
    """Return the findings that name the study or one of its images, or that name only its visit."""
    rows = ImagingFinding.objects.filter(case=study.case).select_related("visit")
    return [row for row in rows if belongs(row, study, images)]


def belongs(finding, study, images):
    if finding.study_instance_uid:
        return finding.study_instance_uid == study.study_instance_uid
    if finding.sop_instance_uid:
        return finding.sop_instance_uid in images
    return study.visit_id is not None and finding.visit_id == study.visit_id


def report_of(study, images):
    findings = [
        finding_data(row, number) for number, row in enumerate(findings_of(study, images), 1)
    ]
    rows = Annotation.objects.filter(
        case=study.case, sop_instance_uid__in=images, kind__in=("line", "ellipse")
    )
    measures = [measure_data(row, images[row.sop_instance_uid]) for row in rows]
    if not findings and not measures:
        raise Refused(NO_FINDINGS)
    named = {one["sop_instance_uid"] for one in findings + measures} & set(images)
    used = [images[uid] for uid in images if uid in named] or list(images.values())
    if not used:
        raise Refused(NO_FINDINGS)
    return WRITE_REPORT, (paths(used), findings, measures)


def finding_data(row, number):
    return {
        "key": f"finding-{number}",
        "words": row.finding,
        "structure": catalogue_entry(row, "structure"),
        "level": catalogue_entry(row, "level"),
        "side": row.side,
        "sign": choice(row, "sign"),
        "certainty": choice(row, "certainty"),
        "sop_instance_uid": row.sop_instance_uid,
        "frame": row.frame,
    }


def measure_data(mark, image):
    found = mark_data(mark, image)
    structure = catalogue_entry(mark, "structure")
    return found | {"structure": structure, "level": None, "measured": measure(mark, image)}


def catalogue_entry(row, name):
    """Return (id, label) of a catalogue entry, or None if the field is empty."""
    value = getattr(row, name)
    return (value, row._meta.get_field(name).label(value)) if value else None


def choice(row, name):
    """Return (value, label) of a choice, or None if it was not stated."""
    value = getattr(row, name)
    return None if value in UNSTATED else (value, str(getattr(row, f"get_{name}_display")()))


KINDS = {
    "presentation-state": grey_marks_of,
    "colour-presentation-state": colour_marks_of,
    "key-objects": key_slices_of,
    "report": report_of,
}

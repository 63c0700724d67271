"""Convert imaging rows to and from the API's JSON, and define its schemas."""

from django.core.exceptions import ValidationError as InvalidRow
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.reverse import reverse

from imaging.document.parsing import ImagingReader
from imaging.document.reading import plain, to_document
from imaging.document.shapes import (
    ANNOTATION,
    FIGURE,
    INSTANCE_FIELDS,
    PANEL,
    SERIES_FIELDS,
    STUDY_FIELDS,
    field_schema,
    list_schema,
)
from imaging.figures.sheet import gather_figure
from imaging.models import FileOutcome, Instance, Series, State, Study

GEOMETRY = ("image_position_patient", "image_orientation_patient", "pixel_spacing")
MORE_OF_INSTANCE = ("sop_class_uid", "echo_time", *GEOMETRY, "held", "position")
MORE_OF_SERIES = ("frame_of_reference_uid", "position")


def fields(row, names):
    return {name: plain(getattr(row, name)) for name in names}


def study_data(study, request):
    """Return a study as a dict; unknown values are None or empty."""
    return {
        "id": study.pk,
        "case": str(study.case_id),
        "visit": study.visit.key if study.visit else None,
    } | fields(study, STUDY_FIELDS)


def series_data(series, request):
    return {
        "id": series.pk,
        "case": str(series.case_id),
        "study": series.study_id,
        "synthetic": series.is_synthetic,
    } | fields(series, (*SERIES_FIELDS, *MORE_OF_SERIES))


def instance_data(image, request):
    links = {
        "image": address(request, "show-image", image.pk, "png"),
        "file": address(request, "show-file", image.pk),
    }
    return (
        {
            "id": image.pk,
            "case": str(image.case_id),
            "study": image.series.study_id,
            "series": image.series_id,
        }
        | fields(image, (*INSTANCE_FIELDS, *MORE_OF_INSTANCE))
        | (links if image.held else {})
    )


def instance_detail(image, request):
    """Return an image as a dict, including its DICOM header."""
    hidden = {"subject_digest", "original_sha256", "sha256", "quarantine"}
    header = {name: value for name, value in image.header.items() if name not in hidden}
    return instance_data(image, request) | {"header": header}


def job_data(job, request):
    """Return an import and its files as a dict; the state RECEIVING is reported as "queued"."""
    lines = job.files.values("name", "outcome", "reason", "sop_instance_uid", "sha256")
    state = "queued" if job.state == "receiving" else job.state
    return {
        "id": str(job.pk),
        "case": str(job.case_id),
        "state": state,
        "error": job.error,
        "created": job.created.isoformat(),
        "counts": job.counts(),
        "files": [line | {"outcome": line["outcome"] or None} for line in lines],
    }


def figure_data(figure, request):
    panels = [to_document(PANEL, panel) for panel in figure.panels.all()]
    sheet = gather_figure(figure)
    return {
        "id": figure.pk,
        "case": str(figure.case_id),
        **to_document(FIGURE, figure),
        "panels": panels,
        "caption": sheet.caption,
        "alternative_text": sheet.alternative_text,
        "image": address(request, "show-figure", figure.pk, "png"),
    }


def address(request, name, *args):
    return reverse(f"api:{name}", args=args, request=request)


# Input


def read_row(shape, data):
    """Parse one object into (unsaved row, unsaved children). Raises ValidationError."""
    reader = ImagingReader()
    found = reader.read_one(shape, data, "", "", 0)
    raise_errors(reader.errors)
    row, _data, _path, children = found
    return row, [child[0] for child in children]


def raise_errors(errors):
    """Raise the REST framework's ValidationError if the list of (path, message) is not empty."""
    if errors:
        found = {}
        for path, message in errors:
            found.setdefault(path.lstrip(".") or "non_field_errors", []).append(message)
        raise ValidationError(found)


def check_row(row):
    """Validate a row, including constraints. Raises the REST framework's ValidationError."""
    try:
        row.full_clean()
    except InvalidRow as error:
        found = {
            "non_field_errors" if name == "__all__" else name: messages
            for name, messages in error.message_dict.items()
        }
        raise ValidationError(found) from None


def check_mark_place(mark):
    """Raise ValidationError for a mark that is not inside an image of its case."""
    images = Instance.objects.released().filter(case=mark.case_id)
    image = images.filter(sop_instance_uid=mark.sop_instance_uid).defer("header").first()
    if image is None:
        message = _("This case has no such image. Enter the SOP Instance UID of one of its images.")
        raise_errors([("sop_instance_uid", message)])
    errors = []
    if mark.frame > image.number_of_frames:
        message = _("Enter a frame number from 1 to %d, the last frame of this image.")
        errors.append(("frame", message % image.number_of_frames))
    sides = (("x", image.columns), ("y", image.rows), ("x2", image.columns), ("y2", image.rows))
    for name, count in sides:
        if count and (getattr(mark, name) or 0) > count - 0.5:
            errors.append((name, _("Enter a position inside the picture.")))
    raise_errors(errors)


# Schemas

TEXT, NUMBER = {"type": "string"}, {"type": "integer"}
UUID = TEXT | {"format": "uuid"}
NUMBERS = {"type": ["array", "null"], "items": {"type": "number"}}


def nullable(schema):
    """Return a schema whose type, if stated, also allows null, because the value can be missing."""
    known = schema.get("type")
    return schema | {"type": [known, "null"]} if isinstance(known, str) else schema


def columns_schema(model, names):
    found = {name: nullable(field_schema(model._meta.get_field(name))) for name in names}
    return found | {name: NUMBERS for name in names if name in GEOMETRY}


STUDY_SCHEMA = {
    "type": "object",
    "properties": {"id": NUMBER, "case": UUID, "visit": {"type": ["string", "null"]}}
    | columns_schema(Study, STUDY_FIELDS),
}
SERIES_SCHEMA = {
    "type": "object",
    "properties": {"id": NUMBER, "case": UUID, "study": NUMBER, "synthetic": {"type": "boolean"}}
    | columns_schema(Series, (*SERIES_FIELDS, *MORE_OF_SERIES)),
}
INSTANCE_SCHEMA = {
    "type": "object",
    "properties": {"id": NUMBER, "case": UUID, "study": NUMBER, "series": NUMBER}
    | columns_schema(Instance, (*INSTANCE_FIELDS, *MORE_OF_INSTANCE))
    | {"held": {"type": "boolean"}, "image": TEXT, "file": TEXT, "header": {"type": "object"}},
}
MARK = list_schema(ANNOTATION)["items"]
MARK_SENT = MARK | {
    "properties": {"case": UUID} | MARK["properties"],
    "required": ["case", *MARK["required"]],
}
MARK_CHANGED = {key: value for key, value in MARK.items() if key != "required"}
MARK_SCHEMA = {
    "type": "object",
    "properties": {"id": NUMBER, "case": UUID}
    | {name: nullable(schema) for name, schema in MARK["properties"].items()}
    | {"words": TEXT, "measured": {"type": "object"}},
}
FIGURE_ITEM = list_schema(FIGURE)["items"]
FIGURE_SENT = FIGURE_ITEM | {
    "properties": {"case": UUID} | FIGURE_ITEM["properties"],
    "required": ["case", *FIGURE_ITEM["required"]],
}
FIGURE_SCHEMA = {
    "type": "object",
    "properties": {"id": NUMBER, "case": UUID}
    | FIGURE_ITEM["properties"]
    | {"caption": TEXT, "alternative_text": TEXT, "image": TEXT},
}
LINE_SCHEMA = {
    "type": "object",
    "properties": {
        "name": TEXT,
        "outcome": {"enum": [*FileOutcome.values, None]},
        "reason": TEXT,
        "sop_instance_uid": TEXT,
        "sha256": TEXT,
    },
}
JOB_SCHEMA = {
    "type": "object",
    "properties": {
        "id": UUID,
        "case": UUID,
        "state": {"enum": [one for one in State.values if one != State.RECEIVING]},
        "error": TEXT,
        "created": TEXT | {"format": "date-time"},
        "counts": {"type": "object", "additionalProperties": NUMBER},
        "files": {"type": "array", "items": LINE_SCHEMA},
    },
}

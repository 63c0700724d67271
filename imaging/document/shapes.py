"""The object types of the document's imaging part: models, fields, order and JSON Schema."""

from django.db import models
from django.utils.translation import gettext as _

from imaging.models import Annotation, Figure, Instance, Panel, Series, SliceLevel, Study

KEY = "imaging"  # the key of this part in the document
PLACE = ("id", "case", "position")  # left out: implied by the document or the order of its lists
FROM_FILE = (  # left out: taken from the image file, if it is stored
    "sop_class_uid",
    "echo_time",
    "image_position_patient",
    "image_orientation_patient",
    "pixel_spacing",
    "acquisition",
    "pixel_offset",
    "original_sha256",
    "subject_digest",
    "file_bytes",
    "header",
)


def document_columns(model, *left_out):
    """Return the names of a model's fields, in order, without PLACE and `left_out`."""
    names = [field.name for field in model._meta.concrete_fields]
    return tuple(name for name in names if name not in (*PLACE, *left_out))


STUDY_FIELDS = document_columns(Study, "visit")  # the document has the visit's key instead
SERIES_FIELDS = document_columns(Series, "study", "frame_of_reference_uid")
INSTANCE_FIELDS = document_columns(Instance, "series", "held", "quarantine", *FROM_FILE)
ANNOTATION_FIELDS = document_columns(Annotation)
LEVEL_FIELDS = document_columns(SliceLevel)
FIGURE_FIELDS = document_columns(Figure)
PANEL_FIELDS = document_columns(Panel, "figure")


class ObjectShape:
    """A type of object in the document: its model, fields and list of children.

    `identity` names the fields that must be unique together: in the whole document if `everywhere`
    is true, otherwise within one list.
    """

    def __init__(self, model, fields, identity, child=None, everywhere=True):
        self.model = model
        self.fields = {name: model._meta.get_field(name) for name in fields}
        self.identity = identity
        self.child_key, self.child = child or ("", None)
        self.everywhere = everywhere

    @property
    def names(self):
        """All keys that an object may have, in order."""
        visit = ["visit"] if self.model is Study else []
        return [*self.fields, *visit, *([self.child_key] if self.child else [])]

    @property
    def required(self):
        """The keys that an object must have."""
        return [name for name, field in self.fields.items() if is_required(field)]


def is_required(field):
    return not (field.blank or field.null or field.has_default())


INSTANCE = ObjectShape(Instance, INSTANCE_FIELDS, ("sop_instance_uid",))
SERIES = ObjectShape(Series, SERIES_FIELDS, ("series_instance_uid",), ("instances", INSTANCE))
STUDY = ObjectShape(Study, STUDY_FIELDS, ("study_instance_uid",), ("series", SERIES))
ANNOTATION = ObjectShape(Annotation, ANNOTATION_FIELDS, ("key",))
LEVEL = ObjectShape(SliceLevel, LEVEL_FIELDS, ("key",))
PANEL = ObjectShape(Panel, PANEL_FIELDS, ("row", "column"), everywhere=False)
FIGURE = ObjectShape(Figure, FIGURE_FIELDS, ("key",), ("panels", PANEL))
LISTS = {"studies": STUDY, "levels": LEVEL, "annotations": ANNOTATION, "figures": FIGURE}


# JSON Schema


def schema():
    """Return the JSON Schema (2020-12) of the document's imaging part."""
    return {
        "type": "object",
        "properties": {key: list_schema(shape) for key, shape in LISTS.items()},
        "additionalProperties": False,
    }


def list_schema(shape):
    properties = {name: field_schema(field) for name, field in shape.fields.items()}
    if shape.model is Study:
        properties["visit"] = {"type": "string", "description": _("the key of a visit")}
    if shape.child:
        properties[shape.child_key] = list_schema(shape.child)
    item = {"type": "object", "properties": properties, "additionalProperties": False}
    return {"type": "array", "items": item | {"required": shape.required}}


def field_schema(field):
    if hasattr(field, "schema"):
        return field.schema()
    if isinstance(field, models.IntegerField):
        return {"type": "integer"}
    if isinstance(field, models.FloatField):
        return {"type": "number"}
    if isinstance(field, models.BooleanField):
        return {"type": "boolean"}
    if field.choices:
        return {"enum": [value for value, _label in field.flatchoices]}
    return {"type": "string"} | ({"maxLength": field.max_length} if field.max_length else {})

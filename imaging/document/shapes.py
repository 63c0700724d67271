"""The objects of the document's imaging part: their models, fields, order and JSON Schema."""

from django.db import models
from django.utils.translation import gettext as _

from imaging.models import Annotation, Figure, Instance, Panel, Series, SliceLevel, Study

KEY = "imaging"  # of the part in the document
STUDY_FIELDS = ("study_instance_uid", "study_date", "study_time", "study_description")
SERIES_FIELDS = (
    "series_instance_uid",
    "series_number",
    "modality",
    "series_description",
    "protocol_name",
    "body_part_examined",
    "plane",
    "scanning_sequence",
    "sequence_variant",
    "scan_options",
    "mr_acquisition_type",
    "sequence_name",
    "repetition_time",
    "echo_time",
    "inversion_time",
    "flip_angle",
    "magnetic_field_strength",
    "contrast_bolus_agent",
    "slice_thickness",
    "spacing_between_slices",
    "window_center",
    "window_width",
)
INSTANCE_FIELDS = (
    "sop_instance_uid",
    "instance_number",
    "number_of_frames",
    "rows",
    "columns",
    "sha256",
)
ANNOTATION_FIELDS = (
    "key",
    "sop_instance_uid",
    "frame",
    "kind",
    "x",
    "y",
    "x2",
    "y2",
    "angle_degrees",
    "structure",
    "side",
    "colour",
    "shape",
    "label",
)
LEVEL_FIELDS = ("key", "sop_instance_uid", "frame", "level")
FIGURE_FIELDS = (
    "key",
    "label",
    "title",
    "crop_x_mm",
    "crop_y_mm",
    "crop_size_mm",
    "scale_bar",
    "orientation_letters",
    "show_marks",
)
PANEL_FIELDS = (
    "row",
    "column",
    "level",
    "column_label",
    "sop_instance_uid",
    "frame",
    "window_center",
    "window_width",
)


class Shape:
    """One kind of object in the document: its model, its fields, its list of children.

    `identity` are the fields that no two objects of a list share; `everywhere` says whether that
    holds in the whole document and not in one list alone.
    """

    def __init__(self, model, fields, identity, child=None, everywhere=True):
        self.model = model
        self.fields = {name: model._meta.get_field(name) for name in fields}
        self.identity = identity
        self.child_key, self.child = child or ("", None)
        self.everywhere = everywhere

    @property
    def names(self):
        """Return every key an object may have, in order."""
        visit = ["visit"] if self.model is Study else []
        return [*self.fields, *visit, *([self.child_key] if self.child else [])]

    @property
    def required(self):
        """Return the keys that an object must have."""
        return [name for name, field in self.fields.items() if is_required(field)]


def is_required(field):
    return not (field.blank or field.null or field.has_default())


INSTANCE = Shape(Instance, INSTANCE_FIELDS, ("sop_instance_uid",))
SERIES = Shape(Series, SERIES_FIELDS, ("series_instance_uid",), ("instances", INSTANCE))
STUDY = Shape(Study, STUDY_FIELDS, ("study_instance_uid",), ("series", SERIES))
ANNOTATION = Shape(Annotation, ANNOTATION_FIELDS, ("key",))
LEVEL = Shape(SliceLevel, LEVEL_FIELDS, ("key",))
PANEL = Shape(Panel, PANEL_FIELDS, ("row", "column"), everywhere=False)
FIGURE = Shape(Figure, FIGURE_FIELDS, ("key",), ("panels", PANEL))
LISTS = {"studies": STUDY, "levels": LEVEL, "annotations": ANNOTATION, "figures": FIGURE}


# JSON Schema


def schema():
    """Return the JSON Schema (2020-12) of the part."""
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

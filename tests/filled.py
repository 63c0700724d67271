"""A case document with a value in every field of every table, derived from the models.

New fields need no change here.
"""

from django.db import models

from imaging.document.shapes import LISTS
from patients.catalogue import lookup
from patients.models import Case, Patient
from patients.models.fields import (
    CatalogueField,
    CodesField,
    EventKeyField,
    GradeField,
    PlacementField,
    UidField,
    ValueField,
)
from patients.record.document import (
    CASE_FIELDS,
    PATIENT_FIELDS,
    PRESENTATION_FIELDS,
    SCHEMA,
    document_fields,
)
from patients.record.kinds import children_of, top_models

SHA256 = "ab" * 32
OWN = {
    ValueField: {"number": "4", "unit": "days"},
    GradeField: "3-",
    PlacementField: {"how": "index", "precision": "day"},
    CodesField: [{"system": "ICD-10", "code": "G54.5", "display": "Neuralgic amyotrophy"}],
    UidField: "1.2.3",
    EventKeyField: "one",
    models.SlugField: "one",
    models.BooleanField: True,
    models.IntegerField: 1,
    models.FloatField: 5.5,
    models.DateField: "2011-03-05",
    models.TimeField: "09:12:00",
}
# Values by field name, for fields that depend on each other or whose type does not suggest a value.
NAMED = {
    "sop_instance_uid": "1.2.3.4",
    "study_instance_uid": "1.2.3",
    "series_instance_uid": "1.2.3.1",
    "sha256": SHA256,
    "birth_year": 1950,
    "rows": 64,
    "columns": 64,
    "kind": {"Annotation": "arrow"},
    "grade": {"StrengthScore": "3-"},
    "printed_grade": "3−",
}


def plausible(field):
    """Return a valid value for a field in the document, different from the field's default."""
    named = NAMED.get(field.name)
    if isinstance(named, dict):
        named = named.get(field.model.__name__)
    if named is not None:
        return named
    if isinstance(field, models.ForeignKey):
        return "one"
    if isinstance(field, CatalogueField):
        return lookup.TABLES[field.catalogue][0].id
    if isinstance(field, models.BooleanField) and field.default is True:
        return False
    if field.choices:
        return next(value for value, _label in field.flatchoices if value != field.default)
    return (
        next((value for kind, value in OWN.items() if isinstance(field, kind)), None)
        or (f"{field.name} of {field.model.__name__}"[: field.max_length])
    )


def filled(model, fields):
    return {field.name: plausible(field) for field in fields}


# Tables with fields that exclude each other: {table: for each row, the fields that it omits}.
EITHER = {
    "strength": (("muscle",), ("movement",)),
    "ultrasound": (("muscle", "heckmatt"), ("nerve",)),
}


def filled_rows(model):
    """Return one row of a table, or several if the table has fields that exclude each other."""
    row = filled(model, document_fields(model))
    for child in children_of(model):
        row[child.DOCUMENT_KEY] = filled_rows(child)
    for key, ways in EITHER.items():
        if model.DOCUMENT_KEY == key:
            return [{name: data for name, data in row.items() if name not in gone} for gone in ways]
    return [row]


def filled_objects(shape):
    """Return a list of one object of this shape, with its children, for the imaging part."""
    one = filled(shape.model, shape.fields.values())
    if "visit" in shape.names:
        one["visit"] = "one"
    if shape.child:
        one[shape.child_key] = filled_objects(shape.child)
    return [one]


def columns(model, names):
    return [model._meta.get_field(name) for name in names]


def filled_document():
    """Return a complete case document with images, in which no field has its default value."""
    return {
        "schema": SCHEMA,
        "case": filled(Case, columns(Case, CASE_FIELDS)),
        "patient": filled(Patient, columns(Patient, PATIENT_FIELDS))
        | filled(Case, columns(Case, PRESENTATION_FIELDS)),
        **{model.DOCUMENT_KEY: filled_rows(model) for model in top_models()},
        "imaging": {key: filled_objects(shape) for key, shape in LISTS.items()},
    }

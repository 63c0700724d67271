"""JSON Schema (2020-12) of the case document and OpenAPI components, built from the models."""

import copy

from django.db import models
from drf_spectacular.contrib.knox_auth_token import KnoxTokenScheme

from patients.access.tokens import BearerAuthentication
from patients.models import Case, Patient
from patients.models.fields import DEFINITIONS
from patients.record.document import (
    CASE_FIELDS,
    PATIENT_FIELDS,
    PRESENTATION_FIELDS,
    SCHEMA,
    document_fields,
)
from patients.record.kinds import children_of, top_models
from patients.record.parts import PARTS

DIALECT = "https://json-schema.org/draft/2020-12/schema"
STORABLE = r"^[^\u0000]*$"  # PostgreSQL rejects NUL in text


class BearerScheme(KnoxTokenScheme):
    """The security scheme for bearer tokens in the OpenAPI description."""

    target_class = BearerAuthentication
    name = "token"


def document_schema():
    """Return the JSON Schema of a case document as a dict."""
    return {
        "$schema": DIALECT,
        "title": "Case document",
        "description": "A complete neuromuscular case. The computed part is ignored on import.",
        "type": "object",
        "properties": properties(),
        "required": ["schema", "case", "patient"],
        "additionalProperties": False,
        "$defs": definitions(),
    }


def properties():
    parts = {part.key: part.schema() for part in PARTS}
    return {
        "schema": {"const": SCHEMA},
        "case": object_schema(Case, CASE_FIELDS),
        "patient": person_schema(),
        **{model.DOCUMENT_KEY: rows_schema(model) for model in top_models()},
        **parts,
        "computed": {"type": "object", "description": "Ignored on import.", "readOnly": True},
    }


def definitions():
    plain = copy.deepcopy(DEFINITIONS)
    for definition in plain.values():
        definition.pop("$schema", None)
    return plain


def person_schema():
    person, shown = object_schema(Patient, PATIENT_FIELDS), object_schema(Case, PRESENTATION_FIELDS)
    return person | {"properties": person["properties"] | shown["properties"]}


def object_schema(model, names):
    fields = [model._meta.get_field(name) for name in names]
    return {
        "type": "object",
        "properties": {field.name: field_schema(field) for field in fields},
        "required": [field.name for field in fields if is_required(field)],
        "additionalProperties": False,
    }


def rows_schema(model):
    """Return the schema of one table: a list of objects, with nested tables inside."""
    row = object_schema(model, [field.name for field in document_fields(model)])
    for child in children_of(model):
        row["properties"][child.DOCUMENT_KEY] = rows_schema(child)
    return {"type": "array", "items": row, "description": first_line(model)}


def first_line(model):
    return (model.__doc__ or "").strip().splitlines()[0]


def is_required(field):
    return not (field.blank or field.null or field.has_default())


def field_schema(field):
    """Return the schema of one field, with its label as the title."""
    found = raw_schema(field)
    title = str(field.verbose_name)
    return {"title": title[:1].upper() + title[1:]} | found


def raw_schema(field):
    if hasattr(field, "schema"):
        return field.schema()
    if isinstance(field, models.ForeignKey):
        kind = field.related_model._meta.verbose_name
        return {"type": "string", "minLength": 1, "description": f"The key of the {kind}."}
    if isinstance(field, models.BooleanField):
        return {"type": "boolean"}
    if isinstance(field, models.IntegerField):
        return {"type": "integer", "minimum": 0, "maximum": 32767}
    if field.choices:
        return {"enum": [value for value, _label in field.flatchoices]}
    return text_schema(field)


def text_schema(field):
    schema = {"type": "string", "pattern": STORABLE}
    if isinstance(field, models.SlugField):
        schema["pattern"] = r"^[-a-zA-Z0-9_]+$"
    if not field.blank:
        schema["minLength"] = 1
    return schema | ({"maxLength": field.max_length} if field.max_length else {})


PROBLEM = {
    "type": "object",
    "description": "Problem details (RFC 9457).",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["path", "message"],
                "properties": {
                    "path": {"type": "string", "examples": ["strength[3].grade"]},
                    "message": {"type": "string"},
                },
            },
        },
    },
}


def add_components(result, generator, request, public):
    """Add Case, its definitions and Problem to the OpenAPI schemas (drf-spectacular hook)."""
    document = document_schema()
    document.pop("$schema")
    found = {"Case": document, "Problem": PROBLEM} | document.pop("$defs")
    schemas = result.setdefault("components", {}).setdefault("schemas", {})
    schemas |= relocate(found)
    result["components"]["schemas"] = dict(sorted(schemas.items()))
    return result


def relocate(schema):
    """Rewrite `#/$defs/` references to `#/components/schemas/`."""
    if isinstance(schema, dict):
        return {
            key: value.replace("#/$defs/", "#/components/schemas/")
            if key == "$ref"
            else relocate(value)
            for key, value in schema.items()
        }
    return [relocate(item) for item in schema] if isinstance(schema, list) else schema

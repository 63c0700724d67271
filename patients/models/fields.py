"""Model fields for the record's own types, with their conversion to and from the case document.

Each class adds three methods to those of Django: `to_document(value)`, `from_document(data)`
(ValueError for invalid data) and `schema()` (JSON Schema 2020-12).
"""

import json

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from patients.catalogue import lookup
from patients.catalogue.mrc import LONGEST, parse_grade
from patients.language.placement import PLACEMENT_SCHEMA, placement_from_document
from patients.language.value_documents import VALUE_SCHEMA, value_from_document
from patients.language.values import read_value
from patients.language.when import read_when
from patients.models.printed import keep_printed

AS_TEXT = lookup.AS_TEXT
UNLISTED = "unlisted"  # error code for a name that is not in the catalogue
UID = r"[0-9]+(\.[0-9]+)*"


class TextInDocument:
    """A mixin for fields whose value is a string in the document, as in the database."""

    def to_document(self, value):
        return value

    def from_document(self, data):
        if not isinstance(data, str):
            raise ValueError("Enter a string, in double quotes.")
        return data


class ValueField(models.TextField):
    """A measured value (patients.language.values.Value); `unit` applies to numbers without one.

    `is_score` is set if "7/10" is a score with its maximum. It changes only how text is read, so it
    is not part of migrations.
    """

    def __init__(self, *args, unit="", is_score=False, **kwargs):
        self.unit, self.is_score = unit, is_score
        super().__init__(*args, **{"null": True, "blank": True} | kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | ({"unit": self.unit} if self.unit else {})

    def from_db_value(self, value, expression, connection):
        return value_from_document(json.loads(value)) if value else None

    def to_python(self, value):
        return self.read(value) if isinstance(value, str) and value else value or None

    def read(self, text):
        """Return the value of text as a user enters it."""
        is_recording = getattr(self.model, "HAS_RESPONSES", False)
        return read_value(text, is_recording, self.is_score)

    def get_prep_value(self, value):
        return json.dumps(value.as_document(), ensure_ascii=False) if value else None

    def to_document(self, value):
        return value.as_document()

    def from_document(self, data):
        """Return the value of a document value, or of text as a user enters it."""
        if isinstance(data, str) and data.strip():
            return self.read(data)
        return value_from_document(data)

    def schema(self):
        return {"$ref": "#/$defs/value"}


class PlacementField(models.TextField):
    """The time of an event (patients.language.placement.Placement)."""

    def from_db_value(self, value, expression, connection):
        return placement_from_document(json.loads(value)) if value else None

    def to_python(self, value):
        return value or None

    def get_prep_value(self, value):
        return json.dumps(value.as_document(), ensure_ascii=False) if value else None

    def to_document(self, value):
        return value.as_document()

    def from_document(self, data):
        if isinstance(data, str):
            raise ValueError(self.explain(data))
        return placement_from_document(data)

    @staticmethod
    def explain(text):
        """Return the error message for a time that is a string, with the object to send instead."""
        try:
            found = read_when(text, {}).as_document()
        except ValueError:
            found = {"how": "offset", "offset": "-25", "unit": "days"}
        example = json.dumps(found, ensure_ascii=False)
        return gettext("Enter a time as an object, such as %s.") % example

    def schema(self):
        return {"$ref": "#/$defs/placement"}


class GradeField(models.CharField):
    """An MRC grade (patients.catalogue.mrc.Grade), stored as its canonical text.

    A PrintedGradeField of the same model stores the text as printed.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **{"max_length": LONGEST} | kwargs)

    def from_db_value(self, value, expression, connection):
        return parse_grade(value) if value else None

    def to_python(self, value):
        return parse_grade(value) if isinstance(value, str) and value else value or None

    def get_prep_value(self, value):
        return value.text if value else ""

    def run_validators(self, value):
        super().run_validators(self.get_prep_value(value))

    def to_document(self, value):
        return value.text

    def from_document(self, data):
        if not isinstance(data, str):
            raise ValueError('Enter a grade in double quotes, such as "3-".')
        return parse_grade(data)

    def schema(self):
        return {"type": "string", "maxLength": self.max_length, "examples": ["3-", "2 to 3"]}


class PrintedGrade:
    """Descriptor: the printed text of the grade in another field; "" if that text is canonical."""

    def __init__(self, field):
        self.name, self.of = field.attname, field.OF

    def __get__(self, row, owner=None):
        if row is None:
            return self
        grade = getattr(row, self.of)
        return grade.printed or "" if grade else ""

    def __set__(self, row, text):
        row.__dict__[self.name] = text  # Django looks here for the fields that are loaded
        grade = getattr(row, self.of, None)
        if text and grade:
            setattr(row, self.of, grade.as_printed(text))


class PrintedGradeField(TextInDocument, models.CharField):
    """The printed text of a row's grade, if it is not the canonical text."""

    OF = "grade"  # the GradeField of the row
    descriptor_class = PrintedGrade

    def __init__(self, *args, **kwargs):
        defaults = {"max_length": LONGEST, "blank": True, "editable": False}
        super().__init__(*args, **defaults | kwargs)

    def schema(self):
        return {"type": "string", "maxLength": self.max_length, "examples": ["IV+", "4 to 3+/5"]}


class CatalogueField(TextInDocument, models.CharField):
    """The id of a catalogue entry, or free text prefixed with `text:`.

    `within` names the field whose entry narrows the search, such as the specimen of an analyte.
    """

    non_db_attrs = (*models.CharField.non_db_attrs, "catalogue", "within")

    def __init__(self, *args, catalogue="", within="", **kwargs):
        self.catalogue, self.within = catalogue, within
        super().__init__(*args, **{"max_length": 200} | kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        within = {"within": self.within} if self.within else {}
        return name, path, args, kwargs | {"catalogue": self.catalogue} | within

    def clean(self, value, model_instance):
        """Replace a name that matches exactly one entry by its id, then validate."""
        if value and not value.startswith(AS_TEXT) and not self.knows(value):
            specimen = getattr(model_instance, self.within) if self.within else ""
            found = lookup.find(self.catalogue, value, specimen)
            if found and hasattr(model_instance, "words"):
                keep_printed(model_instance, self, value)
            value = found or value
        return super().clean(value, model_instance)

    def validate(self, value, model_instance):
        super().validate(value, model_instance)
        if value and not value.startswith(AS_TEXT) and not self.knows(value):
            message = gettext(
                "“%(value)s” is not in the catalogue “%(catalogue)s”. Enter an id from the "
                "catalogue, or free text that begins with “text:”."
            )
            specimen = getattr(model_instance, self.within) if self.within else ""
            params = {"value": value, "catalogue": self.catalogue, "specimen": specimen}
            raise ValidationError(message, UNLISTED, params)

    def knows(self, value):
        """Return whether a stored value is an entry of the catalogue."""
        return lookup.is_listed(self.catalogue, value)

    def read(self, text, specimen=""):
        """Return the catalogue id for entered text, or `text:` and the text.

        The text is kept if no entry, or more than one, matches it. Returns "" for blank text.
        """
        text = text.strip()
        return (lookup.find(self.catalogue, text, specimen) or AS_TEXT + text) if text else ""

    def label(self, value):
        """Return the label of a stored value: the translated catalogue label or the free text."""
        label = lookup.label(self.catalogue, value)
        return gettext(label) if self.knows(value) else label

    def schema(self):
        return {"type": "string", "maxLength": self.max_length, "x-catalogue": self.catalogue}


class EventKeyField(TextInDocument, models.CharField):
    """The key of an event, for a column of the case itself; "" if there is none."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **{"max_length": 60, "blank": True} | kwargs)


class UidField(TextInDocument, models.CharField):
    """A DICOM UID: digits and dots, at most 64 characters (PS3.5 9.1)."""

    default_validators = [
        RegexValidator(rf"\A{UID}\Z", _("Enter a DICOM UID: numbers separated by dots."))
    ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **{"max_length": 64} | kwargs)

    def schema(self):
        return {"type": "string", "maxLength": self.max_length, "pattern": f"^{UID}$"}


class CodesField(models.JSONField):
    """Terminology codes: a list of {system, code, display}, where `display` is optional."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **{"default": list, "blank": True} | kwargs)

    def to_document(self, value):
        return [
            {key: code[key] for key in ("system", "code", "display") if code.get(key)}
            for code in value
        ]

    def from_document(self, data):
        if not isinstance(data, list) or not all(self.is_code(code) for code in data):
            raise ValueError(
                'Enter a list of codes, such as [{"system": "ICD-10", "code": "G54.5"}].'
            )
        return data

    @staticmethod
    def is_code(code):
        return (
            isinstance(code, dict)
            and {"system", "code"} <= code.keys() <= {"system", "code", "display"}
            and all(isinstance(text, str) and text for text in code.values())
        )

    def schema(self):
        return {"type": "array", "items": {"$ref": "#/$defs/code"}}


DEFINITIONS = {
    "value": VALUE_SCHEMA,
    "placement": PLACEMENT_SCHEMA,
    "code": {
        "type": "object",
        "properties": {
            "system": {"type": "string", "minLength": 1},
            "code": {"type": "string", "minLength": 1},
            "display": {"type": "string", "minLength": 1},
        },
        "required": ["system", "code"],
        "additionalProperties": False,
    },
}

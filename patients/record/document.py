"""The native case document, `caserecord/1`: lossless conversion between rows and JSON.

Export, import, schema, report and history use it. `read` loads a case from the database, `build`
parses a document; both return a CaseRecord, which `to_document` serialises. Nothing is written.
"""

import json
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from patients.language.chronology import place_events
from patients.models import ROW_MODELS, Case, CaseRow, Event, Patient, Visit
from patients.record.computed import compute
from patients.record.conversion import (
    choices_of,
    convert_data,
    error_message,
    messages_of,
    reject_unstorable,
    set_choices,
)
from patients.record.kinds import children_of, top_models
from patients.record.parts import PARTS
from patients.record.time_errors import list_time_errors

SCHEMA = "caserecord/1"
MAX_SUGGESTED = 20  # errors up to which similar names are searched for, which takes time
CASE_FIELDS = ("title", "origin", "source", "summary", "reasoning_in_report")
PATIENT_FIELDS = ("code", "sex", "birth_year")
PRESENTATION_FIELDS = ("age_at_presentation", "age_event", "age_words")  # of Case, not Patient
CASE_COLUMNS = CASE_FIELDS + PRESENTATION_FIELDS  # every field of Case in the document


@dataclass(frozen=True, eq=False)
class CaseRecord:
    """A whole case in memory, compared by identity; `rows` is {document key: instances}.

    `without_parts` is the same record without the parts of other apps, or None if not available.
    It stays the same object while only images and marks change, so that it can be a cache key.
    """

    case: Case
    patient: Patient
    rows: dict[str, tuple[CaseRow, ...]]
    parts: dict[str, Any] = field(default_factory=dict)
    without_parts: "CaseRecord | None" = None

    def __getattr__(self, key: str) -> Any:
        try:
            return self.__dict__["rows"][key]
        except KeyError:
            raise AttributeError(key) from None


class DocumentError(Exception):
    """An invalid document; `errors` is a list of (path, message)."""

    def __init__(self, errors: list[tuple[str, str]]) -> None:
        super().__init__("; ".join(f"{path}: {message}" for path, message in errors))
        self.errors = errors


# Reading the database


def read(case: Case, with_parts: bool = True) -> CaseRecord:
    """Load a case, with one query per table, and the parts of other apps if `with_parts`."""
    rows = {model.DOCUMENT_KEY: tuple(model.objects.filter(case=case.pk)) for model in ROW_MODELS}
    keyed = {Event: by_pk(rows["events"]), Visit: by_pk(rows["visits"])}
    for model in ROW_MODELS:
        for name, target in key_fields(model):
            for row in rows[model.DOCUMENT_KEY]:
                attach(row, name, keyed[target].get(getattr(row, f"{name}_id")))
    parts = {part.key: part.read(case) for part in PARTS} if with_parts else {}
    return CaseRecord(case, case.patient, rows, parts)


def by_pk(rows):
    return {row.pk: row for row in rows}


def attach(row, name, target):
    """Set a foreign key to an instance in memory, saved or not; None leaves it unchanged."""
    if target is not None:
        setattr(row, name, target)


def key_fields(model: type[CaseRow]) -> list[tuple[str, type[Event] | type[Visit]]]:
    """Return (name, model) of the foreign keys to events and visits."""
    return [
        (field.name, field.related_model)
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and field.related_model in (Event, Visit)
    ]


def document_fields(model: type[CaseRow]) -> "list[models.Field]":
    """Return the fields of a row model in document order."""
    own = [
        field
        for field in model._meta.concrete_fields
        if field.name not in ("id", "case", "position", "words", "note", model.PARENT)
    ]
    own.sort(key=lambda field: field.name != "visit")
    return [*own, model._meta.get_field("words"), model._meta.get_field("note")]


# Record to document


def to_document(record: CaseRecord) -> dict[str, Any]:
    """Return the whole case as a dict, in document order."""
    return entered_document(record) | {"computed": compute(record)}


def entered_document(record: CaseRecord) -> dict[str, Any]:
    """Return the document without its computed part."""
    document = {
        "schema": SCHEMA,
        "case": fields_to_document(record.case, CASE_FIELDS),
        "patient": fields_to_document(record.patient, PATIENT_FIELDS)
        | fields_to_document(record.case, PRESENTATION_FIELDS),
    }
    for model in top_models():
        rows = record.rows[model.DOCUMENT_KEY]
        if rows or not model.OMIT_EMPTY:
            document[model.DOCUMENT_KEY] = [row_to_document(row, record) for row in rows]
    part_keys = [part.key for part in PARTS if part.key in record.parts]
    return document | {key: record.parts[key] for key in part_keys}


def fields_to_document(instance, names):
    found = {name: field_to_document(instance, instance._meta.get_field(name)) for name in names}
    return {name: value for name, value in found.items() if value not in (None, "", [])}


def field_to_document(instance, field):
    value = getattr(instance, field.name)
    if value in (None, "", []):
        return None
    if isinstance(field, models.ForeignKey):
        return value.key
    return field.to_document(value) if hasattr(field, "to_document") else value


def row_to_document(row, record):
    names = [field.name for field in document_fields(type(row))]
    document = fields_to_document(row, names)
    for model in children_of(type(row)):
        rows = record.rows[model.DOCUMENT_KEY]
        own = [child for child in rows if is_child(child, model.PARENT, row)]
        if own or not model.OMIT_EMPTY:
            document[model.DOCUMENT_KEY] = [row_to_document(child, record) for child in own]
    return document


def is_child(child, parent_name, row):
    parent = getattr(child, parent_name)
    return parent is row or (row.pk is not None and parent.pk == row.pk)


def to_bytes(document: object) -> bytes:
    """Return the document as compact UTF-8 JSON, with keys in the order of the document."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


# Document to record


def build(document: object) -> CaseRecord:
    """Return a record of unsaved instances. Raises DocumentError with all invalid fields."""
    return Builder().build(document)


def build_stored(document: object) -> CaseRecord:
    """Return the record of a stored version without validating it.

    Values no longer in a catalogue or among the choices of a field are kept. Unreadable fields get
    null or their default; rows that are not objects are skipped, and so are unknown fields. If
    events cannot be dated, for example because of a cycle, all lose their placement.
    """
    return StoredBuilder().build(document if isinstance(document, dict) else {})


class Builder:
    """Build a record from a document, collecting all errors before raising them."""

    def __init__(self):
        self.errors: list[tuple[str, str]] = []
        self.keyed: dict[type[CaseRow], dict[str, Any]] = {Event: {}, Visit: {}}

    def build(self, document):
        if not isinstance(document, dict):
            raise DocumentError([("", _("Send the case document as a JSON object."))])
        check_schema(document)
        self.check_unknown_fields(document, top_keys(), "")
        case, patient = self.build_head(document)
        rows = self.build_tables(document)
        parts = self.check_parts(document)
        if self.errors:
            raise DocumentError(self.errors)
        record = CaseRecord(case, patient, rows, parts)
        self.check_time(record)
        return record

    def build_tables(self, document):
        rows: dict[str, list[CaseRow]] = {model.DOCUMENT_KEY: [] for model in ROW_MODELS}
        for model in top_models():
            self.build_list(model, document.get(model.DOCUMENT_KEY, []), model.DOCUMENT_KEY, rows)
        return {key: tuple(found) for key, found in rows.items()}

    def build_head(self, document):
        case, patient = Case(), Patient()
        head = self.get_object(document, "case")
        person = self.get_object(document, "patient")
        self.check_unknown_fields(head, CASE_FIELDS, "case")
        self.check_unknown_fields(person, PATIENT_FIELDS + PRESENTATION_FIELDS, "patient")
        self.fill(case, head, CASE_FIELDS, "case")
        self.fill(patient, person, PATIENT_FIELDS, "patient")
        self.fill(case, person, PRESENTATION_FIELDS, "patient")
        self.check(case, CASE_FIELDS, "case")
        self.check(patient, PATIENT_FIELDS, "patient")
        return case, patient

    def get_object(self, document, key):
        found = document.get(key)
        if isinstance(found, dict):
            return found
        self.errors.append((key, _("Enter an object, in braces.")))
        return {}

    def build_list(self, model, items, path, rows, parent=None):
        if not isinstance(items, list):
            self.errors.append((path, _("Enter a list, in square brackets.")))
            return
        seen: dict[tuple[Any, ...], str] = {}
        for index, item in enumerate(items):
            row = self.build_row(model, item, f"{path}[{index}]", rows, parent)
            if row is not None:
                row.position = len(rows[model.DOCUMENT_KEY])
                rows[model.DOCUMENT_KEY].append(row)
                self.check_duplicates(row, f"{path}[{index}]", seen)

    def build_row(self, model, item, path, rows, parent):
        if not isinstance(item, dict):
            self.errors.append((path, _("Enter an object, in braces.")))
            return None
        names = [field.name for field in document_fields(model)]
        nested = children_of(model)
        self.check_unknown_fields(item, [*names, *(child.DOCUMENT_KEY for child in nested)], path)
        row = model()
        if parent is not None:
            setattr(row, model.PARENT, parent)
        self.fill(row, item, names, path)
        self.check(row, names, path)
        if model in self.keyed:
            self.keyed[model][row.key] = row
        for child in nested:
            child_path = f"{path}.{child.DOCUMENT_KEY}"
            self.build_list(child, item.get(child.DOCUMENT_KEY, []), child_path, rows, row)
        return row

    def fill(self, instance, item, names, path):
        for name in names:
            if name in item:
                field = instance._meta.get_field(name)
                try:
                    setattr(instance, name, self.convert(field, item[name]))
                except (ValueError, ArithmeticError) as error:
                    self.errors.append((f"{path}.{name}", error_message(error)))

    def convert(self, field, data):
        """Return the Python value of a field. Raises ValueError if the data or a key is invalid."""
        reject_unstorable(data)
        if isinstance(field, models.ForeignKey):
            return self.find_key(field, data)
        return convert_data(field, data)

    def find_key(self, field, data):
        target = self.keyed[field.related_model].get(data) if isinstance(data, str) else None
        if target is None:
            raise ValueError(
                _(
                    "There is no %(kind)s with the key “%(key)s” earlier in the document. Add it, "
                    "or enter another key."
                )
                % {"kind": field.related_model._meta.verbose_name, "key": data}
            )
        return target

    def check(self, instance, names, path):
        known = {field.name for field in instance._meta.concrete_fields}
        failed = {p.removeprefix(f"{path}.") for p, _m in self.errors if p.startswith(f"{path}.")}
        keys = {name for name, _target in key_fields(type(instance))}
        set_choices(instance, set(names) - failed)
        try:
            instance.clean_fields(exclude=(known - set(names)) | failed | keys)
            if not failed:
                instance.clean()
        except ValidationError as error:
            with_similar = len(self.errors) < MAX_SUGGESTED
            for name, found in error.error_dict.items():
                where = path if name == "__all__" else f"{path}.{name}"
                choices = choices_of(instance, name)
                messages = [m for one in found for m in messages_of(one, with_similar, choices)]
                self.errors += [(where, message) for message in messages]

    def check_unknown_fields(self, item, names, path):
        for name in item:
            if name not in names:
                where = f"{path}.{name}" if path else str(name)
                self.errors.append(
                    (where, _("A case document has no such field. Remove it or correct its name."))
                )

    def check_duplicates(self, row, path, seen):
        """Check the model's unique constraints among the rows of one list.

        As in SQL, a constraint that includes the visit never applies to rows without a visit.
        """
        for constraint in row._meta.constraints:
            if isinstance(constraint, models.UniqueConstraint):
                if "visit" in constraint.fields and row.visit is None:
                    continue
                names = [name for name in constraint.fields if name != "case"]
                values = tuple(getattr(row, name) for name in names if name != "visit")
                visit = getattr(getattr(row, "visit", None), "key", None)
                identity = (constraint.name, visit, values)
                if identity in seen:
                    message = _("The same entry is at %s. Change or remove one of the two.")
                    self.errors.append((path, message % seen[identity]))
                seen.setdefault(identity, path)

    def check_parts(self, document):
        found = {}
        for part in PARTS:
            if part.key in document:
                found[part.key] = document[part.key]
                self.errors += [
                    (f"{part.key}{below}", message)
                    for below, message in part.check(document[part.key])
                ]
        return found

    def check_time(self, record):
        """Raise DocumentError for a missing anchor, a cycle, two index events or huge numbers."""
        if errors := list_time_errors(record):
            raise DocumentError(errors)


class StoredBuilder(Builder):
    """Parse a stored version without validation: it was validated when it was saved."""

    def build(self, document):
        case, patient = self.build_head(document)
        record = CaseRecord(case, patient, self.build_tables(document), self.check_parts(document))
        try:
            place_events(record.rows["events"], case)
        except (ValueError, ArithmeticError):  # for example a cycle of events
            for event in record.rows["events"]:
                event.placement = None
        return record

    def build_list(self, model, items, path, rows, parent=None):
        items = items if isinstance(items, list) else []
        known = [item for item in items if isinstance(item, dict)]
        super().build_list(model, known, path, rows, parent)

    def convert(self, field, data):
        try:
            return super().convert(field, data)
        except (ValueError, ArithmeticError, TypeError, KeyError, AttributeError):
            return None if field.null else field.get_default()

    def check_parts(self, document):
        return {part.key: document[part.key] for part in PARTS if part.key in document}

    def check(self, instance, names, path):
        pass

    def check_unknown_fields(self, item, names, path):
        pass

    def check_duplicates(self, row, path, seen):
        pass


def check_schema(document):
    if document.get("schema") != SCHEMA:
        raise DocumentError([("schema", _("Enter “%s” here.") % SCHEMA)])


def top_keys() -> list[str]:
    """Return the document's top-level keys, in order."""
    lists = [model.DOCUMENT_KEY for model in top_models()]
    return ["schema", "case", "patient", *lists, *(part.key for part in PARTS), "computed"]

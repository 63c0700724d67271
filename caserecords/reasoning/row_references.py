"""References from reasoning to the rows of the record that are its evidence."""

from dataclasses import dataclass

from patients.entry.sections import section_of
from patients.models.fields import ValueField
from patients.models.wording import field_text, is_empty, missing_unit
from patients.versions.differences import UNSTATED

IMAGES = "imaging"  # the slug of the images page, where figures and marks are edited
UNNAMED = ("key", "visit")


@dataclass(frozen=True)
class RowReference:
    """A reference to a row, field, figure or mark.

    It has the document key, the index in the table or list, a label, and the section's slug.
    """

    table: str
    index: int
    words: str
    section: str

    def as_data(self):
        return {"table": self.table, "row": self.index, "words": self.words}


def refer_to(record, row):
    """Return a reference to a row of a record."""
    table = row.DOCUMENT_KEY
    return RowReference(table, index_of(record.rows[table], row), row_label(row), section_of(table))


def refer_to_rows(record, rows):
    """Return a tuple of references to several rows, without duplicates."""
    return tuple({id(row): refer_to(record, row) for row in rows}.values())


def refer_to_field(field, words):
    """Return a reference to a field of the case or patient, which is not in a table."""
    return RowReference(field, 0, words, "patient")


def image_part(key, index, words):
    """Return a reference to a figure or mark in the imaging part of the document."""
    return RowReference(f"{IMAGES}.{key}", index, words, IMAGES)


def index_of(rows, wanted):
    return next(index for index, row in enumerate(rows) if row is wanted)


def row_label(row):
    """Return a short description of a row: its identity, its finding and its visit."""
    names = (*row.IDENTITY, *row.FINDING)
    texts = [value_text(row, name) for name in dict.fromkeys(names) if name not in UNNAMED]
    if visit := getattr(row, "visit", None):
        texts.append(visit.label)
    return ", ".join(filter(None, texts)) or str(row)


def value_text(row, name):
    """Return one field as text with its unit; "" if it is empty or not stated."""
    field, value = row._meta.get_field(name), getattr(row, name)
    if is_empty(value) or value in UNSTATED:
        return ""
    unit = missing_unit(field, value) if isinstance(field, ValueField) else ""
    return field_text(field, value) + unit

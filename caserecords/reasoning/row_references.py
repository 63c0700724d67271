"""References from reasoning to the rows of the record that are its evidence."""

from dataclasses import dataclass

from patients.entry.sections import section_of
from patients.models.fields import ValueField
from patients.models.wording import field_text, is_empty, missing_unit
from patients.versions.differences import UNSTATED

IMAGES = "imaging"  # the slug of the images page, where figures and marks are edited
UNNAMED = ("key", "visit")


@dataclass(frozen=True)
class Where:
    """A reference to one row: its table's document key, index, text, and section slug."""

    table: str
    index: int
    words: str
    section: str

    def as_data(self):
        return {"table": self.table, "row": self.index, "words": self.words}


def where(record, row):
    """Return the Where of a row of a record."""
    table = row.DOCUMENT_KEY
    return Where(table, index_of(record.rows[table], row), row_words(row), section_of(table))


def everywhere(record, rows):
    """Return the Where of each of several rows, without duplicates."""
    return tuple({id(row): where(record, row) for row in rows}.values())


def head(field, words):
    """Return the Where of a field of the case or patient, which are not in a table."""
    return Where(field, 0, words, "patient")


def image_part(key, index, words):
    """Return the Where of a figure or mark in the images' part of the document."""
    return Where(f"{IMAGES}.{key}", index, words, IMAGES)


def index_of(rows, wanted):
    return next(index for index, row in enumerate(rows) if row is wanted)


def row_words(row):
    """Return a short text of a row: its identity, its finding and its visit."""
    names = (*row.IDENTITY, *row.FINDING)
    words = [value_words(row, name) for name in dict.fromkeys(names) if name not in UNNAMED]
    if visit := getattr(row, "visit", None):
        words.append(visit.label)
    return ", ".join(filter(None, words)) or str(row)


def value_words(row, name):
    """Return the text of one field, "" if it is empty or not stated."""
    field, value = row._meta.get_field(name), getattr(row, name)
    if is_empty(value) or value in UNSTATED:
        return ""
    unit = missing_unit(field, value) if isinstance(field, ValueField) else ""
    return field_text(field, value) + unit

"""On which row of the record reasoning stands: its place, its words, where to mend it."""

from dataclasses import dataclass

from patients.entry.sections import section_of
from patients.models.fields import ValueField
from patients.models.wording import field_words, is_empty, missing_unit
from patients.versions.differences import UNSTATED

IMAGES = "imaging"  # the page of the images, where what the images' part holds is mended
UNNAMED = ("key", "visit")


@dataclass(frozen=True)
class Where:
    """One row: the table's key in the document, its place there, its words, its section's slug."""

    table: str
    index: int
    words: str
    section: str

    def as_data(self):
        return {"table": self.table, "row": self.index, "words": self.words}


def where(record, row):
    """Return the Where of a row of a record."""
    table = row.DOCUMENT_KEY
    return Where(table, place(record.rows[table], row), row_words(row), section_of(table))


def everywhere(record, rows):
    """Return the Where of each of several rows, each once."""
    return tuple({id(row): where(record, row) for row in rows}.values())


def head(field, words):
    """Return the Where of a field of the case or of the patient, which are no table."""
    return Where(field, 0, words, "patient")


def image_part(key, index, words):
    """Return the Where of an object of the images' part: a figure, a mark."""
    return Where(f"{IMAGES}.{key}", index, words, IMAGES)


def place(rows, wanted):
    return next(index for index, row in enumerate(rows) if row is wanted)


def row_words(row):
    """Return a row in a few words: what makes it that row, what it found, and its visit."""
    names = (*row.IDENTITY, *row.FINDING)
    words = [value_words(row, name) for name in dict.fromkeys(names) if name not in UNNAMED]
    if visit := getattr(row, "visit", None):
        words.append(visit.label)
    return ", ".join(filter(None, words)) or str(row)


def value_words(row, name):
    """Return one field in words; "" where it is empty or says that nothing is stated."""
    field, value = row._meta.get_field(name), getattr(row, name)
    if is_empty(value) or value in UNSTATED:
        return ""
    unit = missing_unit(field, value) if isinstance(field, ValueField) else ""
    return field_words(field, value) + unit

"""The strength table as CSV (RFC 4180): a row a movement and side, a column a visit."""

import json

from django.utils.translation import gettext as _

from patients.document import build_stored
from patients.models import StrengthScore
from patients.spreadsheet import as_csv
from patients.wording import side_words

CONTENT_TYPE = "text/csv; charset=utf-8"
SUFFIX = "csv"


def export(version):
    """Return the strength table of a stored version as UTF-8 CSV, its cells made safe."""
    return as_csv(lines(build_stored(json.loads(version.document))))


def lines(record):
    """Yield the head and the rows; a visit without a grade is an empty cell."""
    visits = {key_of(row): row.visit for row in record.rows["strength"]}
    heads = [visit.label if visit else _("visit not stated") for visit in visits.values()]
    yield [_("Movement or muscle"), _("Side"), *heads]
    for (name, side), grades in gather(record.rows["strength"]).items():
        yield [name, side, *("; ".join(grades.get(key, ())) for key in visits)]


def gather(rows):
    """Return {(name, side): {visit key: grades as printed}} in the order of the document."""
    table = {}
    for row in rows:
        place = table.setdefault((label(row), side_words(row.side)), {})
        place.setdefault(key_of(row), []).append(str(row.grade))
    return table


def key_of(row):
    return row.visit.key if row.visit else None


def label(row):
    if row.printed_label:
        return row.printed_label
    name = "movement" if row.movement else "muscle"
    return StrengthScore._meta.get_field(name).label(getattr(row, name))

"""A table as CSV (RFC 4180): any of the document, or strength with a column for each visit."""

from django.utils.translation import gettext as _

from caserecords.exchange import rows
from patients.models import StrengthScore
from patients.models.wording import side_words
from patients.record.kinds import by_key
from patients.tables.spreadsheet import as_csv
from patients.versions.reading import load_record

CONTENT_TYPE = "text/csv; charset=utf-8"
SUFFIX = "csv"


class UnknownTable(ValueError):
    """No table of the case document has this name; the message lists the tables."""


def export(version, table=""):
    """Return a table of a stored version as UTF-8 CSV, its cells made safe.

    `table` is its document key; without one it is strength, a movement and side a row.
    """
    model = find_model(table) if table else None
    record = load_record(version)
    return as_csv(rows.lines(record, model) if model else lines(record))


def find_model(table):
    """Return the model of a document key; UnknownTable where there is none."""
    known = by_key()
    if table not in known:
        words = {"table": table, "known": ", ".join(known)}
        raise UnknownTable(_("“%(table)s” is no table of a case. Choose from: %(known)s.") % words)
    return known[table]


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

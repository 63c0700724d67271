"""Export one table as CSV (RFC 4180): any table, or strength with a column for each visit."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from caserecords.exchange import rows
from patients.models import CaseRow, CaseVersion, StrengthScore
from patients.models.wording import side_words
from patients.record.document import CaseRecord
from patients.record.kinds import by_key
from patients.tables.spreadsheet import as_csv
from patients.versions.reading import load_record

CONTENT_TYPE = "text/csv; charset=utf-8"
SUFFIX = "csv"


class UnknownTable(ValueError):
    """Raised for a table that the case document does not have; the message lists its tables."""


def export(version: CaseVersion, table: str = "") -> bytes:
    """Return a table of a stored version as UTF-8 CSV, with cells that are safe in spreadsheets.

    `table` is a document key. By default, export strength with a row for each movement or muscle
    and side, and a column for each visit. Raise UnknownTable if there is no such table.
    """
    model = find_model(table) if table else None
    record = load_record(version)
    return as_csv(rows.lines(record, model) if model else lines(record))


def find_model(table: str) -> type[CaseRow]:
    """Return the model of a document key; raise UnknownTable if there is none."""
    known = by_key()
    if table not in known:
        words = {"table": table, "known": ", ".join(known)}
        raise UnknownTable(
            _("“%(table)s” is not a table of the case document. Choose from: %(known)s.") % words
        )
    return known[table]


def lines(record: CaseRecord) -> Iterator[list[str]]:
    """Yield the header, then the rows; the cell of a visit without a grade is empty."""
    visits = {key_of(row): row.visit for row in record.rows["strength"]}
    heads = [visit.label if visit else _("visit not stated") for visit in visits.values()]
    yield [_("Movement or muscle"), _("Side"), *heads]
    for (name, side), grades in gather(record.rows["strength"]).items():
        yield [name, side, *("; ".join(grades.get(key, ())) for key in visits)]


def gather(
    rows: Iterable[StrengthScore],
) -> dict[tuple[str, str], dict[str | None, list[str]]]:
    """Return {(name, side): {visit key or None: grades as text}} in document order."""
    table: dict[tuple[str, str], dict[str | None, list[str]]] = {}
    for row in rows:
        place = table.setdefault((label(row), side_words(row.side)), {})
        place.setdefault(key_of(row), []).append(str(row.grade))
    return table


def key_of(row: StrengthScore) -> str | None:
    return row.visit.key if row.visit else None


def label(row: StrengthScore) -> str:
    if row.printed_label:
        return str(row.printed_label)
    name = "movement" if row.movement else "muscle"
    return str(StrengthScore._meta.get_field(name).label(getattr(row, name)))

"""Numbered tables of the report with plain-text cells, independent of the output format."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from caserecords.report.phrases import show
from patients.language.changes import change_class, change_words
from patients.models import Side
from patients.models.wording import is_empty, side_words
from patients.tables.columns import group

WIDE = 8  # a table with at least this many columns fills the width of the page


@dataclass(frozen=True)
class ReportCell:
    """The text of a cell, "" if not recorded; `small` is small print, `change` a CSS class.

    `address` is the URL of the cell's source, or "". A `repeated` heading cell has the same text as
    the one above it and is shown only to screen readers.
    """

    text: str = ""
    small: str = ""
    change: str = ""
    head: bool = False
    repeated: bool = False
    address: str = ""


@dataclass(frozen=True)
class ReportTable:
    """A report table; `notes` are (subject, note) pairs; an unnumbered table has `number` 0.

    `wordy` means that the cells contain enough text to need the full width of the page.
    """

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[ReportCell, ...], ...]
    notes: tuple[tuple[str, str], ...] = ()
    number: int = 0
    wordy: bool = False

    @property
    def anchor(self):
        return f"table-{self.number}"

    @property
    def is_wide(self):
        return self.wordy or len(self.headings) >= WIDE

    @property
    def has_gaps(self):
        """Whether any cell is empty, so that the symbol for "not recorded" must be explained."""
        return any(not cell.text for row in self.rows for cell in row)


def head(text):
    return ReportCell(text, head=True)


def change_cell(change):
    symbol, word = change_words(change)
    return ReportCell(f"{symbol} {word}", change=change_class(change))


def without_empty_columns(table: ReportTable, keep: int = 1) -> ReportTable:
    """Return the table without empty columns; the first `keep` columns are always kept."""
    filled = [
        at
        for at in range(len(table.headings))
        if at < keep or any(row[at].text for row in table.rows)
    ]
    return replace(
        table,
        headings=tuple(table.headings[at] for at in filled),
        rows=tuple(tuple(row[at] for at in filled) for row in table.rows),
    )


def with_visits(rows):
    """Return whether the table needs a visit column: not all rows have the same visit."""
    return len({visit.key if visit else None for visit in (row.visit for row in rows)}) > 1


def visit_label(visit):
    return visit.label if visit else _("visit not stated")


def side_text(side):
    """Return the side as text, or "" if it is not stated."""
    return "" if side == Side.NOT_STATED else side_words(side)


def collect_notes(pairs: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return (subject, note) pairs, joining the subjects of equal notes: "Peroneal, tibial".

    Empty notes are omitted.
    """
    found = group((pair for pair in pairs if pair[1]), lambda pair: pair[1])
    return tuple(
        (", ".join(dict.fromkeys(about for about, _note in same if about)), note)
        for note, same in found.items()
    )


def plain_table(title, rows, names, notes=()):
    """Return a table of model rows with a column per field name, without empty columns.

    There must be at least one row.
    """
    headings = tuple(str(rows[0]._meta.get_field(name).verbose_name) for name in names)
    cells = tuple(tuple(field_cell(row, name) for name in names) for row in rows)
    return without_empty_columns(ReportTable(title, headings, cells, tuple(notes)))


def field_cell(row, name):
    value = getattr(row, name)
    not_stated = is_empty(value) or value == Side.NOT_STATED
    return ReportCell("" if not_stated else show(row, name))

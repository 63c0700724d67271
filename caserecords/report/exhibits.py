"""Numbered tables of the report: plain text in cells, ready for a page, a PDF or a DOCX."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from caserecords.report.phrases import show
from patients.language.changes import change_class, change_words
from patients.models import Side
from patients.models.wording import is_empty, side_words
from patients.tables.columns import group

WIDE = 8  # columns from which a table takes the whole width


@dataclass(frozen=True)
class ReportCell:
    """A cell's text; "" is "not recorded". `small` is its small print, `change` a direction.

    `address` leads to what shows it. A `repeated` head says the same as the one above it, and is
    for those who do not see that.
    """

    text: str = ""
    small: str = ""
    change: str = ""
    head: bool = False
    repeated: bool = False
    address: str = ""


@dataclass(frozen=True)
class ReportTable:
    """A table with its title, notes as (about what, note), and number; 0 until it is numbered.

    `wordy` is one whose cells hold so much that it takes the whole width.
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
        """Whether any cell is empty, so that the mark for "not recorded" has to be explained."""
        return any(not cell.text for row in self.rows for cell in row)


def head(text):
    return ReportCell(text, head=True)


def change_cell(change):
    symbol, word = change_words(change)
    return ReportCell(f"{symbol} {word}", change=change_class(change))


def without_empty_columns(table: ReportTable, keep: int = 1) -> ReportTable:
    """Drop the columns that no row fills; the first `keep` stay."""
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
    """Whether a table over rows of several visits needs a column that names the visit."""
    return len({visit.key if visit else None for visit in (row.visit for row in rows)}) > 1


def visit_label(visit):
    return visit.label if visit else _("visit not stated")


def side_text(side):
    """The side for a column of sides; "" where none was stated."""
    return "" if side == Side.NOT_STATED else side_words(side)


def collect_notes(pairs: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """(about, note) with what shares a note put together: "Peroneal, tibial"."""
    found = group((pair for pair in pairs if pair[1]), lambda pair: pair[1])
    return tuple(
        (", ".join(dict.fromkeys(about for about, _note in same if about)), note)
        for note, same in found.items()
    )


def plain_table(title, rows, names, notes=()):
    """A table of model rows, one column a field name; empty columns are dropped."""
    headings = tuple(str(rows[0]._meta.get_field(name).verbose_name) for name in names)
    cells = tuple(tuple(field_cell(row, name) for name in names) for row in rows)
    return without_empty_columns(ReportTable(title, headings, cells, tuple(notes)))


def field_cell(row, name):
    value = getattr(row, name)
    unsaid = is_empty(value) or value == Side.NOT_STATED
    return ReportCell("" if unsaid else show(row, name))

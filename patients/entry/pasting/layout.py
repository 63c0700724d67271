"""Find the tables of a pasted block: their header rows, and the headings between rows."""

import re
from dataclasses import dataclass, field, replace

from patients.catalogue.pasted_words import side_of
from patients.catalogue.value_words import STATE_WORDS
from patients.entry.pasting.clipboard import Repeated
from patients.entry.pasting.columns import ColumnReader, PastedColumn, is_filled, is_numeric
from patients.entry.pasting.headings import BRACKETS, MARKS
from patients.entry.pasting.spaces import RANGE, VALUE, kind_of, words_of

_MAX_HEADERS = 4
_DAY = re.compile(r"(\d{1,2})/(\d{1,2})|(\d{1,2})\.(\d{1,2})\.")
_REGION = re.compile(r"(?:(?:upper|lower) )?(?:limbs?|extremit(?:y|ies)|arm|leg|hand|foot)", re.I)


@dataclass(frozen=True)
class RowContext:
    """What the headings above a row say about it."""

    side: str = ""
    visit: str = ""
    table: str = ""
    name: str = ""
    aside: str = ""  # beside the name, such as the recording site
    fields: tuple[tuple[str, str], ...] = ()  # such as (("specimen", "CSF"),)


@dataclass
class PastedRow:
    """One row of a pasted table.

    `kind` is "header", "heading", "title", "data", or "unsplit" for a line whose values could not
    be told apart.
    """

    number: int
    cells: list[str]
    kind: str = "data"
    context: RowContext = RowContext()

    @property
    def only_text(self):
        """The text, not a number, that is alone in the first cell or in all cells; else ""."""
        first, *others = self.cells
        is_only = not any(others) or all(cell == first for cell in others)
        return first if is_only and not is_numeric(first) else ""


@dataclass
class PastedTable:
    """A part of the pasted block with its own columns."""

    number: int
    rows: list[PastedRow] = field(default_factory=list)
    columns: list[PastedColumn] = field(default_factory=list)

    @property
    def data(self):
        return [row for row in self.rows if row.kind == "data"]

    @property
    def has_header(self):
        return any(row.kind == "header" for row in self.rows)


class LayoutReader:
    """Splits the rows of a pasted block into tables; `target` is the table of the page."""

    def __init__(self, reader, target, siblings=()):
        self.reader, self.target = reader, target
        self.read, self.columns = reader.read, ColumnReader(reader, target, siblings)

    def tables(self, rows):
        """Return the PastedTables of a block, with the context of each row."""
        self.read_dates(rows)
        found, context = [PastedTable(0)], RowContext()
        lines = [PastedRow(number, cells) for number, cells in enumerate(rows)]
        for at, line in enumerate(lines):
            line.kind = self.kind_of(line, lines[at + 1 :], is_top=not found[-1].data)
            if line.kind == "data" and not found[-1].rows and self.is_unknown_header(lines):
                line.kind = "header"
            if line.kind == "header" and (found[-1].data or is_full(found[-1])):
                found.append(PastedTable(len(found)))
            if line.kind == "header" and self.field_of_entry(line.cells[0]):
                context = self.under(context, line.cells[0])
            if line.kind == "heading":
                context = self.under(context, line.only_text)
            line.context = context
            found[-1].rows.append(line)
        drop_last_headings(lines)
        for table in found:
            table.columns = self.columns.columns_of(table)
        return found

    def read_dates(self, rows):
        """Read days such as "15/2" in one of the first rows as visits, if they are headings.

        The other cells of the row are no values, and no cell below is a day.
        """
        for at, (first, *cells) in enumerate(rows[:_MAX_HEADERS]):
            days = [cell for cell in cells if is_day(cell)]
            others = [cell for cell in cells if cell and cell not in days]
            below = [cell for row in rows[at + 1 :] for cell in row[1:]]
            is_headed = not first or self.target.subject in self.read(first).fields
            are_scores = all(re.fullmatch("[0-5]/5", day) for day in days)
            if is_headed and not are_scores and not any(map(self.is_value, others)):
                if is_filled("".join(below)) and not any(map(is_day, below)):
                    self.reader.add_visits(days)
                return

    def kind_of(self, line, following, is_top):
        text = line.only_text
        if text and self.target.takes_any_name and not self.read(text).fields:
            return "data"
        if not text:
            return "header" if self.is_header(line.cells, following, is_top) else "data"
        found = self.read(text)
        if self.is_block_heading(found):
            return "heading"
        if len(line.cells) == 1:
            return "header" if not line.number and self.target.subject in found.fields else "data"
        if found.fields and self.is_header(line.cells, following, is_top):
            return "header"
        if self.field_of_entry(text):
            return "heading"
        if found.is_known and found.name:
            return "heading" if self.is_above_unnamed(following) else "data"
        if found.table and found.is_known:
            return "heading"
        if self.target.find(text) or self.target.derived(text):
            return "data"
        return "unsplit" if kind_of(words_of(text)[-1]) in (VALUE, RANGE) else "title"

    def is_above_unnamed(self, following):
        """Whether the next row needs a name from a heading: its first cell is not a name."""
        below = next((line for line in following if any(line.cells)), None)
        if below is None or below.only_text:
            return False
        first = below.cells[0]
        return bool(first) and not self.read(first).name

    def is_block_heading(self, found):
        """Whether a heading is for the rows below: a table, a side or visit, or a sided region."""
        is_region = bool(found.sides) and is_region_of_body(found.rest)
        is_stated = found.sides or found.visit or found.table
        return bool(is_stated and not (found.fields or found.name)) and (
            found.is_known or is_region
        )

    def is_header(self, cells, following, is_top):
        """Return whether cells are headings: none is a value, and the first is not a row name.

        Most cells at the top of a table have to be headings; nearly all of them further down.
        """
        return self.is_only_header(cells, following, is_top) or self.is_above_header(
            cells, following, is_top
        )

    def is_above_header(self, cells, following, is_top):
        """Whether cells have words above several columns of a header row that follows."""
        for at, line in enumerate(following[: _MAX_HEADERS - 1], start=1):
            if any(map(is_numeric, line.cells)):
                return False
            is_header = self.is_only_header(line.cells, following[at:], is_top)
            if is_header and self.is_group_head(cells, line.cells, is_top):
                return True
        return False

    def is_group_head(self, cells, below, is_top):
        """Whether cells have words above several columns each, and no value or name of a row.

        Below the top of a table, the first cell has to be empty or a heading.
        """
        first, texts = cells[0], [one for one in cells if one and not isinstance(one, Repeated)]
        gaps = [at for at, one in enumerate(cells) if not one or isinstance(one, Repeated)]
        covers = any(below[at] and any(cells[:at]) for at in gaps)
        is_name = bool(first) and (self.columns.is_name(first) or bool(self.target.find(first)))
        is_started = not is_name if is_top else not first or self.is_heading(first)
        is_words = not any(is_numeric(text) or is_state(text) for text in texts)
        return is_started and is_words and covers

    def is_only_header(self, cells, following, is_top):
        """Return whether cells are headings by themselves."""
        below = next((line.cells for line in following), [])
        if is_top and len(cells) > 2 and self.is_facet(cells[1:]):
            return True
        if self.columns.is_name(cells[0]) and not self.is_facet(below[:1]):
            return False
        if any(map(self.is_value, cells[1:])):
            return False
        texts, right = list(filter(None, cells)), list(filter(None, cells[1:]))
        if not is_top:
            is_started = len(right) > 1 or not cells[0] or self.is_heading(cells[0])
            return bool(following) and is_started and self.are_headings(cells, right)
        if sum(map(self.is_label, texts)) * 2 > len(texts):
            return True
        has_values = any(is_numeric(cell) for cell in below[1:])
        return has_values and bool(right) and all(map(self.is_label, right))

    def are_headings(self, cells, right):
        """Whether nearly all cells on the right are headings, and not all are names of rows."""
        labels = [cell for cell in right if self.is_label(cell)]
        known = [cell for cell in right if cell in labels or self.read(cell).is_label]
        is_column = any(not self.columns.is_name(cell) for cell in filter(self.is_label, cells))
        return is_column and len(labels) * 2 > len(right) and len(known) * 4 >= len(right) * 3

    def is_facet(self, cells):
        """Whether all of one or more cells are sides or visits."""
        return bool(cells) and all(side_of(cell) or self.reader.is_visit(cell) for cell in cells)

    def is_value(self, cell):
        """Whether a cell is a number, or a number with a side or unit such as "right 4"."""
        found = self.read(cell)
        return is_numeric(found.rest if found.is_label else cell)

    def is_heading(self, cell):
        return self.is_label(cell) or bool(self.read(cell).table)

    def is_unknown_header(self, lines):
        """Return whether the first row has only words above columns that have mostly numbers."""
        first, *rest = lines
        right = [at for at, cell in enumerate(first.cells) if at and cell]
        below = [row.cells[at] for row in rest for at in right if is_filled(row.cells[at])]
        has_words = not any(is_numeric(first.cells[at]) for at in right)
        is_named = bool(self.target.find(first.cells[0]))
        has_numbers = sum(map(is_numeric, below)) * 2 > len(below)
        return bool(right) and has_words and has_numbers and not is_named

    def is_label(self, cell):
        """Whether a cell says something about a column, and is no result such as "normal"."""
        found = self.read(cell)
        is_listed = self.target.value_field and self.target.column_listing(cell)
        is_known = found.is_label or bool(is_listed)
        return is_known and (not is_state(cell) or bool(found.visit))

    def field_of_entry(self, text):
        """Return the column, such as the specimen, whose catalogue has a heading's text."""
        return self.target.column_listing(MARKS.sub("", text))

    def under(self, context, text):
        """Return the context of the rows below a heading."""
        found = self.read(text)
        if not (found.sides or found.visit or found.table or found.name):
            pair = (self.field_of_entry(text), MARKS.sub("", text))
            kept = tuple(one for one in context.fields if one[0] != pair[0])
            return replace(context, fields=(*kept, pair))
        said = {
            "side": found.sides[0] if len(found.sides) == 1 else "",
            "visit": found.visit,
            "table": found.table,
            "name": found.name,
        }
        if found.kind:
            context = replace(context, fields=(("kind", found.kind),))
        if found.table and found.table != context.table:
            context = RowContext(fields=context.fields)
        if found.name:
            context = replace(context, aside=found.aside)
        return replace(context, **{key: text for key, text in said.items() if text})


def is_state(text):
    return BRACKETS.sub("", text).strip().casefold() in STATE_WORDS


def is_region_of_body(text):
    return bool(_REGION.fullmatch(text))


def is_day(text):
    """Whether a text is a day and a month, in either order, such as "15/2" or "15.2."."""
    found = _DAY.fullmatch(text)
    numbers = sorted(int(one) for one in found.groups() if one) if found else [0]
    return 0 < numbers[0] <= 12 and numbers[-1] <= 31


def drop_last_headings(lines):
    """Make titles of the headings that have no rows below them."""
    for line in reversed(lines):
        if line.kind == "data":
            return
        if line.kind == "heading":
            line.kind = "title"


def is_full(table):
    return sum(row.kind == "header" for row in table.rows) >= _MAX_HEADERS

"""Find the header rows, the headings between rows, and the columns of a pasted table."""

import re
from dataclasses import dataclass, field, replace

from patients.catalogue.pasted_words import alternatives, side_of
from patients.catalogue.value_words import STATE_WORDS
from patients.entry.pasting.clipboard import DITTO, is_time
from patients.entry.pasting.headings import MARKS, PastedHeading, is_unit
from patients.entry.pasting.parts import PHASE
from patients.entry.pasting.spaces import RANGE, VALUE, kind_of, words_of
from patients.entry.pasting.values import JOINT

LEAVE_OUT, UNIT, TABLE = "", "unit", "table"  # what a column can be, besides a column of the table
DITTOS = (DITTO, '"', "”", "''", "do", "do.", "ditto", "idem")
DASHES = "-–—−‐‑‒…. "
_NUMERIC = re.compile(r"[<>≤≥~±]?\s*[+-]?\d.*|[+±]{1,4}|[+-]/-")
_FLAG = re.compile(r"H{1,2}|L{1,2}|N|A|[↑↓▲▼]{1,2}|\*", re.I)
_RANGE = re.compile(r"[<>≤≥]\s*\d[\d.,]*.*|\d[\d.,]*\s*(?:[-–—]|to)\s*\d[\d.,]*.*|up to \d.*", re.I)
_MAX_HEADERS = 4


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
class PastedColumn:
    """What a column of a pasted table is.

    `what` is a column of the case's table, UNIT, TABLE or LEAVE_OUT. Values that have no side or
    visit in `sides` and `visit` take it from their row.
    """

    number: int
    heading: PastedHeading = PastedHeading()
    what: str = LEAVE_OUT
    sides: tuple[str, ...] = ()
    visit: str = ""
    unit: str = ""
    name: str = ""
    kind: str = ""  # of late response, such as "f_wave"
    is_sure: bool = True

    @property
    def fields(self):
        return alternatives(self.what) if self.what else ()

    @property
    def is_faceted(self):
        """Whether the column states the side, visit, name or kind of its values."""
        return bool(self.sides or self.visit or self.name or self.kind)


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
        self.other_labels = {what for sibling in siblings for what in sibling.labels}
        self.known = {}

    def read(self, cell):
        if cell not in self.known:
            self.known[cell] = self.reader.read(cell)
        return self.known[cell]

    def tables(self, rows):
        """Return the PastedTables of a block, with the context of each row."""
        found, context = [PastedTable(0)], RowContext()
        lines = [PastedRow(number, cells) for number, cells in enumerate(rows)]
        for at, line in enumerate(lines):
            line.kind = self.kind_of(line, lines[at + 1 :])
            if line.kind == "data" and not found[-1].rows and self.is_unknown_header(lines):
                line.kind = "header"
            if line.kind == "header" and (found[-1].data or is_full(found[-1])):
                found.append(PastedTable(len(found)))
            if line.kind == "heading":
                context = self.under(context, line.only_text)
            line.context = context
            found[-1].rows.append(line)
        for table in found:
            table.columns = self.columns_of(table)
        return found

    def kind_of(self, line, following):
        text = line.only_text
        if text and self.target.takes_any_name and not self.read(text).fields:
            return "data"
        if not text:
            return "header" if self.is_header(line.cells, following) else "data"
        found = self.read(text)
        if found.is_known and (found.sides or found.visit or found.table) and not found.fields:
            return "heading"
        if len(line.cells) == 1:
            return "header" if not line.number and self.target.subject in found.fields else "data"
        if found.fields and self.is_header(line.cells, following):
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

    def is_header(self, cells, following):
        """Return whether most cells are headings and none is a value."""
        texts = [cell for cell in cells if cell]
        below = next((line.cells for line in following), [])
        if self.reader.knows(cells[0]) and not self.read(cells[0]).fields:
            return False
        if any(is_numeric(cell) and not self.read(cell).visit for cell in cells[1:]):
            return False
        labels = [cell for cell in texts if self.is_label(cell)]
        if len(labels) * 2 > len(texts):
            return True
        right = [cell for cell in cells[1:] if cell]
        has_values = any(is_numeric(cell) for cell in below[1:])
        return has_values and bool(right) and all(map(self.is_label, right))

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
        found = self.read(cell)
        return found.is_label and (cell.casefold() not in STATE_WORDS or bool(found.visit))

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

    # Columns

    def columns_of(self, table):
        headings = self.headings_of([row.cells for row in table.rows if row.kind == "header"])
        width = max((len(row.cells) for row in table.rows), default=0)
        columns = [
            PastedColumn(at, headings[at] if headings else PastedHeading()) for at in range(width)
        ]
        bodies = [
            [row.cells[at] for row in table.data if is_filled(row.cells[at])] for at in range(width)
        ]
        for column, body in zip(columns, bodies, strict=True):
            self.read_heading(column, body)
        for column, body in zip(columns, bodies, strict=True):
            if not column.what and not column.heading.is_label:
                self.read_body(column, body, columns)
        self.find_names(columns, bodies)
        self.share_sides(columns, bodies)
        has_doses = self.target.nested and any(column.what == "dose" for column in columns)
        for column in columns:
            if has_doses and column.what == "duration":
                column.what = f"{PHASE}duration"
        for column, body in zip(columns, bodies, strict=True):
            column.is_sure = column.is_sure and bool(column.what or not body)
        drop_repeated(columns)
        return columns

    def headings_of(self, headers):
        """Return the PastedHeading of each column, from up to four header rows."""
        if not headers:
            return []
        found = [PastedHeading()] * len(headers[0])
        for at, cells in enumerate(headers[:_MAX_HEADERS]):
            is_last = at == len(headers) - 1
            read = [self.read(cell) for cell in (cells if is_last else filled_right(cells))]
            found = [above.above(below) for above, below in zip(found, read, strict=True)]
        return found

    def read_heading(self, column, body):
        """Set what a column is from its heading, or from its cells if they are all sides."""
        heading = column.heading
        if body and all(map(side_of, body)) and "side" in self.target.labels:
            column.what = "side"
            return
        column.what = self.field_of(heading)
        if column.what == "side" and len(heading.sides) == 2:
            column.what = LEAVE_OUT  # its cells are values for two sides
        if column.what in ("side", "visit"):
            return
        column.unit = heading.unit
        column.sides = heading.sides
        column.visit = heading.visit
        column.name = heading.name if not column.what else ""
        column.kind = heading.kind
        if not column.what and (column.is_faceted or heading.unit):
            column.what = self.value_for(heading)
            column.is_sure = bool(column.what) and bool(column.is_faceted)
        if column.what == self.target.subject:
            column.sides, column.visit = (), ""

    def share_sides(self, columns, bodies):
        """Give the sides in the heading of the names, such as "Muscle (R/L)", to the values."""
        sides = next((c.heading.sides for c in columns if c.what == self.target.subject), ())
        results = [one for one in zip(columns, bodies, strict=True) if self.is_open(one[0])]
        if not any(column.what == "side" for column in columns):
            for column, body in results:
                has_pairs = any(re.search(r"[/|;]", cell) for cell in body)
                if len(sides) == 1 or has_pairs:
                    column.sides = sides

    def is_open(self, column):
        """Whether a column has results without a side."""
        return not column.sides and self.target.is_result(column.what)

    def value_for(self, heading):
        """Return the column for values whose heading names only a side, a visit or a unit."""
        by_unit = self.target.field_with_unit(heading.unit) if heading.unit else ""
        return by_unit or self.target.value_field

    def field_of(self, heading):
        """Return the column that a heading stands for: of the page's table, else of another."""
        for labels in (self.target.labels, self.other_labels):
            for name in heading.fields:
                if name in labels or self.is_special(name):
                    return name
        found = [
            next((one for one in part if one in self.target.labels), "") for part in heading.parts
        ]
        is_joint = all(found) and not any(map(self.target.is_text, found))
        return JOINT.join(found) if is_joint else LEAVE_OUT

    def is_special(self, name):
        is_unit = name == UNIT and self.target.value_field
        return bool(is_unit or (name == TABLE and self.target.has_siblings))

    def read_body(self, column, body, columns):
        """Set what a column without a known heading is, by its cells."""
        taken = {one.what for one in columns}
        tests = (
            (self.target.subject, lambda cell: bool(self.target.find(cell)), 0.5),
            ("side", side_of, 0.99),
            ("visit", lambda cell: self.reader.is_visit(cell), 0.99),
            ("placement", is_time, 0.6),
            (UNIT, is_unit, 0.99),
            ("interpretation", _FLAG.fullmatch, 0.99),
            ("reference_range", _RANGE.fullmatch, 0.8),
        )
        for what, test, share in tests:
            can_be = what in self.target.labels or self.is_special(what)
            if not body or what in taken or not can_be:
                continue
            if what == "reference_range" and not self.has_numbers(columns[: column.number]):
                continue
            if sum(bool(test(cell)) for cell in body) >= share * len(body):
                column.what = what
                return

    def has_numbers(self, columns):
        """Whether one of the columns can have the results."""
        return any(one.what in (LEAVE_OUT, self.target.value_field) for one in columns)

    def find_names(self, columns, bodies):
        """If no column has the names, use the first one that has mostly words.

        With catalogues, only the first column of the table can be used.
        """
        subject = self.target.subject
        if any(column.what == subject for column in columns):
            return
        if len(columns) == 1:
            known = [cell for cell in bodies[0] if self.target.derived(cell)]
            if len(known) * 2 > len(bodies[0]):
                columns[0].what = subject
            return
        candidates = zip(columns, bodies, strict=True)
        for column, body in list(candidates)[: 1 if self.target.catalogues else None]:
            words = [cell for cell in body if not is_numeric(cell)]
            if not column.what and not column.heading.is_label and len(words) * 2 > len(body):
                column.what = subject
                column.is_sure = not self.target.catalogues or any(map(self.target.find, words))
                return


def is_full(table):
    return sum(row.kind == "header" for row in table.rows) >= _MAX_HEADERS


def is_numeric(text):
    return bool(_NUMERIC.fullmatch(text)) and not re.fullmatch(r"\d+(?:st|nd|rd|th)? [a-z].*", text)


def is_filled(text):
    return bool(text.strip(DASHES)) and text not in DITTOS


def filled_right(cells):
    """Repeat each text in the empty cells to its right, as a merged heading covers them."""
    found, last = [], ""
    for cell in cells:
        last = cell or last
        found.append(last)
    return found


def drop_repeated(columns):
    """Leave out columns with the same meaning, side, visit and name as an earlier one."""
    seen = set()
    for column in columns:
        key = (column.what, column.sides, column.visit.casefold(), column.name, column.kind)
        if column.what and key in seen:
            column.what, column.is_sure = LEAVE_OUT, False
        seen.add(key)

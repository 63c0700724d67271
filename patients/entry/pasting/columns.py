"""Find what each column of a pasted table is, by its headings and its cells."""

import re
from dataclasses import dataclass

from patients.catalogue.pasted_words import alternatives, side_of
from patients.entry.pasting.clipboard import DITTO, is_time
from patients.entry.pasting.headings import PastedHeading, is_unit
from patients.entry.pasting.parts import PHASE
from patients.entry.pasting.values import JOINT

PARAMETER = "parameter"  # a column that says what the results in its row are, such as "DML (ms)"
BY_PARAMETER = "by_parameter"  # a column of such results
REFERENCE = "reference"  # the column with the normal values of all results in a row
LEAVE_OUT, UNIT, TABLE = "", "unit", "table"  # what a column can be, besides a column of the table
DITTOS = (DITTO, '"', "”", "''", "do", "do.", "ditto", "idem")
LATENCY = "min_latency_ms"  # of a late response
DASHES = "-–—−‐‑‒…. "
_NUMERIC = re.compile(r"[<>≤≥~±]?\s*[+-]?\d.*|[+±]{1,4}|[+-]/-")
_FLAG = re.compile(r"H{1,2}|L{1,2}|N|A|[↑↓▲▼]{1,2}|\*", re.I)
_RANGE = re.compile(r"[<>≤≥]\s*\d[\d.,]*.*|\d[\d.,]*\s*(?:[-–—]|to)\s*\d[\d.,]*.*|up to \d.*", re.I)


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
    table: str = ""  # that its values are for, if the heading says so: "SNAP" is sensory
    listed: tuple[tuple[str, str], ...] = ()  # such as (("specimen", "CSF"),)
    about: str = ""  # the column that a reference is for, if the table has several references
    is_sure: bool = True

    @property
    def fields(self):
        return alternatives(self.what) if self.what else ()

    @property
    def is_faceted(self):
        """Whether the column states the side, visit, name, kind or specimen of its values."""
        return bool(self.sides or self.visit or self.name or self.kind or self.listed)


class ColumnReader:
    """Reads the columns of tables; `target` is the table of the page."""

    def __init__(self, reader, target, siblings=()):
        self.reader, self.target, self.siblings = reader, target, siblings
        self.other_labels = {what for sibling in siblings for what in sibling.labels}

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
        self.name_by_corner(columns)
        self.name_by_headings(columns)
        self.share_facets(columns, bodies)
        has_doses = self.target.nested and any(column.what == "dose" for column in columns)
        for column in columns:
            if has_doses and column.what == "duration":
                column.what = f"{PHASE}duration"
        for column, body in zip(columns, bodies, strict=True):
            column.is_sure = column.is_sure and bool(column.what or not body)
        self.find_parameters(columns, bodies)
        self.find_references(columns)
        drop_repeated(columns)
        return columns

    def headings_of(self, headers):
        """Return the PastedHeading of each column, from the header rows."""
        if not headers:
            return []
        found = [PastedHeading()] * len(headers[0])
        for at, cells in enumerate(headers):
            is_last = at == len(headers) - 1
            read = [self.reader.read(cell) for cell in (cells if is_last else filled_right(cells))]
            found = [above.above(below) for above, below in zip(found, read, strict=True)]
        return found

    def read_heading(self, column, body):
        """Set what a column is from its heading, or from its cells if they are all sides."""
        heading = column.heading
        if body and all(map(side_of, body)) and "side" in self.target.labels:
            column.what = "side"
            return
        is_first = column.number == 0 and len(body) > 1 and "visit" in self.target.labels
        if is_first and all(map(self.is_visit, body)):
            column.what = "visit"
            return
        column.what = self.field_of(heading)
        if column.what == "side" and len(heading.sides) == 2:
            column.what = LEAVE_OUT  # its cells are values for two sides
        if column.what in ("side", "visit", UNIT):
            return
        column.unit = heading.unit
        column.sides = heading.sides
        column.visit = heading.visit
        column.name = heading.name if not column.what else ""
        column.kind, column.table = heading.kind, heading.table
        listing = self.target.column_listing(heading.rest) if heading.rest else ""
        if listing and column.number and self.target.value_field:
            column.listed = ((listing, heading.rest),)
            column.what = column.what or self.value_for(heading)
            return
        if (
            not column.what
            and column.kind
            and LATENCY in self.other_labels | set(self.target.labels)
        ):
            column.what = LATENCY
        if not column.what and (column.is_faceted or heading.unit):
            column.what = self.value_for(heading)
            column.is_sure = bool(column.what and column.is_faceted and not heading.rest)
        if column.what == self.target.subject:
            column.sides, column.visit = (), ""

    def find_parameters(self, columns, bodies):
        """Find a column with the parameters of the rows, and those with their results."""
        if self.target.value_field:
            return
        for column, body in zip(columns, bodies, strict=True):
            if column.what != LEAVE_OUT or not body or not all(map(self.parameter_of, body)):
                continue
            column.what, column.is_sure = PARAMETER, True
            for other in columns[column.number + 1 :]:
                if other.what == REFERENCE:
                    other.about = BY_PARAMETER
                elif other.what == LEAVE_OUT and (
                    other.is_faceted or "value" in other.heading.fields
                ):
                    other.what, other.is_sure = BY_PARAMETER, not other.heading.rest
            return

    def parameter_of(self, cell):
        """Return the column with the results of a parameter such as "DML (ms)", or ""."""
        what = self.field_of(self.reader.read(cell))
        return what if self.is_result(what) else ""

    def find_references(self, columns):
        """Set which results the columns of references are for, if there are several of these."""
        references = [one for one in columns if one.what == REFERENCE and not one.about]
        for column in references if len(references) > 1 else ():
            before = [one.what for one in columns[: column.number] if self.is_result(one.what)]
            column.about = before[-1] if before else ""

    def is_result(self, what):
        return any(one.is_result(what) for one in (self.target, *self.siblings))

    def name_by_corner(self, columns):
        """Name the values by the heading above sides or visits, as in "Grip (kg)" above "Right"."""
        first, *others = columns or [PastedColumn(0)]
        name = first.heading.printed_name
        is_named = any(one.what == self.target.subject or one.name for one in columns)
        if first.what not in ("side", "visit") or not name or is_named:
            return
        for column in others:
            if self.target.is_result(column.what):
                column.name, column.unit = name, column.unit or first.heading.unit

    def name_by_headings(self, columns):
        """Name values by headings such as "Pinch (key, kg)", in a table that takes any name."""
        if self.target.catalogues or any(one.what == self.target.subject for one in columns):
            return
        for column in columns:
            heading = column.heading
            if column.what and column.what == self.target.value_field and heading.unit:
                column.name = column.name or heading.rest
                column.is_sure = column.is_sure or bool(column.name)

    def share_facets(self, columns, bodies):
        """Give the sides and visit in the heading of the names, such as "R/L", to the values.

        The sides can also be in each name, such as "Shoulder abduction (R/L)".
        """
        names = next((c for c in columns if c.what == self.target.subject), None)
        stated = {column.what for column in columns}
        if names is None:
            return
        heading = names.heading
        sides = heading.sides or self.shared_sides(bodies[names.number])
        for column, body in zip(columns, bodies, strict=True):
            if not self.target.is_result(column.what):
                continue
            has_pairs = any(re.search(r"[/|;]", cell) for cell in body)
            if not (column.sides or "side" in stated) and (len(sides) == 1 or has_pairs):
                column.sides = sides
            if "visit" not in stated:
                column.visit = column.visit or heading.visit

    def shared_sides(self, names):
        """Return both sides, if each name has them in the same order."""
        found = {self.reader.read(name).sides for name in names}
        return found.pop() if len(found) == 1 and len(min(found)) == 2 else ()

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
            ("visit", self.is_visit, 0.99),
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

    def is_visit(self, cell):
        return self.reader.is_visit(cell) and not self.target.is_result_text(cell)

    def has_numbers(self, columns):
        """Whether one of the columns can have the results."""
        return any(one.what in (LEAVE_OUT, self.target.value_field) for one in columns)

    def find_names(self, columns, bodies):
        """If no column has the names, use the first one that has mostly words.

        With catalogues, only the first column of the table can be used: if it has mostly names, or
        mostly words that are no values, then whatever its heading is, such as "MRC".
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
            known = [cell for cell in words if self.is_name(cell)]
            can_be = len(known) * 2 > len(body) or not (column.what or column.heading.is_label)
            if can_be and len(words) * 2 > len(body):
                column.what, column.sides, column.visit, column.name = subject, (), "", ""
                column.is_sure = not self.target.catalogues or bool(known)
                return

    def is_name(self, cell):
        """Whether a cell is the name of a row rather than the heading of a column."""
        found = self.reader.read(cell)
        is_known = self.reader.knows(cell) or bool(found.name)
        return is_known and not self.field_of(found)


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
    """Leave out columns with the same meaning, side, visit and name as an earlier one.

    Units are beside each of several columns of values.
    """
    seen = set()
    for column in columns:
        key = (column.what, column.sides, column.visit.casefold(), column.name)
        key = (*key, column.kind, column.table, column.listed, column.about)
        if column.what not in (LEAVE_OUT, UNIT) and key in seen:
            column.what, column.is_sure = LEAVE_OUT, False
        seen.add(key)

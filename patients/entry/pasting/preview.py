"""The preview of a paste: where each cell of the pasted table goes, and what to check."""

from collections import defaultdict
from functools import cached_property
from zlib import crc32

from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from patients.entry.new_visits import ADDED
from patients.entry.page import SectionPage
from patients.entry.pasting.choices import PasteChoices
from patients.entry.pasting.clipboard import Repeated, TableTooLarge, read_clipboard
from patients.entry.pasting.columns import (
    BY_PARAMETER,
    DITTOS,
    LEAVE_OUT,
    is_filled,
)
from patients.entry.pasting.corrections import Corrections
from patients.entry.pasting.headings import MARKS, HeadingReader
from patients.entry.pasting.layout import LayoutReader
from patients.entry.pasting.parts import PastedCell, PreviewRow, nested_prefixes, pasted_parts
from patients.entry.pasting.placing import make_placer
from patients.entry.pasting.record import KEYS, PasteDefaults, Unplaced
from patients.entry.pasting.records import RecordReader
from patients.entry.pasting.row_target import RowTarget
from patients.entry.pasting.spaces import LineSplitter
from patients.entry.pasting.targets import GridTarget
from patients.entry.pasting.values import DASH
from patients.entry.pasting.visits import PastedVisits
from patients.entry.strength import StrengthGrid

ENTERED = ("new", "name", "replaces", "merged", "moved", "wrong")


def make_target(part, has_siblings=False):
    kind = GridTarget if isinstance(part, StrengthGrid) else RowTarget
    return kind(part, has_siblings)


def is_moved(column, placed):
    """Whether a cell is entered in the wording of its row, and not in its own column."""
    whats = {one.value.what for one in placed}
    return "words" in whats and column.what not in whats


class Paste:
    """A pasted table read for one table of an entry page.

    `texts` is the input of the page, and `given` that of the dialog: the clipboard's text and HTML,
    the input pasted into (`at`), and the user's corrections. Raises KeyError for an unknown table.
    """

    def __init__(self, case, section, texts, given, grid_options=None):
        self.case, self.section, self.grid_options = case, section, grid_options
        self.page = SectionPage(case, section, texts=texts, grid_options=grid_options)
        self.typed, self.given = texts, given
        parts = pasted_parts(self.page)
        self.prefix, self.at = given.get("part", ""), given.get("at", "")
        self.siblings = [make_target(part) for part in parts.values()]
        self.target = make_target(parts[self.prefix], has_siblings=len(parts) > 1)
        self.text, self.html = given.get("text", ""), given.get("html", "")
        self.visits = PastedVisits(self.page.visits)
        self.problem = ""
        self.read()

    @property
    def digest(self):
        """A number by which corrections of another pasted text are recognised."""
        return str(crc32(f"{self.text}\0{self.html}".encode()))

    @cached_property
    def corrections(self):
        return Corrections(self.given if self.given.get("digest") == self.digest else {})

    # Reading

    def read(self):
        has_visits = any("visit" in target.labels for target in self.siblings)
        reader = HeadingReader(
            self.visits.known.values(), lambda text: bool(self.knows(text)), has_visits
        )
        layout = LayoutReader(reader, self.target, self.siblings)
        splitter = LineSplitter(
            reader.read, layout.columns.field_of, self.target.is_text, self.target.lists
        )
        try:
            rows = read_clipboard(self.text, self.html, splitter.split)
        except TableTooLarge as error:
            rows, self.problem = [], str(error)
        self.tables = layout.tables(rows) if rows else []
        for table in self.tables:
            self.place_by_position(table, reader)
            for column in table.columns:
                is_new = self.corrections.has_new_visit(table, column)
                column.visit = self.visits.key_of(column.heading.text if is_new else column.visit)
            for column in table.columns:
                self.corrections.correct(table, column, self.whats, self.visits.choices)
        names, skipped = self.names(), self.corrections.skipped
        self.records = RecordReader(
            self.target, self.siblings, layout.columns, self.visits, self.defaults, names, skipped
        )
        for table in self.tables:
            self.records.read(table)
        self.records.complete()
        self.place()

    def knows(self, text):
        return bool(text) and any(one.find(text) for one in (self.target, *self.siblings))

    @property
    def defaults(self):
        sole = next(iter(self.visits.known)) if len(self.visits.known) == 1 else ""
        assumed = (self.target.side_at(self.at), self.target.visit_at(self.at) or sole)
        return PasteDefaults(*assumed, *map(self.corrections.get, ("side", "visit")))

    def place_by_position(self, table, reader):
        """Match columns without headings to those of the page, starting at the cell pasted into.

        If the rows state their sides, the columns are visits.
        """
        if table.has_header:
            return
        _row, start = self.target.position(self.at)
        named = [c.number for c in table.columns if c.what in (self.target.subject, "side")]
        has_sides = any(
            row.context.side or any(reader.read(row.cells[at]).sides for at in named)
            for row in table.data
        )
        visits = set()
        for column, (what, side, visit) in self.target.by_position(table.columns, start):
            column.is_sure = what == self.target.value_field != "grade"
            if has_sides and visit in visits:
                continue
            column.what, column.visit = what, visit
            column.sides = (side,) if side and not has_sides else ()
            visits.add(visit)

    def names(self):
        """Return {row: name} as corrected, or of the grid row of values that are pasted alone."""
        found = {}
        row, _column = self.target.position(self.at)
        for table in self.tables:
            if self.at and self.is_bare(table):
                for number, line in enumerate(table.data):
                    if not line.context.name and self.target.name_at(row + number):
                        found[line.number] = self.target.name_at(row + number)
        return found | self.corrections.names

    def is_bare(self, table):
        """Whether a table has only values, without names or headings."""
        has_names = any(column.what == self.target.subject for column in table.columns)
        return not (table.has_header or has_names)

    # Placing

    def place(self):
        """Put the records into the texts of the page, and validate the result."""
        self.merged, self.placements, self.unplaced = dict(self.typed), [], []
        for target in self.records.targets.values():
            mine = [record for record in self.records.records if record.target is target]
            if not mine:
                continue
            placer = make_placer(target, self.merged, self.at)
            placer.place(mine)
            self.merged = placer.texts
            self.placements += placer.placements
            self.unplaced += placer.unplaced
        self.unplaced += self.records.unplaced
        self.add_new_visits()
        self.result = SectionPage(
            self.case, self.section, texts=self.merged, bound=True, grid_options=self.grid_options
        )
        self.errors = self.find_errors()

    def add_new_visits(self):
        used = {record.visit for record in self.records.records}
        for key, label in self.visits.new.items():
            if key in used:
                self.merged[ADDED.format(key)] = label

    def find_errors(self):
        """Return {input name: message} of the page with the pasted texts."""
        self.result.is_valid()
        errors = {}
        for part in pasted_parts(self.result).values():
            errors |= getattr(part, "cell_errors", {})
            for form in getattr(part, "forms", ()):
                if form.is_included:
                    found = form.errors.items()
                    errors |= {f"{form.prefix}-{name}": " ".join(m) for name, m in found}
        return errors

    # Display

    @property
    def choices(self):
        return PasteChoices(self.target, self.siblings, self.visits, self.corrections)

    @property
    def whats(self):
        return self.choices.whats(self.tables)

    @property
    def asks_side(self):
        return "side" in self.target.labels and self.records.lacks_side

    @property
    def asks_visit(self):
        return "visit" in self.target.labels and self.records.lacks_visit

    def has_facets(self, column):
        """Whether a side and a visit can be chosen for a column."""
        is_result = self.target.is_result(column.what) or column.what == BY_PARAMETER
        return column.is_faceted or is_result

    @cached_property
    def shown(self):
        """The tables of the preview as [(PastedTable, [dict of a column], [PreviewRow])]."""
        return [(table, self.shown_columns(table), self.shown_rows(table)) for table in self.tables]

    def shown_columns(self, table):
        return [
            {
                "column": column,
                "name": f"{table.number}-{column.number}",
                "sides": ",".join(column.sides),
                "has_facets": self.has_facets(column),
                "visit": self.choices.visit_of(table, column),
                "visits": self.choices.visits_of(table, column),
                "title": column.heading.text or _("column %s") % (column.number + 1),
            }
            for column in table.columns
        ]

    def shown_rows(self, table):
        notes = defaultdict(list)
        for one in self.unplaced:
            notes[one.row, one.column].append(one)
        placed = defaultdict(list)
        for one in self.placements:
            placed[one.value.row, one.value.column].append(one)
        return [self.shown_row(table, row, placed, notes) for row in table.rows]

    def shown_row(self, table, row, placed, notes):
        found = PreviewRow(row.number, row.kind, is_skipped=row.number in self.records.skipped)
        for column in table.columns:
            key = (row.number, column.number)
            cell = self.shown_cell(row, column, placed[key], notes[key])
            found.cells.append(cell)
        found.cells = [self.shown_alone(cell, found.cells) for cell in found.cells]
        name = self.records.row_names.get(row.number)
        is_named_above = any(column.name for column in table.columns)
        if name is not None and self.target.catalogues and (name.text or not is_named_above):
            found.name = name.text
            found.is_unknown = not name.found
            found.suggest = self.target.suggestions
        return found

    def shown_alone(self, cell, cells):
        """Return a cell as entered if it is a name that is alone in its row."""
        is_alone = sum(one.status != "empty" for one in cells) == 1
        return PastedCell(cell.text, "name") if is_alone and cell.status == "key" else cell

    def shown_cell(self, row, column, placed, notes):
        text = row.cells[column.number]
        if row.kind != "data":
            return PastedCell(
                text, "lost" if notes else "heading", notes[0].reason if notes else ""
            )
        if not is_filled(text) and not placed and not notes:
            return PastedCell(text, "dash" if text and text not in DITTOS else "empty")
        wrong = [self.errors[one.input] for one in placed if one.input in self.errors]
        if wrong:
            return PastedCell(text, "wrong", " ".join(wrong))
        if notes:
            is_left = column.what == LEAVE_OUT
            return PastedCell(text, "left" if is_left else "lost", notes[0].reason)
        if is_moved(column, placed):
            note = _("The case has no such event, so this is added to the wording in the source.")
            return PastedCell(text, "moved", note)
        replaced = [one.before for one in placed if one.replaces]
        if replaced:
            return PastedCell(text, "replaces", _("replaces %s") % ", ".join(replaced))
        if placed and isinstance(text, Repeated):
            note = _("This cell is merged with the one on its left; its text is entered for both.")
            return PastedCell(text, "merged", note)
        if placed:
            is_new = placed[0].text != text and (DASH.fullmatch(text) or MARKS.search(text))
            note = _("entered as %s") % placed[0].text if is_new else self.other_table(placed[0])
            return PastedCell(text, "new", note)
        return self.unused_cell(row, column, text)

    def other_table(self, placed):
        """Return a note about a cell that goes into another table than the one pasted into."""
        others = [one for one in self.siblings if one.prefix != self.target.prefix]
        titles = [one.title for one in others if placed.input.startswith(f"{one.prefix}-")]
        return _("in %s") % titles[0] if titles else ""

    def unused_cell(self, row, column, text):
        """Return a cell that is in no input itself, such as a unit or a side."""
        if self.is_key(column) and row.number in self.recorded_rows:
            return PastedCell(text, "key")
        return PastedCell(text, "lost", _("This cell is not entered."))

    @cached_property
    def recorded_rows(self):
        found = self.records.records
        return {value.row for one in found for value in one.values} | {one.row for one in found}

    @cached_property
    def cells(self):
        """The cells with values, of all tables, as [(row, column, PastedCell)]."""
        return [
            (row, column, cell)
            for table, _columns, rows in self.shown
            for row in rows
            if row.kind == "data"
            for column, cell in zip(table.columns, row.cells, strict=True)
            if (not self.is_key(column) and cell.status not in ("dash", "empty"))
            or cell.status == "name"
        ]

    def is_key(self, column):
        """Whether the cells of a column say what the others are, such as a name or a side."""
        return column.what in (self.target.subject, *KEYS)

    @property
    def dashes(self):
        """The number of cells with a dash alone that are left empty."""
        rows = [row for _table, _columns, rows in self.shown for row in rows if row.kind == "data"]
        return sum(cell.status == "dash" for row in rows for cell in row.cells)

    @property
    def entered(self):
        return sum(cell.status in ENTERED for _row, _column, cell in self.cells)

    @property
    def entered_in(self):
        """The titles of the tables with values."""
        titles = dict.fromkeys(record.target.title for record in self.records.records)
        return ", ".join(titles) or self.target.title

    @property
    def rows_to_check(self):
        return [row for _table, _columns, rows in self.shown for row in rows if row.needs_check]

    @property
    def checks(self):
        """The number of rows, columns and assumed sides and visits to check."""
        rows = len(self.rows_to_check)
        rows += self.asks_side and self.records.assumes_side
        rows += self.asks_visit and self.records.assumes_visit
        return rows + sum(not column.is_sure for table in self.tables for column in table.columns)

    @property
    def summary(self):
        values = {"entered": self.entered, "total": len(self.cells)}
        text = _("%(entered)s of %(total)s cells will be entered.") % values
        counts = (
            (self.dashes, ngettext_lazy("%s dash is left empty.", "%s dashes are left empty.")),
            (self.checks, ngettext_lazy("%s place to check.", "%s places to check.")),
        )
        return " ".join([text, *(words % count for count, words in counts if count)])

    @property
    def left_over(self):
        """The Unplaced cells of the preview, in the order of the table."""
        found = []
        for table, _columns, rows in self.shown:
            for row in rows:
                for column, cell in zip(table.columns, row.cells, strict=True):
                    if cell.status in ("lost", "left") and cell.text:
                        found.append(Unplaced(row.number, column.number, cell.text, cell.note))
        return found

    @property
    def changed_parts(self):
        """The parts of the page to draw again; all of them if there is a new visit to choose."""
        is_new_visit = len(self.result.added) > len(self.page.added)
        prefixes = {target.prefix for target in self.records.targets.values()}
        changed = {p for p in prefixes if any(r.target.prefix == p for r in self.records.records)}
        return [
            part
            for part in self.result.parts
            if getattr(part, "takes_tables", False)
            and (is_new_visit or changed & {part.prefix, *nested_prefixes(part)})
        ]

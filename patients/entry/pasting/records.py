"""Turn the rows of a pasted table into records: values with their name, side and visit."""

from dataclasses import replace

from django.utils.translation import gettext as _

from patients.catalogue.pasted_words import (
    alternatives,
    choice_of,
    side_of,
)
from patients.entry.pasting.columns import (
    BY_PARAMETER,
    DASHES,
    DITTOS,
    LEAVE_OUT,
    PARAMETER,
    TABLE,
    UNIT,
    is_filled,
)
from patients.entry.pasting.dashes import minus_words
from patients.entry.pasting.headings import MARKS
from patients.entry.pasting.names import NameReader, PastedName
from patients.entry.pasting.record import JOINED, KEYS, PastedRecord, PastedValue, Unplaced
from patients.entry.pasting.row_tables import RowTables
from patients.entry.pasting.values import DASH, IN_BRACKETS, JOINT, split_sides
from patients.models.wording import side_words


class RecordReader:
    """Reads the rows of PastedTables for the tables of a page: the `main` one, and its siblings.

    `names` are the corrected names {row: text}, and `skipped` the rows to leave out.
    """

    def __init__(self, main, siblings, columns, visits, defaults, names, skipped):
        self.main, self.visits = main, visits
        self.reader, self.columns = columns.reader, columns
        self.targets = {target.prefix: target for target in (*siblings, main)}
        self.defaults, self.skipped = defaults, skipped
        self.naming = NameReader(main, columns.reader, names)
        self.tables = RowTables(main, self.targets)
        self.records, self.by_key, self.unplaced, self.row_names = [], {}, [], {}
        self.of_row, self.first_rows = [], {}  # the row's records, and {name: its first row}
        self.side = self.visit = ""  # those of the records that state none
        self.lacks_side = self.lacks_visit = False
        self.assumes_side = self.assumes_visit = False  # for the user to check

    def read(self, table):
        """Read the rows of a table into `records`, and what is not read into `unplaced`."""
        above, minus = {}, minus_words(table)
        self.has_parameters = any(column.what == PARAMETER for column in table.columns)
        self.first_rows = {}
        for row in table.rows:
            if row.kind == "unsplit":
                message = _("The values of this line could not be told apart. Enter them by hand.")
                self.leave(row, 0, row.only_text, message)
            if row.kind == "title":
                self.leave(row, 0, row.only_text, _("Not recognised as a heading."))
            if row.kind == "header":
                self.leave_headings(table, row)
            if row.kind == "heading":
                self.leave_aside(row, 0, self.reader.read(row.only_text))
            if row.kind != "data":
                continue
            texts = self.fill_down(table, row, above)
            for at, word in minus.items():
                texts[at] = word if DASH.fullmatch(texts[at]) else texts[at]
            above = {**above, **{at: text for at, text in texts.items() if text}}
            self.read_row(table, row, texts)

    def complete(self):
        """Give the records that state no side or visit the defaults.

        If other rows state their side, that of the cell pasted into is not assumed.
        """
        is_sided = any(record.side for record in self.records)
        self.lacks_side = any(not record.side for record in self.records)
        self.lacks_visit = any(not record.visit for record in self.records)
        given, side = self.defaults, "" if is_sided else self.defaults.side
        self.side = side if given.chosen_side is None else given.chosen_side
        self.visit = given.visit if given.chosen_visit is None else given.chosen_visit
        has_choice = len(self.visits.choices) > 1
        self.assumes_side = self.lacks_side and self.side == side != ""
        self.assumes_visit = self.lacks_visit and self.visit == given.visit != "" and has_choice
        for record in self.records:
            record.side, record.visit = record.side or self.side, record.visit or self.visit

    def leave(self, row, column, text, reason):
        self.unplaced.append(Unplaced(row.number, column, text, reason))

    def leave_headings(self, table, row):
        """List headings that were not understood, of columns left out, or that have no rows."""
        is_unused = all(one.kind in ("header", "title") for one in table.rows)
        for column in table.columns:
            text = row.cells[column.number]
            if text and column.what == LEAVE_OUT and not self.reader.read(text).is_label:
                self.leave(row, column.number, text, _("Not recognised as a heading."))
            elif text and is_unused:
                self.leave(row, column.number, text, _("There are no rows below this heading."))

    def leave_aside(self, row, column, name, target=None):
        """List what is printed beside a name, if nothing is entered for it."""
        if name.aside and not (target or self.main).beside(name):
            self.leave(row, column, name.aside, _("“%s” is not entered.") % name.aside)

    def fill_down(self, table, row, above):
        """Return {column: text} of a row, with repeated texts in place of ditto marks and gaps."""
        texts = {}
        for column in table.columns:
            text = row.cells[column.number]
            is_repeated = text in DITTOS or (
                not text and self.repeats(table, row, column) and not row.context.name
            )
            texts[column.number] = above.get(column.number, "") if is_repeated else text
        return texts

    def repeats(self, table, row, column):
        """Return whether an empty cell for a name, side, visit or table repeats the one above."""
        if column.what == self.main.subject and self.main.nested:
            return any(row.cells[c.number] for c in table.columns if c.what in self.main.nested)
        names = [c for c in table.columns if c.what in ("nerve", "muscle")]
        if column in names and any(row.cells[one.number] for one in names):
            return False
        keys = [c for c in table.columns if c.what in self.key_columns]
        is_key = column.what in (self.main.subject, "side", "visit", TABLE)
        before = [one for one in keys if one.number < column.number]
        others = [one for one in keys if one is not column]
        has_gap_before = all(not row.cells[one.number] for one in before)
        return is_key and bool(others) and has_gap_before

    @property
    def key_columns(self):
        sites = ("stimulation_site", "recording_site", "site", "region", "specimen")
        return (self.main.subject, "side", "visit", TABLE, PARAMETER, *sites)

    # One row

    def read_row(self, table, row, texts):
        name = self.naming.name_of(table, row, texts)
        self.row_names[row.number] = name
        if row.number in self.skipped:
            self.leave_row(table, row, texts, _("You left out this row."))
            return
        target = self.tables.target_of(table, row, texts, name)
        self.of_row = []
        self.elsewhere = self.tables.elsewhere(table, row, texts, name, target)
        facets = [c for c in table.columns if c.is_faceted and c.what != LEAVE_OUT]
        facets = [c for c in facets if c.number not in self.elsewhere]
        shared = self.shared_values(table, row, texts, target, name)
        for column in facets:
            self.read_facets(table, row, column, texts, target, name, shared)
        is_whole = all(column.what or not texts[column.number] for column in table.columns)
        has_results = any(target.is_result(value.what) for value in shared)
        is_own = has_results if self.elsewhere else shared or (name.text and is_whole)
        if not facets and is_own:
            record = self.record_for(row, target, name, self.side_in(table, texts, name, row), "")
            self.add_values(record, shared)
        self.read_elsewhere(table, row, texts, name, shared)
        self.finish_row(table, row, texts)

    def read_elsewhere(self, table, row, texts, name, shared):
        """Read the columns that are for another table than their row, with what both share."""
        for at, target in self.elsewhere.items():
            both = [v for v in shared if v.what in target.labels and not target.is_result(v.what)]
            self.read_facets(table, row, table.columns[at], texts, target, name, both)

    def finish_row(self, table, row, texts):
        """Give the row's records its side and visit, and list its unused cells."""
        if not self.of_row:
            self.leave_row(table, row, texts, _("There are no values in this row."))
            return
        name = self.row_names[row.number]
        side = self.side_in(table, texts, name, row)
        visit = self.visit_in(table, texts, name, row)
        subject = next((c.number for c in table.columns if c.what == self.main.subject), 0)
        takes_unit = self.of_row[0].target.takes_unit
        values = [value for record in self.of_row for value in record.values]
        if name.unit and not any(takes_unit(value.what, name.unit) for value in values):
            self.leave(row, subject, name.unit, _("“%s” is not entered.") % name.unit)
        if not row.context.aside:
            self.leave_aside(row, subject, name, self.of_row[0].target)
        for record in self.of_row:
            if name.side and name.side != (record.side or side):
                message = _("The name says %s, but the table another side. Correct one of them.")
                self.leave(row, subject, texts.get(subject, ""), message % side_words(name.side))
            record.continues = record.row == row.number and not row.cells[subject]
            record.side, record.visit = record.side or side, record.visit or visit
        for column in table.columns:
            text = texts[column.number]
            if column.what == LEAVE_OUT and is_filled(text):
                self.leave(row, column.number, text, _("This column is left out."))
            if column.what == "side" and text and not side_of(text):
                self.leave(row, column.number, text, _("This is not a side."))

    def leave_row(self, table, row, texts, reason):
        for column in table.columns:
            if is_filled(row.cells[column.number]):
                self.leave(row, column.number, texts[column.number], reason)

    def cell_of(self, table, texts, what):
        """Return the text of the column that is `what`, "" if there is none."""
        return next((texts[c.number] for c in table.columns if c.what == what), "")

    def side_in(self, table, texts, name, row):
        stated = side_of(MARKS.sub("", self.cell_of(table, texts, "side")))
        return stated or name.side or row.context.side

    def visit_in(self, table, texts, name, row):
        stated = self.cell_of(table, texts, "visit").strip(DASHES)
        if stated.isdecimal():  # "7" in a column "Day"
            stated = f"{self.heading_of(table, 'visit')} {stated}".strip()
        return self.visits.key_of(stated or name.visit or row.context.visit)

    def heading_of(self, table, what):
        return next((c.heading.text for c in table.columns if c.what == what), "")

    # Values

    def record_for(self, row, target, name, side, visit, listed=()):
        """Return the record of a row with this side and visit; make it if there is none."""
        key = (self.first_row(row, name), side, visit, name, listed, target.prefix)
        if key not in self.by_key:
            self.by_key[key] = PastedRecord(target, row.number, name, side, visit)
            self.records.append(self.by_key[key])
        record = self.by_key[key]
        if not any(one is record for one in self.of_row):
            self.of_row.append(record)
        return record

    def first_row(self, row, name):
        """Return the row of a record: with parameters as rows, the first one with its name."""
        return self.first_rows.setdefault(name, row.number) if self.has_parameters else row.number

    def add_values(self, record, values):
        have = {value.what for value in record.values} - {*JOINED}
        record.values += [value for value in values if value.what not in have]

    def shared_values(self, table, row, texts, target, name):
        """Return the values that belong to all records of a row."""
        kind = choice_of("kind", self.cell_of(table, texts, TABLE)) or name.kind
        found = [
            PastedValue(row.number, -1, what, text)
            for what, text in (dict(row.context.fields) | ({"kind": kind} if kind else {})).items()
            if what in target.labels
        ]
        stated = self.stated_in(table, texts)
        found += [
            PastedValue(row.number, -1, what, text)
            for what, text in target.beside(name).items()
            if what in target.labels and what not in stated
        ]
        for column in table.columns:
            text = texts[column.number]
            if not is_filled(text) or column.is_faceted or column.number in self.elsewhere:
                continue
            if column.what == self.main.subject:
                if self.naming.is_below_name(row, text) and not side_of(text):
                    found += self.site_values(row, column, text, target)
            elif column.what not in (LEAVE_OUT, *KEYS):
                found += self.values_of(row, column, text, target, name, table, texts)
        return found

    def stated_in(self, table, texts):
        """Return the columns of which a row has a text."""
        return {column.what for column in table.columns if is_filled(texts[column.number])}

    def site_values(self, row, column, text, target):
        if "stimulation_site" in target.labels:
            return [PastedValue(row.number, column.number, "stimulation_site", text)]
        self.leave(row, column.number, text, _("This is not a name in the catalogue."))
        return []

    def values_of(self, row, column, text, target, name, table, texts):
        """Return the values in a cell: the value, and the flag or the range printed with it."""
        what, unit_above = self.column_in(target, column), column.unit
        if column.what == BY_PARAMETER:
            what, unit_above = self.parameter_of(target, table, texts)
        if not what:
            message = _("The table “%s” has no such column.") % target.title
            self.leave(row, column.number, text, message)
            return []
        parts = target.split(what, text, name)
        if not parts:
            self.leave(row, column.number, text, _("Enter a value for each column, such as ++/0."))
            return []
        stated = self.stated_in(table, texts) - {column.what, what, "words"}
        parts = {one: part for one, part in parts.items() if one not in stated}
        unit = unit_above or (name.unit if target.takes_unit(what, name.unit) else "")
        if what == target.value_field:
            unit = self.unit_beside(table, texts, column).strip(DASHES) or unit
        found = []
        for one, part in parts.items():
            about = column.about
            if about == BY_PARAMETER:
                about = self.parameter_of(target, table, texts)[0]
            if about in target.labels:
                part = target.about(about, part)
            part = self.without_mark(target, one, part)
            part = target.with_unit(one, part, unit if one == what else "")
            found.append(PastedValue(row.number, column.number, one, part))
        return found

    def unit_beside(self, table, texts, column):
        """Return the unit for a column: the next one on its right or, if units are first, left."""
        units = [one.number for one in table.columns if one.what == UNIT]
        first = min(one.number for one in table.columns if one.what == column.what)
        before = [at for at in units if at < column.number]
        after = [at for at in units if at > column.number]
        is_left = bool(units) and units[0] < first
        nearest = before[-1:] if is_left else [*after, *reversed(before)]
        return texts[nearest[0]] if nearest else ""

    def parameter_of(self, target, table, texts):
        """Return (column, unit) of the parameter of a row, such as "DML (ms)"."""
        text = self.cell_of(table, texts, PARAMETER)
        what = self.columns.parameter_of(text)
        found = next((one for one in alternatives(what) if one in target.labels), "")
        return found, self.reader.read(text).unit

    def column_in(self, target, column):
        """Return the column of a table that a pasted column is, or ""."""
        if JOINT in column.what:
            return column.what if set(column.what.split(JOINT)) <= target.labels.keys() else ""
        own = column.what in self.main.labels or column.what not in self.tables.all_labels
        names = column.fields if own else (column.what,)
        return next((one for one in names if one in target.labels), "")

    def without_mark(self, target, what, text):
        """Return a text without its footnote mark or brackets, if only that makes it readable."""
        within = found[1] if (found := IN_BRACKETS.fullmatch(text)) else ""
        bare = (MARKS.sub("", text), within)
        texts = (text, *filter(None, bare))
        return next((one for one in texts if target.accepts(what, one)), text)

    def named_by(self, column, name):
        """Return the PastedName of a column's cell in a row: of the column, the row or both.

        Return None if they have different names, unless these are one name in the catalogue, such
        as "Anti-GM1" and "IgG".
        """
        if not column.name:
            return name
        if not name.found:
            return PastedName(column.name, self.main.find(column.name))
        both = self.main.find(f"{name.printed} {column.name}")
        return replace(name, found=both) if both else None

    def read_facets(self, table, row, column, texts, target, name, shared):
        """Read a cell of a column for a side, a visit or a name."""
        text = texts[column.number]
        if not is_filled(text):
            return
        pieces = split_sides(column.sides, text)
        if pieces is None:
            self.leave(row, column.number, text, _("Enter a value for each side, such as 4/5."))
            return
        named = self.named_by(column, name)
        if named is None:
            message = _("Both the row and the heading have a name here: “%(row)s”, “%(column)s”.")
            values = {"row": name.text, "column": column.name}
            self.leave(row, column.number, text, message % values)
            return
        visit = self.visits.key_of(column.visit)
        if column.kind:
            named = replace(named, kind=column.kind)
        word = minus_words(table).get(column.number, "")
        for side, piece in pieces:
            is_dash = bool(DASH.fullmatch(piece))
            piece = word if word and is_dash else piece
            if not is_filled(piece) or (is_dash and not word):
                if piece:
                    self.leave(row, column.number, text, _("A dash alone counts as an empty cell."))
                continue
            if values := self.values_of(row, column, piece, target, named, table, texts):
                record = self.record_for(row, target, named, side, visit, column.listed)
                self.add_values(record, values)
                stated = [PastedValue(row.number, -1, *pair) for pair in column.listed]
                self.add_values(record, stated)
                self.add_values(record, shared)
                if column.kind:
                    kind = PastedValue(row.number, -1, "kind", column.kind)
                    self.add_values(record, [kind])

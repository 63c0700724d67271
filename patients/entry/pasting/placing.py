"""Put pasted records into the inputs of an entry page."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from patients.catalogue.pasted_words import plain
from patients.entry.pasting.record import JOINED, PastedValue, Unplaced
from patients.entry.pasting.targets import GridTarget, NotPlaced
from patients.entry.rows import MAX_ROWS
from patients.models import Side


@dataclass(frozen=True)
class PlacedValue:
    """A pasted value and the input that it is put into; `before` is the text that it replaces."""

    value: PastedValue
    input: str
    text: str
    before: str

    @property
    def replaces(self):
        is_empty = self.before in ("", Side.NOT_STATED)
        is_added = self.value.what == "words"
        return not (is_empty or is_added) and plain(self.before) != plain(self.text)


class Placer:
    """Puts records into a copy of the page's `texts`, and lists what does not fit."""

    def __init__(self, target, texts, start):
        self.target, self.before, self.start = target, texts, start
        self.texts = dict(texts)
        self.placements, self.unplaced, self.placed = [], [], {}

    def fail(self, value, reason):
        self.unplaced.append(Unplaced(value.row, value.column, value.text, reason))

    def put(self, value, name, text):
        """Set an input, unless another cell of the pasted table has set it to another text."""
        if name in self.placed and plain(self.placed[name]) != plain(text):
            message = _("Another cell of the pasted table is entered here: “%s”.")
            self.fail(value, message % self.placed[name])
            return
        before = self.before.get(name, self.shown(name))
        self.placed[name] = self.texts[name] = text
        self.placements.append(PlacedValue(value, name, text, before))

    def shown(self, name):
        """Return the text of an input that the page has, but did not send."""
        return ""


class GridPlacer(Placer):
    """Puts grades into the strength grid; a name that is not in the catalogue gets a free row."""

    def __init__(self, target, texts, start):
        super().__init__(target, texts, start)
        self.free = {
            plain(row.label): row.key for row in target.rows if row.is_free and row.label.strip()
        }
        taken = {row.key for row in target.rows if row.is_free and is_used(row)}
        self.blank = (f"new{n}" for n in range(1, target.MAX_FREE + 1) if f"new{n}" not in taken)

    def place(self, records):
        for record in records:
            for value in record.values:
                self.place_grade(record, value)

    def place_grade(self, record, value):
        if not record.name.text:
            self.fail(value, _("Enter the movement or muscle of this row."))
            return
        key = self.key_for(record.name)
        if not key:
            self.fail(value, _("The table has no room for more rows."))
            return
        side, text = record.side or Side.NOT_STATED, self.target.reads(value.what, value.text)
        self.put(value, f"{self.target.prefix}-{key}-{side}-{record.visit}", text)

    def key_for(self, name):
        """Return the key of a name's row, or ""; a new name is entered in a free row."""
        prefix = self.target.prefix
        if key := self.target.row_key(name.text):
            label = f"{prefix}-label-{key}"
            is_other = name.found and plain(name.printed) != plain(name.found)
            if is_other and not self.texts.get(label):
                self.texts[label] = name.printed[:120]
            return key
        wanted = plain(name.text)
        if wanted not in self.free:
            key = next(self.blank, "")
            if key:
                self.free[wanted] = key
                self.texts[f"{prefix}-{key}"] = name.text[:190]
        return self.free.get(wanted, "")


class RowPlacer(Placer):
    """Puts records into the rows of a table: the row of the same test, else an empty or new row."""

    def __init__(self, target, texts, start):
        super().__init__(target, texts, start)
        forms = [form for form in target.part.forms if not form.is_deleted]
        self.forms = {form.row_name: form for form in forms}
        self.known = [form for form in forms if not form.is_blank or form.is_offered]
        position, _column = target.position(start)
        below = target.part.forms[position:]
        self.blank = [form.row_name for form in below if self.is_free(form)]
        numbers = [int(n.removeprefix("new")) for n in self.forms if n.startswith("new")]
        self.last, self.added, self.used = max(numbers, default=0), 0, set()
        self.row, self.phases = "", {}  # the row of the record before, and {row: its last phase}
        self.rows_at = [form.row_name for form in target.part.forms[position:]]

    def is_free(self, form):
        return form.is_blank and not form.is_offered and not form.is_deleted

    def shown(self, name):
        row, _dash, column = name.removeprefix(f"{self.target.prefix}-").rpartition("-")
        return self.forms[row].texts.get(column, "") if row in self.forms else ""

    def place(self, records):
        first = min((record.row for record in records), default=0)
        for record in records:
            read = self.read(record)
            is_stated = any(value.column >= 0 for value in record.values)
            placed = [value for values, _text in read.values() for value in values]
            if is_stated and not any(value.column >= 0 for value in placed):
                continue  # none of its values fits
            row = self.row_for(record, {what: text for what, (_v, text) in read.items()}, first)
            phase = self.phase_of(record, row)
            if not row:
                for value in record.values:
                    self.fail(value, _("The table has no room for more rows."))
                continue
            for what, (values, text) in read.items():
                for value in values:
                    self.put_cell(value, self.target.input_of(row, what, phase), text)
            _values, dose = read.get("dose", ([], ""))
            for what, text in self.target.implied_by_dose(dose).items():
                name = self.target.input_of(row, what, phase)
                self.texts[name] = self.texts.get(name) or text

    def phase_of(self, record, row):
        """Return the number of the phase that a record is: the next one in a row that continues."""
        self.phases[row] = self.phases.get(row, 0) + 1 if record.continues else 1
        return self.phases[row]

    def put(self, value, name, text):
        """Set an input. Wording is added to what the row has."""
        before = self.before.get(name, self.shown(name))
        if value.what == "words" and before:
            text = before if plain(text) in plain(before) else f"{before}; {text}"
        super().put(value, name, text)

    def put_cell(self, value, name, text):
        if value.column < 0:  # from a heading or the choice for the whole table
            self.texts[name] = text
            self.placements.append(PlacedValue(value, name, text, ""))
        else:
            self.put(value, name, text)

    def read(self, record):
        """Return {column: (values, text)} of a record; what does not fit is listed."""
        found = {}
        for value in self.all_values(record):
            try:
                text = self.text_of(value)
            except NotPlaced as error:
                self.fail(value, str(error))
                continue
            values, before = found.get(value.what, ([], ""))
            is_joined = value.what in JOINED and before
            text = "; ".join(dict.fromkeys((before, text))) if is_joined else text
            found[value.what] = ([*values, value] if is_joined else [value], text)
        return found

    def text_of(self, value):
        """Return the text to enter. A visit from outside the row's cells is already a key."""
        is_key = value.column < 0 and value.what == "visit"
        return value.text if is_key else self.target.reads(value.what, value.text)

    def all_values(self, record):
        """Yield a record's values, its name, side and visit, and what its name implies."""
        labels, subject = self.target.labels, self.target.subject
        stated = {value.what for value in record.values}
        extra = {subject: record.name.entered, "side": record.side, "visit": record.visit}
        for what, text in extra.items():
            if text and what in labels and what not in stated:
                yield PastedValue(record.row, -1, what, text)
        yield from record.values
        for what, text in self.target.derived(record.name.text).items():
            if what not in stated:
                yield PastedValue(record.row, -1, what, text)

    def row_for(self, record, texts, first):
        """Return the name of the row for a record's texts, or "" if the table is full."""
        if record.continues and self.target.nested and self.row:
            return self.row
        names = set(texts) - {"side", "visit"}
        row = self.same_row(texts)
        if self.start and not names & set(self.target.identity) and not row:
            at = record.row - first
            row = self.rows_at[at] if at < len(self.rows_at) else ""
            row = "" if row in self.used else row  # such as that of the other side
        row = row or next((name for name in self.blank if name not in self.used), "")
        if not row and len(self.forms) + self.added < MAX_ROWS:
            self.added += 1
            row = f"new{self.last + self.added}"
        self.used.add(row)
        self.row = row
        return row

    def same_row(self, texts):
        """Return the name of the row that the page has for the same test, or ""."""
        wanted = self.target.identity_of(texts)
        for form in self.known:
            own = form.texts
            if form.is_offered and not texts.get("visit"):
                own = {**own, "visit": ""}
            if form.row_name not in self.used and self.target.identity_of(own) == wanted:
                return form.row_name
        return ""


def is_used(row):
    """Return whether a free row of the strength grid has a name or a grade."""
    return bool(row.label.strip() or any(cell.text for cell in row.cells))


def make_placer(target, texts, start):
    kind = GridPlacer if isinstance(target, GridTarget) else RowPlacer
    return kind(target, texts, start)

"""The tables of an entry page as targets of a paste: their columns, names and inputs."""

import re
from functools import cached_property, lru_cache

from django.core.exceptions import ValidationError
from django.db.models import CharField
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from patients.catalogue import lookup
from patients.catalogue.mrc import parse_grade
from patients.catalogue.pasted_words import alternatives, choice_of, plain, side_of, unit_of
from patients.catalogue.searching import ids_named, suggest
from patients.catalogue.signs import BY_ID as SIGNS
from patients.entry.cells import (
    CatalogueCell,
    ChoiceCell,
    ReferenceCell,
    ValueCell,
    make_cell,
    normalise,
)
from patients.entry.pasting.clipboard import is_time
from patients.entry.pasting.headings import MARKS
from patients.entry.pasting.parts import PHASE
from patients.entry.pasting.values import JOINT, split_columns, split_result, split_sign
from patients.entry.row import columns_of
from patients.entry.strength import StrengthGrid
from patients.language.doses import parse_dose
from patients.language.values import parse_value
from patients.models import LaboratoryResult, TreatmentPhase
from patients.models.course import PhaseKind
from patients.models.fields import AS_TEXT, CatalogueField, ValueField

SUBJECTS = {"signs": "item", "treatments": "agent"}  # where it is not the first mandatory name
SIDED = "side"
OF_PHASES = ("dose", "frequency", "sessions", "end_dose", f"{PHASE}kind", f"{PHASE}duration")
MAX_SUGGESTIONS = 4
CLOSENESS = 0.8  # the least similarity of a suggestion, from 0 to 1
_SIGNED = re.compile(r"[^\w/]*[0-5][^\w/]*")  # one digit with a sign, such as "+2" or "3 −"
_DIGIT = re.compile(
    r"(?:d|dig|digit|finger) ?[1-5IV]+|thumb|(?:(?:index|middle|ring|little) ?)+finger", re.I
)
_AT = re.compile(r"(?:at|on|upon|since|from) (?:the )?")
_POWER = re.compile(r"[x×*]? ?10(?=[\^⁰¹²³⁴-⁹])")  # a unit such as "×10^9/L"


@lru_cache(maxsize=2000)
def suggestions_in(catalogue, text):
    """Return the labels of a catalogue's entries with this name or, without any, a similar one."""
    named = [lookup.label(catalogue, id) for id in ids_named(catalogue, text)]
    return named or [one.label for one in suggest(catalogue, text, closeness=CLOSENESS)]


class NotPlaced(ValueError):
    """Why a cell cannot be entered, for the user."""


class PasteTarget:
    """What both kinds of table offer to a paste.

    `labels` are {column: label} of what a pasted column can be; `subject` is the column with the
    name of the row, `value_field` the one for values under a heading such as "Right", "" if it
    is not clear.
    """

    labels: dict
    subject = ""
    value_field = ""
    catalogues: tuple = ()
    nested: dict = {}  # the columns of rows within a row, such as the phases of a treatment
    has_flags = False  # whether results are printed with flags such as H and L

    def __init__(self, part, has_siblings=False):
        self.part, self.has_siblings = part, has_siblings
        self.prefix, self.title = part.prefix, capfirst(part.title)

    def find(self, text, specimen=""):
        """Return the label of the catalogue's entry that a text names, or ""."""
        specimen = (lookup.find("specimens", specimen) if specimen else "") or ""
        for catalogue in self.catalogues:
            if found := lookup.find(catalogue, text, specimen):
                return lookup.label(catalogue, found)
        return ""

    def suggestions(self, text):
        """Return the labels of the entries with this name or, without any, a similar one."""
        found = [label for one in self.catalogues for label in suggestions_in(one, text)]
        return list(dict.fromkeys(found))[:MAX_SUGGESTIONS]

    def is_text(self, what):
        """Whether a column has names and words rather than results."""
        return what == self.subject

    def lists(self, what, text):
        """Whether the catalogue of a column has a name; of the subject if `what` is ""."""
        return what in ("", self.subject) and bool(self.find(text))

    def column_listing(self, text):
        """Return the column, other than the subject, whose catalogue has this name, or ""."""
        return ""

    def beside(self, name):
        """Return {column: text} of what is printed beside a PastedName, such as a muscle."""
        return {}

    def derived(self, name):
        """Return {column: text} of what the catalogue says about a name."""
        return {}

    @property
    def takes_any_name(self):
        """Whether a text that is alone in its row is a row of the table, whatever it is."""
        return False

    def split(self, what, text, name):
        """Return {column: text} of a cell that may have the texts of several columns."""
        return {what: text}

    def takes_unit(self, what, unit):
        """Whether a unit that is printed with the name of a row is that of a column."""
        return what == self.value_field

    def field_with_unit(self, unit):
        return ""

    def is_result(self, what):
        """Whether a column has results, which may be of one side and visit."""
        return bool(what) and what == self.value_field


class GridTarget(PasteTarget):
    """The strength grid: its cells are named by row, side and visit."""

    subject, value_field = "name", "grade"
    catalogues = ("movements", "muscles")
    MAX_FREE = 60

    @property
    def labels(self):
        return {
            "name": _("movement or muscle"),
            "side": _("side"),
            "visit": _("visit"),
            "grade": _("grade"),
        }

    def find(self, text, specimen=""):
        kind, id = lookup.find_graded(text) or ("", "")
        return lookup.label(f"{kind}s", id) if kind else ""

    @cached_property
    def rows(self):
        return self.part.rows()

    def position(self, name):
        """Return (row, column) of an input, both 0 if it is not a cell."""
        for at, row in enumerate(self.rows):
            for column, cell in enumerate(row.cells):
                if cell.name == name:
                    return at, column
        return 0, 0

    def by_position(self, columns, start):
        """Yield (column, (what, side, visit)) for the columns that are not known otherwise."""
        unknown = [column for column in columns if not column.what]
        for column, own in zip(unknown, self.part.columns[start:], strict=False):
            yield column, (self.value_field, own.side, own.visit.key if own.visit else "")

    def name_at(self, row):
        """Return the name of a row of the grid, or ""."""
        return self.rows[row].label if row < len(self.rows) else ""

    def visit_at(self, name):
        match = next((cell for row in self.rows for cell in row.cells if cell.name == name), None)
        return match.column.visit.key if match and match.column.visit else ""

    def side_at(self, name):
        match = next((cell for row in self.rows for cell in row.cells if cell.name == name), None)
        return match.column.side if match else ""

    def accepts(self, _what, text):
        try:
            parse_grade(text)
        except ValueError:
            return False
        return True

    def reads(self, what, text):
        """Return a grade in its usual spelling ("+2" is "2+"), and any other text as it is."""
        is_grade = _SIGNED.fullmatch(text) and self.accepts(what, text)
        return parse_grade(text).text if is_grade else text

    def with_unit(self, what, text, unit):
        return text

    def beside(self, name):
        return {"label": name.printed} if name.aside else {}  # the row keeps its printed label

    def row_key(self, name):
        """Return the key of a name's row; "" if the name is in no catalogue and no grid row."""
        if found := lookup.find_graded(name):
            return ".".join(found)
        as_text = next((k for k in self.part.keys if k == f"movement.{AS_TEXT}{name}"), "")
        return as_text


class RowTarget(PasteTarget):
    """A table of rows: its cells are named by row and column."""

    def __init__(self, part, has_siblings=False):
        super().__init__(part, has_siblings)
        self.model = part.table.model
        self.fields = {column.name: column for column in columns_of(self.model)}
        self.nested = self.fields_of_phases()
        self.fields |= self.nested
        self.cells = {name: self.cell_of(column) for name, column in self.fields.items()}
        self.labels = {name: cell.label for name, cell in self.cells.items()}
        if self.nested:
            self.labels[f"{PHASE}kind"] = _("kind of phase")
            self.labels[f"{PHASE}duration"] = _("duration of the dose")
        self.has_flags = self.model is LaboratoryResult
        self.subject = self.find_subject()
        field = self.fields.get(self.subject)
        self.catalogues = (field.catalogue,) if isinstance(field, CatalogueField) else ()
        self.value_field = self.find_value_field()

    def fields_of_phases(self):
        """Return {name: column} of what is entered in a phase, if the rows have phases."""
        nested = self.part.table.nested
        columns = {column.name: column for column in columns_of(nested.model)} if nested else {}
        return {name: columns[name.removeprefix(PHASE)] for name in OF_PHASES if columns}

    def input_of(self, row, what, phase=1):
        """Return the name of the input for a column of a row, or of one of its phases."""
        if what in self.nested:
            return f"phases.{row}-new{phase}-{what.removeprefix(PHASE)}"
        return f"{self.prefix}-{row}-{what}"

    @property
    def phase_kind(self):
        """The column with the kind of a phase, "" in a table without phases."""
        return "kind" if self.model is TreatmentPhase else f"{PHASE}kind" if self.nested else ""

    def is_kind_of_phase(self, text):
        try:
            return bool(self.reads(f"{PHASE}kind", text))
        except NotPlaced:
            return False

    def kind_of_phase(self, dose):
        """Return the kind of the phase with a dose; "" if the dose is kept as text."""
        try:
            found = parse_dose(dose)
        except ValueError:
            return ""
        if found is None or found.end:
            return PhaseKind.TAPER if found else ""
        return PhaseKind.SESSIONS if found.count else PhaseKind.FIXED

    def cell_of(self, column):
        cell = make_cell(column)
        if isinstance(cell, ReferenceCell):
            cell.offer(self.part.targets.get(column.related_model, {}))
        return cell

    def find_subject(self):
        names = [n for n in self.part.table.columns if isinstance(self.fields[n], CatalogueField)]
        mandatory = [name for name in names if not self.fields[name].blank]
        texts = [n for n in ("label", "name", "text", "item", "measure") if n in self.fields]
        default = [SUBJECTS.get(self.part.table.key, ""), *mandatory, *texts, *names]
        return next((name for name in default if name in self.fields), "")

    def find_value_field(self):
        """Return the only column of values; without any, the finding or the direction; else ""."""
        shown = self.part.table.columns
        values = [name for name in shown if isinstance(self.fields[name], ValueField)]
        if len(values) == 1:
            return values[0]
        named = [name for name in ("finding", "direction") if name in shown]
        return named[0] if named and not values else ""

    @property
    def takes_any_name(self):
        return self.subject == "label"

    def split(self, what, text, name):
        if JOINT in what:
            return split_columns(what, text)
        if what == self.value_field and self.has_flags:
            return split_result(what, text)
        if self.prefix == "signs" and what in ("finding", "grade"):
            sign = SIGNS.get(lookup.find("signs", name.text))
            return split_sign(text, name.printed, bool(sign) and sign.domain == "reflex")
        if what == "kind" and self.nested and self.is_kind_of_phase(text):
            return {f"{PHASE}kind": text}
        if what == "placement" and not name.text and not is_time(text):
            return {self.subject: text}  # the only text of a row of a timeline
        return {what: text}

    def takes_unit(self, what, unit):
        own, base = getattr(self.fields.get(what), "unit", ""), unit_of(unit).lstrip("mµ")
        return what == self.value_field or (own != "" and own.lstrip("mµ") == base)

    def is_text(self, what):
        column = next((self.fields[one] for one in alternatives(what) if one in self.fields), None)
        is_graded = isinstance(column, CatalogueField) and column.catalogue.startswith("emg_")
        return isinstance(column, CharField) and not (is_graded or column.choices)

    def lists(self, what, text):
        names = [what for what in alternatives(what) if what in self.cells]
        catalogue = self.cells[names[0]].catalogue if names else ""
        is_digit = what == "recording_site" and _DIGIT.fullmatch(text)
        is_found = catalogue and lookup.find(catalogue, text)
        return bool(is_digit or is_found) or super().lists(what, text)

    def field_with_unit(self, unit):
        units = {name: getattr(column, "unit", "") for name, column in self.fields.items()}
        return next((name for name, own in units.items() if own == unit), "")

    def is_result(self, what):
        is_value = isinstance(self.fields.get(what), ValueField)
        return super().is_result(what) or is_value or JOINT in what

    def column_listing(self, text):
        for name, column in self.fields.items():
            is_listed = isinstance(column, CatalogueField) and name != self.subject and column.blank
            if is_listed and not column.catalogue.startswith("emg_"):
                if lookup.find(column.catalogue, text):
                    return name
        return ""

    def position(self, name):
        found = re.fullmatch(rf"{re.escape(self.prefix)}-(\w+)-(\w+)", name)
        rows = [form.row_name for form in self.part.forms]
        columns = self.part.table.columns
        if not found or found[1] not in rows:
            return 0, 0
        return rows.index(found[1]), columns.index(found[2]) if found[2] in columns else 0

    def by_position(self, columns, start):
        """Yield (column, (what, side, visit)) for the columns that are not known otherwise.

        If known columns are not where the page has them, the first unknown one has the results.
        """
        shown = self.part.table.columns[start:]
        unknown = [column for column in columns if not column.what]
        if all(shown[c.number : c.number + 1] == (c.what,) for c in columns if c.what):
            places = [(c, shown[c.number]) for c in unknown if c.number < len(shown)]
        else:
            places = [(column, self.value_field) for column in unknown[:1] if self.value_field]
        for column, what in places:
            yield column, (what, "", "")

    def name_at(self, row):
        return ""

    def visit_at(self, name):
        row, _column = self.position(name)
        return self.part.forms[row].texts.get("visit", "") if self.part.forms else ""

    def side_at(self, name):
        return ""

    def accepts(self, what, text):
        cell = make_cell(self.fields[what])
        if isinstance(cell, ReferenceCell):
            return True
        try:
            value = cell.clean(text)
        except ValidationError:
            return False
        if isinstance(cell, ValueCell) and value.kind == "word":
            return not MARKS.search(text)
        return not (isinstance(cell, CatalogueCell) and cell.is_unlisted(text))

    def reads(self, what, text):
        """Return the text to put into an input. Raises NotPlaced if the text does not fit."""
        cell = self.cells[what]
        if what == SIDED:
            return side_of(text) or self.choose(what, cell, text)
        if isinstance(cell, ReferenceCell):
            return self.refer(cell, text)
        if isinstance(cell, ChoiceCell):
            return self.choose(what, cell, text)
        limit = self.fields[what].max_length
        if limit and len(text) > limit and not isinstance(cell, ValueCell):
            raise NotPlaced(_("This is longer than %s characters.") % limit)
        return text

    def choose(self, what, cell, text):
        wanted = plain(text)
        if not wanted:
            raise NotPlaced(_("A dash alone is not entered."))
        options = [(str(key), plain(str(label))) for key, label in cell.widget.choices if key]
        for key, label in options:
            if wanted in (plain(key), label, label.split(":")[0]):
                return key
        if (found := choice_of(what, text)) in dict(options):
            return found
        close = [key for key, label in options if len(wanted) > 2 and label.startswith(wanted)]
        if len(close) == 1:
            return close[0]
        raise NotPlaced(_("This is not one of the choices. Choose from the list."))

    def refer(self, cell, text):
        found = {plain(row.label): key for key, row in cell.targets.items()}
        wanted = plain(text)
        for name in (wanted, _AT.sub("", wanted)):
            if name in found:
                return found[name]
        if text not in cell.targets:
            raise NotPlaced(_("This is not in the case yet. Add it on the timeline first."))
        return text

    def beside(self, name):
        if not name.aside:
            return {}
        is_site = _DIGIT.fullmatch(name.aside) or lookup.find("muscles", name.aside)
        if is_site and "recording_site" in self.labels:
            return {"recording_site": name.aside}
        return {"printed_label": name.printed} if "printed_label" in self.labels else {}

    def derived(self, name):
        if self.prefix == "signs" and (sign := lookup.find("signs", name)):
            return {"domain": lookup.label("sign_domains", SIGNS[sign].domain)}
        if self.prefix == "treatments" and (kind := lookup.find("treatment_kinds", name)):
            return {"kind": lookup.label("treatment_kinds", kind)}
        return {}

    def with_unit(self, what, text, unit):
        """Return a value with its unit, unless it has one or the unit is that of the column."""
        column = self.fields[what]
        if not unit or not isinstance(column, ValueField) or unit_of(unit) == column.unit:
            return text
        try:
            value = parse_value(text)
        except ValueError:
            return f"{text} {unit}" if re.fullmatch(r"[<>≤≥]?\s*\d[\d.,]*", text) else text
        if value.kind not in ("number", "range") or value.unit:
            return text
        if found := _POWER.match(unit):
            return f"{text}×10{unit[found.end() :]}"
        return f"{text} {unit_of(unit)}"

    def identity_of(self, texts):
        """Return the texts that identify a row, in a form that can be compared."""
        return tuple(self.canonical(name, texts.get(name, "")) for name in self.identity)

    @property
    def identity(self):
        """The columns that identify a row; the subject alone if the form has none of them."""
        return [name for name in self.model.IDENTITY if name in self.fields] or [self.subject]

    def canonical(self, name, text):
        text = normalise(text)
        column = self.fields.get(name)
        if isinstance(column, CatalogueField):
            return (lookup.find(column.catalogue, text) or plain(text)) if text else ""
        if name == SIDED:
            return text or "not_stated"
        return plain(text)


def make_target(part, has_siblings=False):
    kind = GridTarget if isinstance(part, StrengthGrid) else RowTarget
    return kind(part, has_siblings)

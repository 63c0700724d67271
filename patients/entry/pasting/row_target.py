"""A table of rows as the target of a paste."""

import re

from django.core.exceptions import ValidationError
from django.db.models import CharField
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from patients.catalogue import lookup
from patients.catalogue.pasted_words import alternatives, choice_of, plain, side_of, unit_of
from patients.catalogue.signs import BY_ID as SIGNS
from patients.entry.cells import (
    CatalogueCell,
    ChoiceCell,
    ReferenceCell,
    ValueCell,
    make_cell,
    normalise,
)
from patients.entry.pasting.clipboard import split_event
from patients.entry.pasting.columns import REFERENCE
from patients.entry.pasting.headings import MARKS
from patients.entry.pasting.parts import PHASE
from patients.entry.pasting.targets import NotPlaced, PasteTarget
from patients.entry.pasting.values import JOINT, split_columns, split_result, split_sign
from patients.entry.row import columns_of
from patients.language.doses import parse_dose
from patients.language.values import parse_value
from patients.models import LaboratoryResult, TreatmentPhase
from patients.models.course import PhaseKind
from patients.models.fields import CatalogueField, ValueField

SUBJECTS = {"signs": "item", "treatments": "agent"}  # where it is not the first mandatory name
SIDED = "side"
OF_PHASES = ("dose", "frequency", "sessions", "end_dose", f"{PHASE}kind", f"{PHASE}duration")
_DIGIT = re.compile(
    r"(?:d|dig|digit|finger) ?[1-5IV]+|thumb|(?:(?:index|middle|ring|little) ?)+finger", re.I
)
_PLACE = re.compile(
    r"\b(?:dermatomes?|myotomes?|[CTLS]\d\w*|limbs?|arms?|legs?|hands?|feet|foot|trunk|face)\b",
    re.I,
)
_SITES = re.compile(r"(?P<stimulation>.+?)\s*[-–—]\s*(?P<recording>.+)")
_AT = re.compile(r"(?:at|on|upon|since|from) (?:the )?")
_SESSIONS = re.compile(r"\d+ (?:sessions?|exchanges?)\b", re.I)
_TAPER = re.compile(r"taper|wean|reduc|\bdown to\b", re.I)
_AMOUNT = re.compile(r"(?P<number>\d[\d,]*\.?\d*) ?(?P<unit>g|mg|µg|mcg)\b")
_IN_MG = {"g": 1000, "mg": 1, "µg": 0.001, "mcg": 0.001}
_POWER = re.compile(r"[x×*]? ?10(?=[\^⁰¹²³⁴-⁹])")  # a unit such as "×10^9/L"


def kind_of_phase(dose):
    """Return the kind of a phase by its dose; a dose that is kept as text can say a taper, too."""
    if _SESSIONS.match(dose):
        return PhaseKind.SESSIONS
    try:
        found = parse_dose(dose)
    except ValueError:
        found = None
    if found is None:
        is_taper = bool(_TAPER.search(dose)) or is_falling(dose)
        return PhaseKind.TAPER if is_taper else PhaseKind.FIXED
    if found.end:
        return PhaseKind.TAPER
    return PhaseKind.SESSIONS if found.count else PhaseKind.FIXED


def is_falling(dose):
    """Return whether the last amount in a text is smaller than the first."""
    found = _AMOUNT.finditer(dose)
    amounts = [float(one["number"].replace(",", "")) * _IN_MG[one["unit"]] for one in found]
    return len(amounts) > 1 and amounts[-1] < amounts[0]


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

    def implied_by_dose(self, dose):
        """Return {column: text} of what a dose implies: the kind of its phase, and a drug."""
        if not self.phase_kind or not dose:
            return {}
        drug = {"kind": lookup.label("treatment_kinds", "drug")} if self.nested else {}
        return drug | {self.phase_kind: kind_of_phase(dose)}

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
        if self.is_no_event(what, text):
            return {"words": f"{capfirst(self.labels[what])}: {text}"}
        if what == self.value_field and self.has_flags:
            return split_result(what, text)
        if self.prefix == "signs" and what in ("finding", "grade"):
            sign = SIGNS.get(lookup.find("signs", name.text))
            return split_sign(text, name.printed, bool(sign) and sign.domain == "reflex")
        if self.is_result(what) and REFERENCE in self.labels:
            return self.split_measured(what, text)
        sites = _SITES.fullmatch(text) if what == "stimulation_site" else None
        if sites and self.is_site(sites["recording"]):
            return {what: sites["stimulation"], "recording_site": sites["recording"]}
        if what == "kind" and self.nested and self.is_kind_of_phase(text):
            return {f"{PHASE}kind": text}
        if what == "placement" and not name.text:  # the only text of a row of a timeline
            time, event = split_event(text)
            return {one: part for one, part in ((what, time), (self.subject, event)) if part}
        return {what: text}

    def is_no_event(self, what, text):
        """Whether a text such as a date is below a column of events, but none of the case's."""
        cell = self.cells.get(what)
        if not isinstance(cell, ReferenceCell) or what == "visit" or "words" not in self.labels:
            return False
        try:
            self.refer(cell, text)
        except NotPlaced:
            return True
        return False

    def split_measured(self, what, text):
        """Return {column: text} of a result such as "0.3↓ (>2)"; its arrow is kept in the words."""
        parts = split_result(what, text)
        value, limit = parts[what], parts.get("reference_range")
        if len(parts) == 1 or not self.accepts(what, value):
            return {what: text}
        found = {what: value, REFERENCE: limit and self.about(what, limit)}
        found["words"] = "interpretation" in parts and self.about(what, text)
        return {one: part for one, part in found.items() if part}

    def about(self, what, text):
        """Return a text that is for one of the results of a row, such as "amplitude >2"."""
        name, _comma, _unit = str(self.labels[what]).partition(",")
        return f"{name} {text}"

    def takes_unit(self, what, unit):
        own, base = getattr(self.fields.get(what), "unit", ""), unit_of(unit).lstrip("mµ")
        is_value = what != "" and what == self.value_field
        return is_value or (own != "" and own.lstrip("mµ") == base)

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
        if isinstance(cell, CatalogueCell) and (found := choice_of(cell.catalogue, text)):
            return found
        limit = self.fields[what].max_length
        if limit and len(text) > limit and not isinstance(cell, ValueCell):
            raise NotPlaced(_("This is longer than %s characters.") % limit)
        return text

    def choose(self, what, cell, text):
        wanted = plain(text)
        if not wanted:
            raise NotPlaced(_("A dash alone counts as an empty cell."))
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
        if self.prefix == "signs":
            return self.beside_sign(name)
        if not name.aside:
            return {}
        if self.is_site(name.aside):
            return {"recording_site": name.aside}
        return {"printed_label": name.printed} if "printed_label" in self.labels else {}

    def beside_sign(self, name):
        """Return the region beside a sign, and its words if the catalogue's label lacks one."""
        region = name.aside if _PLACE.search(name.aside) else ""
        label, printed = plain(name.found), plain(name.printed.removesuffix(f", {region}"))
        is_known = not name.found or all(word in label for word in re.findall(r"\w+", printed))
        found = {"region": region, "words": "" if is_known else name.printed}
        return {what: text for what, text in found.items() if text}

    def is_site(self, text):
        is_muscle = bool(_DIGIT.fullmatch(text) or lookup.find("muscles", text))
        return "recording_site" in self.labels and is_muscle

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

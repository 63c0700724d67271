"""Form fields ("cells") of the entry pages, one class for each kind of column.

A cell formats a stored value as text and parses text to a value. An unchanged cell keeps the
stored value without parsing it again, so that saving an unchanged page changes nothing.
"""

import re
from functools import cache

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.catalogue import emg, lookup
from patients.entry.offered import OFFERED
from patients.entry.widgets import ChoiceWidget, TextArea, TextBox
from patients.language.placement import Placement
from patients.language.values import both_sides
from patients.language.when import read_when
from patients.models import Side
from patients.models.fields import (
    AS_TEXT,
    CatalogueField,
    CodesField,
    EventKeyField,
    GradeField,
    PlacementField,
    ValueField,
)
from patients.models.wording import field_heading

SHORT = {Side.NOT_STATED: gettext_lazy("not stated")}  # the column heading already says "side"
NO_RESPONSE_KEY = {"n": "no response"}
LONG = ("words", "note", "text", "finding", "statement", "other_statement", "reading", "summary")


def normalise(text):
    """Normalise line endings and strip surrounding white space, for comparison with form data."""
    return (text or "").replace("\r\n", "\n").replace("\r", "\n").strip()


class EntryCell(forms.CharField):
    """A cell of plain text; `stored` is the value in the database."""

    css = "cell"
    catalogue = ""  # whose names are offered

    def __init__(self, column):
        self.column, self.stored = column, None
        super().__init__(
            required=not column.blank,
            label=field_heading(column),
            max_length=column.max_length,
            widget=self.make_widget(),
            error_messages={"required": _("Enter the %s.") % column.verbose_name},
        )
        if catalogue := OFFERED.get((column.model._meta.model_name, column.name)):
            self.offer_names(catalogue)

    def offer_names(self, catalogue, within=""):
        """Offer the names of a catalogue: as a datalist, and in the picker of pickers.js."""
        self.catalogue = catalogue
        self.widget.attrs |= {"list": f"list-{catalogue}", "data-picker": catalogue}
        if within:
            self.widget.attrs["data-within"] = within

    def make_widget(self):
        if isinstance(self.column, models.TextField) and self.column.name in LONG:
            return TextArea(attrs={"rows": 2, "class": "form-control cell"})
        return TextBox(attrs={"class": f"form-control {self.css}", "autocomplete": "off"})

    def set_stored(self, stored):
        """Set the stored value, which is kept if the text does not change."""
        self.stored = stored

    @property
    def is_mandatory(self):
        """Whether the user must enter a value."""
        return self.required and not self.column.has_default()

    def show(self, value):
        """Return the text of a stored value, without line breaks in a single-line cell."""
        text = normalise(str(value)) if value is not None else ""
        return text if isinstance(self.widget, forms.Textarea) else text.replace("\n", " ")

    def read(self, text):
        """Parse entered text. Raises ValueError if it is not valid."""
        return text

    def is_untouched(self, text):
        return bool(text) and text == self.show(self.stored)

    def clean(self, text):
        text = normalise(text)
        if self.is_untouched(text):
            return self.stored
        text = super().clean(text)
        if not text:
            return self.column.get_default() if not self.column.null else None
        try:
            return self.read(text)
        except ValueError as error:
            raise ValidationError(str(error)) from None


class ValueCell(EntryCell):
    """A measured value, such as "6 µV", "4.1% of right" or "NR".

    `is_both` is True after parsing "… both sides".
    """

    css = "cell cell-value"
    is_both = False

    def __init__(self, column):
        super().__init__(column)
        if not column.unit:  # the unit is entered with the number, so pickers.js offers units
            self.widget.attrs["data-picker"] = "units"

    def show(self, value):
        """Return the text of a value, without a space before % unless the source has one."""
        text = super().show(value)
        return text if not value or value.is_as_entered else text.replace(" %", "%")

    def read(self, text):
        value = both_sides(text)
        self.is_both = value is not None
        return self.column.read(self.keys.get(text.casefold(), value or text))

    def is_text(self, text):
        """Return whether an entered text is kept as text, because it is not recognised."""
        try:
            return bool(text) and self.read(text).kind == "text"
        except ValueError:
            return False

    @property
    def keys(self):
        """Shortcuts {key: text}; {} unless "no response" is a possible result of the column."""
        is_response = getattr(self.column.model, "HAS_RESPONSES", False)
        return NO_RESPONSE_KEY if is_response and self.column.unit else {}


class NumberCell(EntryCell):
    """A whole number, such as a year of birth."""

    def read(self, text):
        if not re.fullmatch(r"\d{1,4}", text):
            raise ValueError(_("“%s” is not valid. Enter a whole number of up to 4 digits.") % text)
        return int(text)


class GradeCell(EntryCell):
    css = "cell cell-grade"

    def read(self, text):
        return self.column.to_python(text)


class CatalogueCell(EntryCell):
    """A catalogue entry, shown by its label; other text is marked as not in the catalogue."""

    css = "cell cell-catalogue"
    within = ""  # the text of the cell that narrows the search, such as the specimen

    def __init__(self, column):
        super().__init__(column)
        self.offer_names(column.catalogue, column.within)
        if column.catalogue.startswith("emg_"):
            self.widget.attrs["class"] = "form-control cell cell-graded"

    def show(self, value):
        return super().show(self.column.label(value) if value else "")

    def read(self, text):
        field = self.column.catalogue.removeprefix("emg_")
        if field != self.column.catalogue:
            try:
                return emg.read_cell(field, text)
            except ValueError:
                pass  # keep it as free text
        return self.column.read(text, lookup.find("specimens", self.within) or "")

    def is_unlisted(self, text):
        return bool(text) and self.read(normalise(text)).startswith(AS_TEXT)

    @property
    def keys(self):
        """Shortcuts {key: text} in a graded column of needle EMG, such as {"1": "1+"}."""
        field = self.column.catalogue.removeprefix("emg_")
        return emg_keys(field) if field != self.column.catalogue else {}


@cache
def emg_keys(field):
    """Return the shortcuts {key: label} of a graded column."""
    found = {}
    for key in "01234+-":
        try:
            found[key] = lookup.label(f"emg_{field}", emg.read_cell(field, key))
        except ValueError:
            continue
    return {key: label for key, label in found.items() if key != label}


class PlacementCell(EntryCell):
    """The time of an event.

    `before` maps event keys to displayed labels, and `events` maps labels to keys. `understood`
    returns how the time was understood.
    """

    css = "cell cell-when"
    before, events = {}, {}

    @staticmethod
    def understood():
        return ""

    def show(self, value):
        return value.printed(self.before) if value else ""

    def read(self, text):
        """Parse a time; a date entered for the index event is the date of day 0."""
        found = read_when(text, self.events)
        is_date = found.how == "date" and not (found.approximate or found.date_high)
        if is_date and self.stored and self.stored.how == "index":
            return Placement("index", date=found.date, precision=found.precision)
        return found


class WhenField(forms.CharField):
    """The time of an event outside its table; `understood` returns how it was understood."""

    css = "cell-when"
    is_mandatory = False

    @staticmethod
    def understood():
        return ""


class CodesCell(EntryCell):
    """Terminology codes on one line: ICD-10 G54.5 "Neuralgic amyotrophy"; ORPHA 2901."""

    def show(self, value):
        return show_codes(value or [])

    def read(self, text):
        return [
            parse_code(part) for part in re.split(r"\s*;\s*(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", text)
        ]


def show_codes(codes):
    return "; ".join(format_code(code) for code in codes)


def format_code(code):
    text = f"{code['system']} {code['code']}"
    return f'{text} "{code["display"]}"' if code.get("display") else text


def parse_code(text):
    found = re.fullmatch(
        r"(?P<system>\S.*?)\s+(?P<code>\S+)(?:\s+[\"“](?P<display>[^\"”]+)[\"”])?", text
    ) or re.fullmatch(r"(?P<system>[^\s:]+):(?P<code>\S+)(?P<display>)", text)
    if not found:
        raise ValueError(
            _("“%s” is not a code. Enter the system and the code, such as ICD-10 G54.5.") % text
        )
    return {name: part for name, part in found.groupdict().items() if part}


class ChoiceCell(EntryCell):
    """One of the column's choices."""

    def make_widget(self):
        return ChoiceWidget(choices=self.options(), attrs={"class": "form-select cell"})

    def options(self):
        blank = [] if self.column.has_default() else [("", "—")]
        return blank + [(name, SHORT.get(name, label)) for name, label in self.column.flatchoices]

    def set_stored(self, stored):
        """Set the stored value, and add it to the choices if it is from an older release."""
        super().set_stored(stored)
        shown = self.show(stored)
        if shown not in [name for name, _label in self.widget.choices]:
            self.widget.choices = [*self.widget.choices, (shown, shown)]

    def read(self, text):
        if text not in dict(self.column.flatchoices):
            raise ValueError(_("“%s” is not one of the choices. Choose from the list.") % text)
        return text


class BooleanCell(ChoiceCell):
    """Yes, no, or not recorded."""

    def options(self):
        return [("", _("not recorded")), ("yes", _("yes")), ("no", _("no"))]

    def show(self, value):
        return {True: "yes", False: "no"}.get(value, "")

    def read(self, text):
        try:
            return {"yes": True, "no": False}[text]
        except KeyError:
            raise ValueError(
                _("“%s” is not one of the choices. Choose from the list.") % text
            ) from None


class ReferenceCell(ChoiceCell):
    """One of the case's events or visits, selected by its key or its label."""

    targets = {}

    def options(self):
        return [("", "—")]

    def offer(self, targets):
        """Set the events or visits to choose from: {key: row}."""
        self.targets = targets
        labels = [(key, row.label or key) for key, row in targets.items()]
        self.widget.choices = [("", "—"), *labels]
        kind = "events" if self.column.related_model.DOCUMENT_KEY == "events" else "visits"
        self.widget.attrs["data-options"] = kind

    def show(self, value):
        return value.key if value else ""

    def prepare_value(self, value):
        return self.key_of(value) or value

    def key_of(self, text):
        if text in self.targets:
            return text
        return next((key for key, row in self.targets.items() if row.label == text), None)

    def read(self, text):
        key = self.key_of(text)
        if key is None:
            raise ValueError(
                _("“%s” is not in this case. It may have been deleted. Choose from the list.")
                % text
            )
        return self.targets[key]


class EventKeyCell(ChoiceCell):
    """One of the case's events, selected by its key; none means day 0."""

    def options(self):
        return [("", _("day 0"))]

    def offer(self, events):
        """Set the events to choose from."""
        labels = [(event.key, event.label) for event in events]
        self.widget.choices = [*self.options(), *labels]

    def read(self, text):
        if text not in dict(self.widget.choices):
            raise ValueError(_("“%s” is not one of the choices. Choose from the list.") % text)
        return text


CELLS = {
    ValueField: ValueCell,
    GradeField: GradeCell,
    CatalogueField: CatalogueCell,
    PlacementField: PlacementCell,
    EventKeyField: EventKeyCell,
    CodesField: CodesCell,
    models.BooleanField: BooleanCell,
    models.ForeignKey: ReferenceCell,
    models.IntegerField: NumberCell,
}


def make_cell(column):
    """Return the cell for a column of a model."""
    for kind, cell in CELLS.items():
        if isinstance(column, kind):
            return cell(column)
    return ChoiceCell(column) if column.choices else EntryCell(column)

"""One cell of an entry page for each kind of column: shows a stored value, and reads a text.

A cell that was not touched keeps what is stored, whatever its text would mean if typed anew, so
that saving an untouched page changes nothing.
"""

import re
from functools import cache

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.catalogue import emg, lookup
from patients.entry.widgets import ChoiceWidget, TextArea, TextBox
from patients.language.placement import parse_when
from patients.language.values import both_sides, parse_value
from patients.models import Side
from patients.models.fields import (
    AS_TEXT,
    CatalogueField,
    CodesField,
    GradeField,
    PlacementField,
    ValueField,
)
from patients.models.wording import field_heading

SHORT = {Side.NOT_STATED: gettext_lazy("not stated")}  # its column says of what
NO_RESPONSE_KEY = {"n": "no response"}
LONG = ("words", "note", "text", "finding", "statement", "other_statement", "reading", "summary")


def tidy(text):
    """Return text as a browser sends it back: one kind of line end, nothing around it."""
    return (text or "").replace("\r\n", "\n").replace("\r", "\n").strip()


class EntryCell(forms.CharField):
    """A cell of plain text. `stored` is the value of the row before the page was opened."""

    css = "cell"

    def __init__(self, column):
        self.column, self.stored = column, None
        super().__init__(
            required=not column.blank,
            label=field_heading(column),
            max_length=column.max_length,
            widget=self.make_widget(),
        )

    def make_widget(self):
        if isinstance(self.column, models.TextField) and self.column.name in LONG:
            return TextArea(attrs={"rows": 2, "class": "form-control cell"})
        return TextBox(attrs={"class": f"form-control {self.css}", "autocomplete": "off"})

    def keep(self, stored):
        """Take the stored value, which stays as it is while its text is not touched."""
        self.stored = stored

    @property
    def must(self):
        """Tell whether somebody has to say something here."""
        return self.required and not self.column.has_default()

    def show(self, value):
        """Return the text of a stored value; a cell of one line has no line ends."""
        text = tidy(str(value)) if value is not None else ""
        return text if isinstance(self.widget, forms.Textarea) else text.replace("\n", " ")

    def read(self, text):
        """Return the value that a text means; ValueError says what is wrong with it."""
        return text

    def is_untouched(self, text):
        return bool(text) and text == self.show(self.stored)

    def clean(self, text):
        text = tidy(text)
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
    """A measured value: "6 µV", "4.1 % of right", "NR"; `is_both` after "… both sides"."""

    css = "cell cell-value"
    is_both = False

    def read(self, text):
        value = both_sides(text)
        self.is_both = value is not None
        return parse_value(self.keys.get(text.casefold(), value or text))

    @property
    def keys(self):
        """What one key means, where an absent response is a finding of its own."""
        is_response = getattr(self.column.model, "HAS_RESPONSES", False)
        return NO_RESPONSE_KEY if is_response and self.column.unit else {}


class NumberCell(EntryCell):
    """A whole number, such as a year of birth."""

    def read(self, text):
        if not re.fullmatch(r"\d{1,4}", text):
            raise ValueError(_("“%s” is not a whole number") % text)
        return int(text)


class GradeCell(EntryCell):
    css = "cell cell-grade"

    def read(self, text):
        return self.column.to_python(text)


class CatalogueCell(EntryCell):
    """An entry of a catalogue by its words; what it lacks is kept as text and shown as such."""

    css = "cell cell-catalogue"

    def __init__(self, column):
        super().__init__(column)
        self.widget.attrs["list"] = f"list-{column.catalogue}"
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
                pass  # kept as a text of its own
        return self.column.read(text)

    def is_unlisted(self, text):
        return bool(text) and self.read(tidy(text)).startswith(AS_TEXT)

    @property
    def keys(self):
        """What one key means in a graded column of needle EMG: {"1": "1+"}."""
        field = self.column.catalogue.removeprefix("emg_")
        return emg_keys(field) if field != self.column.catalogue else {}


@cache
def emg_keys(field):
    """Return {key: words} of the keys that stand for a graded column's words."""
    found = {}
    for key in "01234+-":
        try:
            found[key] = lookup.label(f"emg_{field}", emg.read_cell(field, key))
        except ValueError:
            continue
    return {key: words for key, words in found.items() if key != words}


class PlacementCell(EntryCell):
    """When an event was. `before` maps keys to the labels shown, `events` names to keys."""

    css = "cell cell-when"
    before, events = {}, {}

    def show(self, value):
        return value.printed(self.before) if value else ""

    def read(self, text):
        return parse_when(text, self.events)


class CodesCell(EntryCell):
    """Codes of terminologies in one line: ICD-10 G54.5 "Neuralgic amyotrophy"; ORPHA 2901."""

    def show(self, value):
        return "; ".join(print_code(code) for code in value or [])

    def read(self, text):
        return [
            read_code(part) for part in re.split(r"\s*;\s*(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", text)
        ]


def print_code(code):
    words = f"{code['system']} {code['code']}"
    return f'{words} "{code["display"]}"' if code.get("display") else words


def read_code(text):
    found = re.fullmatch(
        r"(?P<system>\S.*?)\s+(?P<code>\S+)(?:\s+[\"“](?P<display>[^\"”]+)[\"”])?", text
    ) or re.fullmatch(r"(?P<system>[^\s:]+):(?P<code>\S+)(?P<display>)", text)
    if not found:
        raise ValueError(
            _("“%s” is not a system and a code: write ICD-10 G54.5, with ; between codes") % text
        )
    return {name: part for name, part in found.groupdict().items() if part}


class ChoiceCell(EntryCell):
    """One of a few words."""

    def make_widget(self):
        return ChoiceWidget(choices=self.options(), attrs={"class": "form-select cell"})

    def options(self):
        blank = [] if self.column.has_default() else [("", "—")]
        return blank + [(name, SHORT.get(name, words)) for name, words in self.column.flatchoices]

    def keep(self, stored):
        """Take what is stored; it is offered, too, where it is a choice of an older release."""
        super().keep(stored)
        shown = self.show(stored)
        if shown not in [name for name, _words in self.widget.choices]:
            self.widget.choices = [*self.widget.choices, (shown, shown)]

    def read(self, text):
        if text not in dict(self.column.flatchoices):
            raise ValueError(_("“%s” is not one of the choices") % text)
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
            raise ValueError(_("“%s” is not one of the choices") % text) from None


class ReferenceCell(ChoiceCell):
    """One of the case's own events or visits, by its key; a label just entered will do."""

    targets = {}

    def options(self):
        return [("", "—")]

    def offer(self, targets):
        """Take the events or visits to choose from: {key: row}."""
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
            raise ValueError(_("“%s” is not, or no longer, part of this case") % text)
        return self.targets[key]


CELLS = {
    ValueField: ValueCell,
    GradeField: GradeCell,
    CatalogueField: CatalogueCell,
    PlacementField: PlacementCell,
    CodesField: CodesCell,
    models.BooleanField: BooleanCell,
    models.ForeignKey: ReferenceCell,
    models.IntegerField: NumberCell,
}


def make_cell(column):
    """Return the cell for a model's column."""
    for kind, cell in CELLS.items():
        if isinstance(column, kind):
            return cell(column)
    return ChoiceCell(column) if column.choices else EntryCell(column)

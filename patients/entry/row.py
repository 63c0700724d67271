"""The form for one row of a table, built from the model's columns."""

import json
from functools import cache

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from patients.entry.cells import (
    CatalogueCell,
    PlacementCell,
    ReferenceCell,
    ValueCell,
    make_cell,
    normalise,
)
from patients.entry.completing import NAMED, completed
from patients.entry.sections import HIDDEN, help_for
from patients.entry.widgets import TextBox, Tick
from patients.models import Side
from patients.models.printed import keep_printed, printed_words
from patients.models.wording import side_words
from patients.record.document import document_fields

CARRIED = ("visit", "side")


def columns_of(model):
    """Return the fields of a model that appear in its form, in document order."""
    return [field for field in document_fields(model) if field.name not in HIDDEN]


def carried_columns(table):
    """Return the columns that a new row takes from the row above: in tables that show the visit."""
    return [name for name in CARRIED if name in table.columns] if "visit" in table.columns else []


@cache
def display_cells(model):
    """Return {column: cell} for formatting stored values; cached, so do not modify the cells."""
    return {column.name: make_cell(column) for column in columns_of(model)}


def texts_of(row, labels):
    """Return {column: text} of a row as shown in its form; `labels` maps event keys to labels."""
    texts = {}
    for name, cell in display_cells(type(row)).items():
        value = getattr(row, name)
        if isinstance(cell, PlacementCell):
            texts[name] = value.printed(labels) if value else ""
        elif isinstance(cell, CatalogueCell):
            texts[name] = printed_words(row, cell.column) or cell.show(value)
        else:
            texts[name] = cell.show(value)
    return texts


class RowForm(forms.Form):
    """The form for one row; it is validated only if the formset is bound."""

    use_required_attribute = False

    def __init__(self, formset, name, row, texts, number):
        self.formset, self.row_name, self.row, self.number = formset, name, row, number
        self.is_stored = row.pk is not None
        self.shown = self.stored_texts() | {"delete": "", "order": ""}
        if self.is_stored:
            self.shown["order"] = str(formset.positions[row.pk])
        self.prefix = f"{formset.prefix}-{name}"
        self.texts = {
            name: normalise(texts.get(f"{self.prefix}-{name}", shown))
            if texts is not None
            else shown
            for name, shown in self.shown.items()
        }
        name = self.shown.get(self.name_column, "")
        self.completed_for = (texts or {}).get(f"{self.prefix}-completed", name)
        if formset.bound:
            self.complete()
        data = {f"{self.prefix}-{name}": text for name, text in self.texts.items()}
        super().__init__(
            data if formset.bound else None,
            initial=self.texts,
            prefix=self.prefix,
            empty_permitted=True,
        )
        self.make_cells()

    @property
    def name_column(self):
        """The column whose catalogue entry completes the row; "" if there is none."""
        return NAMED.get(type(self.row), "")

    def complete(self):
        """Fill cells from the catalogue, once for each name that is entered or changed."""
        name = self.texts.get(self.name_column, "")
        if name != self.completed_for:
            self.texts |= completed(type(self.row), self.texts, self.completed_for)
            self.completed_for = name

    def stored_texts(self):
        """Return {column: text} of the stored row, or of the empty new row."""
        return texts_of(self.row, self.formset.labels)

    def make_cells(self):
        for column in columns_of(type(self.row)):
            cell = make_cell(column)
            if self.is_stored:
                cell.set_stored(getattr(self.row, column.name))
            if isinstance(cell, PlacementCell):
                cell.before = self.formset.labels
            if isinstance(cell, ReferenceCell):
                cell.offer(self.formset.targets.get(column.related_model, {}))
            if within := getattr(column, "within", ""):
                cell.within = self.texts[within]
            self.label_cell(cell, column)
            self.fields[column.name] = cell
        self.fields["order"] = forms.IntegerField(
            required=False,
            min_value=1,
            label=_("position in the table"),
            widget=TextBox(attrs={"class": "form-control cell", "inputmode": "numeric"}),
        )
        self.fields["delete"] = forms.BooleanField(
            required=False,
            label=_("delete"),
            widget=Tick(attrs={"class": "form-check-input"}),
        )
        self.fields["delete"].widget.attrs["aria-label"] = _("Delete row %s") % self.number

    def label_cell(self, cell, column):
        attrs = cell.widget.attrs
        if column.name in self.formset.table.columns:
            attrs["aria-label"] = f"{cell.label}, {_('row %s') % self.number}"
            attrs.setdefault("placeholder", " ")  # so that style sheets can find empty cells
        if help_for(column):
            attrs["title"] = help_for(column)
        if keys := getattr(cell, "keys", None):
            attrs["data-keys"] = json.dumps(keys, ensure_ascii=False)

    @property
    def untouched_columns(self):
        """The unchanged columns of a stored row, which are not validated again."""
        same = {name for name, text in self.texts.items() if text == self.shown[name]}
        return same & self.fields.keys() if self.is_stored else set()

    @property
    def is_deleted(self):
        return bool(self.texts["delete"])

    @cached_property
    def is_blank(self):
        """Whether this is a new row without input.

        What the page offers, and a visit and side alone, are not input.
        """
        return self.is_empty or self.is_offered

    @cached_property
    def is_empty(self):
        """Whether this is a new row with no input other than a visit and a side."""
        return not self.is_stored and self.has_only({}, carried_columns(self.formset.table))

    @cached_property
    def is_offered(self):
        """Whether this is a row that the page offers and that the user has not filled in."""
        offers = () if self.is_stored or self.is_empty else self.formset.offered_texts
        return any(self.has_only(texts, ("visit",)) for texts in offers)

    def has_only(self, texts, ignored):
        """Return whether the row has only `texts` as input, apart from the columns in `ignored`."""
        blank = texts_of(type(self.row)(), {}) | texts
        return all(
            not self.texts[name] or self.texts[name] == text
            for name, text in blank.items()
            if name not in ignored
        )

    @property
    def is_included(self):
        """Whether the row will be saved."""
        return not self.is_blank and not self.is_deleted

    @property
    def has_moved(self):
        return self.texts["order"] not in ("", self.shown["order"])

    @property
    def is_changed(self):
        names = self.shown.keys() - {"order", "delete"}
        return any(self.texts[name] != self.shown[name] for name in names)

    def has_changed(self):
        """Return False for blank and deleted rows, so that `empty_permitted` skips validation."""
        return self.is_included

    def clean(self):
        """Set the values on the row and run the model's validation."""
        cleaned = super().clean()
        self.apply_both_sides()
        before = {name: printed_words(self.row, self.fields[name].column) for name in self.entries}
        for name, value in cleaned.items():
            if name not in ("order", "delete"):
                setattr(self.row, name, value)
        self.keep_wordings(before)
        known = {field.name for field in self.row._meta.concrete_fields}
        links = {f.name for f in self.row._meta.concrete_fields if isinstance(f, models.ForeignKey)}
        try:
            self.row.clean_fields(exclude=(known - cleaned.keys()) | links | self.untouched_columns)
            if not self.errors and (self.is_changed or not self.is_stored):
                self.row.clean()
        except ValidationError as error:
            for name, messages in error.message_dict.items():
                self.add_error(name if name in self.fields else None, messages)
        return cleaned

    @property
    def has_carried_side(self):
        """Whether this is a new row with the side of the row above, so perhaps not chosen."""
        if self.is_stored or self.number < 2:
            return False
        return self.texts["side"] == self.formset.forms[self.number - 2].texts["side"]

    def apply_both_sides(self):
        """Set the side if a value is for "both sides"; add an error if the row has another side."""
        cleaned = self.cleaned_data
        names = [
            name
            for name, cell in self.fields.items()
            if isinstance(cell, ValueCell) and cell.is_both and name in cleaned
        ]
        if not names or "side" not in cleaned:
            return
        if cleaned["side"] in (Side.NOT_STATED, Side.BOTH) or self.has_carried_side:
            cleaned["side"] = Side.BOTH
        else:
            message = _(
                "This value is for both sides, but the side of the row is %s. Change one of them."
            )
            self.add_error(names[0], message % side_words(cleaned["side"]))

    @property
    def entries(self):
        """The names of the cells with catalogue entries."""
        return [name for name, cell in self.fields.items() if isinstance(cell, CatalogueCell)]

    def keep_wordings(self, before):
        """Keep changed words that say more than their entry in the row's wording of the source."""
        for name in self.entries:
            if name in self.cleaned_data and self.texts[name] != self.shown[name]:
                column = self.fields[name].column
                keep_printed(self.row, column, self.texts[name], before[name])

    # Display

    @property
    def title(self):
        """The row's name as entered, such as "ankle dorsiflexion, left, On admission"."""
        names = ("label",) if "label" in self.fields else self.row.IDENTITY
        texts = [self.display_text(name) for name in names if name in self.fields]
        return ", ".join(text for text in texts if text)

    def display_text(self, name):
        """Return a cell's text, with labels instead of keys."""
        text, cell = self.texts[name], self.fields[name]
        if isinstance(cell, ReferenceCell):
            key = cell.key_of(text)
            return cell.targets[key].label if key else text
        if text == Side.NOT_STATED:
            return ""
        choices = dict(getattr(cell.widget, "choices", ()))
        return str(choices.get(text, text)) if text else ""

    def main_cells(self):
        return [self[name] for name in self.formset.table.columns]

    def more_cells(self):
        return [self[name] for name in (*self.formset.table.more, "order")]

    @property
    def unlisted(self):
        """The labels of the cells whose text is not in the catalogue."""
        return [
            cell.label
            for name, cell in self.fields.items()
            if isinstance(cell, CatalogueCell) and cell.is_unlisted(self.texts[name])
        ]

    @property
    def not_recognised(self):
        """The labels of the cells whose text is not recognised as a value or an MRC grade."""
        return [
            cell.label
            for name, cell in self.fields.items()
            if isinstance(cell, ValueCell) and cell.is_text(self.texts[name])
        ]

    @property
    def is_open(self):
        """Whether a column behind "more" has an error, so that "more" must be expanded."""
        return (
            any(name in self.errors for name in self.formset.table.more) if self.errors else False
        )

    @property
    def more_count(self):
        return sum(1 for name in self.formset.table.more if self.is_filled(name))

    def is_filled(self, name):
        return self.texts[name] not in ("", Side.NOT_STATED)

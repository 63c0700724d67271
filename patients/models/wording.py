"""Display text for the fields of the record, on pages and in differences between versions."""

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.catalogue.mrc import Grade
from patients.models.case import Side, Status
from patients.models.fields import (
    CatalogueField,
    CodesField,
    EventKeyField,
    PlacementField,
    ValueField,
)

EMPTY = (None, "", [])
STATUS_TAGS = {  # the symbol and the label of each status
    Status.DRAFT: ("○", gettext_lazy("Draft")),
    Status.SUBMITTED: ("◐", gettext_lazy("In review")),
    Status.APPROVED: ("●", gettext_lazy("Approved")),
}
ARCHIVED_TAG = ("archived", "▣", gettext_lazy("Archived"))  # shown after the case's status tag
RETURNED = "returned"  # a draft that a reviewer returned


def status_tag(case):
    """Return (name, symbol, label) of a case's status; for a returned draft, of RETURNED."""
    if case.status == Status.DRAFT and case.returned_version:
        return RETURNED, "□", gettext_lazy("Returned")
    return case.status, *STATUS_TAGS[case.status]


def is_empty(value):
    """Return whether a field's value is empty; a state such as "not tested" is not empty."""
    return value in EMPTY


def is_unlisted(field, value):
    """Return whether a value is missing from the field's catalogue or choices.

    Such a value is free text or comes from an older release.
    """
    if isinstance(field, CatalogueField):
        return bool(value) and not field.knows(value)
    return bool(field.choices and value) and value not in dict(field.flatchoices)


def side_words(side):
    """Return the label of a side, such as "left"; "" for None, an unknown side unchanged."""
    return str(Side(side).label) if side in Side.values else str(side or "")


def field_heading(field):
    """Return a column's heading: its name and unit, if any, such as "amplitude, mV"."""
    unit = getattr(field, "unit", "")
    return f"{field.verbose_name}, {unit}" if unit else str(field.verbose_name)


def field_text(field, value, labels=None):
    """Return the display text of a field's Python value; "" if it is empty.

    `labels` maps the keys of events and visits to their labels. The column's unit is not added,
    because the heading shows it.
    """
    if is_empty(value):
        return ""
    if isinstance(field, models.ForeignKey):
        return value.label
    if isinstance(field, PlacementField):
        return value.printed(labels)
    if isinstance(field, EventKeyField):
        return (labels or {}).get(value, value)
    if isinstance(field, CatalogueField):
        return field.label(value)
    if isinstance(field, CodesField):
        return ", ".join(f"{code['system']} {code['code']}" for code in value)
    if isinstance(value, Grade):
        return value.shown
    if isinstance(field, models.BooleanField):
        return _("yes") if value else _("no")
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return str(value)


def document_text(field, data, labels=None):
    """Return the display text of a field's value in a case document, with its unit.

    Older documents may contain values that can no longer be parsed; these are shown unchanged.
    """
    if is_empty(data):
        return ""
    try:
        if isinstance(field, models.ForeignKey):
            return (labels or {}).get(data, str(data))
        value = field.from_document(data) if hasattr(field, "from_document") else data
        text = field_text(field, value, labels)
    except (ValueError, KeyError, TypeError):
        return str(data)
    return text + missing_unit(field, value)


def missing_unit(field, value):
    """Return a space and the column's unit for a number or range without a unit, else ""."""
    if isinstance(field, ValueField) and value.kind in ("number", "range") and not value.unit:
        return f" {field.unit}" if field.unit else ""
    return ""

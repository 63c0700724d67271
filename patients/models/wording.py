"""A field of the record in words, for pages and for the differences between versions."""

from django.db import models
from django.utils.translation import gettext as _

from patients.models.case import Side
from patients.models.fields import (
    CatalogueField,
    CodesField,
    PlacementField,
    ValueField,
)

EMPTY = (None, "", [])


def is_empty(value):
    """Tell whether a field says nothing at all; a state such as "not tested" says something."""
    return value in EMPTY


def is_unlisted(field, value):
    """Tell whether the field's catalogue, or its few choices, lack what it holds.

    That is a text of the user's own, or an entry that an older catalogue had.
    """
    if isinstance(field, CatalogueField):
        return bool(value) and not field.knows(value)
    return bool(field.choices and value) and value not in dict(field.flatchoices)


def side_words(side):
    """Return a side in words, such as "left"; "" for none, and its own text where it is unknown."""
    return str(Side(side).label) if side in Side.values else str(side or "")


def field_heading(field):
    """Return a column's heading: its name, and its unit where it has one ("amplitude, mV")."""
    unit = getattr(field, "unit", "")
    return f"{field.verbose_name}, {unit}" if unit else str(field.verbose_name)


def field_words(field, value, labels=None):
    """Return the words for a field's Python value; "" where it is empty.

    `labels` maps the keys of events and visits to their labels. A value in its column's own unit
    is printed as entered: the heading names the unit.
    """
    if is_empty(value):
        return ""
    if isinstance(field, models.ForeignKey):
        return value.label
    if isinstance(field, PlacementField):
        return value.printed(labels)
    if isinstance(field, CatalogueField):
        return field.label(value)
    if isinstance(field, CodesField):
        return ", ".join(f"{code['system']} {code['code']}" for code in value)
    if isinstance(field, models.BooleanField):
        return _("yes") if value else _("no")
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return str(value)


def document_words(field, data, labels=None):
    """Return the words for what a case document holds under a field; the unit is spelled out.

    A document of an older time may hold what can no longer be read: it is shown as it stands.
    """
    if is_empty(data):
        return ""
    try:
        if isinstance(field, models.ForeignKey):
            return (labels or {}).get(data, str(data))
        value = field.from_document(data) if hasattr(field, "from_document") else data
        words = field_words(field, value, labels)
    except (ValueError, KeyError, TypeError):
        return str(data)
    return words + missing_unit(field, value)


def missing_unit(field, value):
    """Return the column's unit where a number or range was printed without one."""
    if isinstance(field, ValueField) and value.kind in ("number", "range") and not value.unit:
        return f" {field.unit}" if field.unit else ""
    return ""

"""Convert case document data to the Python values of model fields."""

import json
import re

from django.db import models
from django.utils.translation import gettext as _

from patients.catalogue.pasted_words import choice_of, plain, side_of
from patients.catalogue.searching import search
from patients.models.fields import UNLISTED

SUGGESTIONS = 3
UNSTORABLE = re.compile(r"(?<!\\)(?:\\\\)*\\u0000|[\ud800-\udfff]")  # searched for in JSON text


def convert_data(field, data):
    """Return the Python value of a field. Raises ValueError for invalid data."""
    if hasattr(field, "from_document"):
        return field.from_document(data)
    if isinstance(field, models.BooleanField):
        return expect(data, bool, _("Enter true or false, without quotes."))
    if isinstance(field, models.IntegerField):
        return expect(data, int, _("Enter a whole number, without quotes."))
    return expect(data, str, _("Enter a string, in double quotes."))


def expect(data, kind, message):
    if not isinstance(data, kind) or (kind is int and isinstance(data, bool)):
        raise ValueError(message)
    return data


def reject_unstorable(data):
    """Raise ValueError for text that cannot be stored or encoded: NUL and lone surrogates."""
    if UNSTORABLE.search(json.dumps(data, ensure_ascii=False)):
        raise ValueError(_("Remove NUL characters and lone surrogates: they cannot be stored."))


def choices_of(instance, name):
    """Return the choices of a field without the empty one; [] for other fields and "__all__"."""
    known = {field.name: field for field in instance._meta.concrete_fields}
    choices = known[name].flatchoices if name in known else []
    return [(value, str(label)) for value, label in choices if value not in ("", None)]


def set_choices(instance, names):
    """Replace what a source prints for a choice by the choice: "R" or "rt" for the right side.

    A mandatory text that has only spaces becomes empty, so that it is rejected.
    """
    for name in names:
        text, choices = getattr(instance, name, None), choices_of(instance, name)
        if isinstance(text, str) and text.isspace() and not instance._meta.get_field(name).blank:
            setattr(instance, name, "")
        if choices and isinstance(text, str) and (meant := meant_choice(name, text, choices)):
            setattr(instance, name, meant)


def meant_choice(name, text, choices):
    """Return the choice with this value, label or printed form, whatever its case, or ""."""
    known = dict(choices)
    if text in known:
        return text
    labels = {plain(form): value for value, label in choices for form in (label, str(value))}
    printed = side_of(text) if name == "side" else choice_of(name, text)
    return labels.get(plain(text)) or (printed if printed in known else "")


def messages_of(error, with_similar, choices=()):
    """Return the messages of one ValidationError; for a wrong choice, with the `choices`.

    With `with_similar`, the message on a name that is not in a catalogue suggests similar entries.
    """
    if error.code == "invalid_choice" and choices:
        message = _("“%(value)s” is not one of the choices. Enter one of these: %(choices)s.")
        accepted = ", ".join(str(value) for value, _label in choices)
        return [message % {"value": error.params["value"], "choices": accepted}]
    if error.code != UNLISTED or not with_similar:
        return error.messages
    found = search(error.params["catalogue"], error.params["value"], error.params["specimen"])
    names = _(" or ").join(f"“{one.label}” ({one.id})" for one in found[:SUGGESTIONS])
    hint = f" {_('Did you mean %s?') % names}" if names else ""
    return [message + hint for message in error.messages]


def error_message(error):
    """Return the message to show for a ValueError or an ArithmeticError."""
    if isinstance(error, ArithmeticError):
        return _("This number is out of range. Enter a smaller number.")
    return str(error)

"""Convert case document data to the Python values of model fields."""

import json
import re

from django.db import models
from django.utils.translation import gettext as _

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


def messages_of(error, with_similar):
    """Return the messages of one ValidationError.

    With `with_similar`, the message on a name that is not in a catalogue suggests similar entries.
    """
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

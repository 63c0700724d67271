"""Conversion of case document data to the Python values of model fields."""

import json
import re

from django.db import models
from django.utils.translation import gettext as _

UNSTORABLE = re.compile(r"(?<!\\)(?:\\\\)*\\u0000|[\ud800-\udfff]")  # in JSON text


def convert_data(field, data):
    """Return the Python value of a field; ValueError for data of the wrong type."""
    if hasattr(field, "from_document"):
        return field.from_document(data)
    if isinstance(field, models.BooleanField):
        return expect(data, bool, _("true or false is expected"))
    if isinstance(field, models.IntegerField):
        return expect(data, int, _("a whole number is expected"))
    return expect(data, str, _("a string is expected"))


def expect(data, kind, message):
    if not isinstance(data, kind) or (kind is int and isinstance(data, bool)):
        raise ValueError(message)
    return data


def reject_unstorable(data):
    """Raise ValueError for text that cannot be stored or encoded: NUL and lone surrogates."""
    if UNSTORABLE.search(json.dumps(data, ensure_ascii=False)):
        raise ValueError(_("the string contains a character that cannot be stored"))


def error_message(error):
    """Return the message for an error, also for an ArithmeticError."""
    return _("this number is out of range") if isinstance(error, ArithmeticError) else str(error)

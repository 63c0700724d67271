"""A strict JSON parser with size limits and errors that state the position if it is known.

RFC 8259 leaves the handling of duplicate keys and very large numbers to each parser, and many
parsers accept NaN. This one rejects all of these, so that every other parser reads an accepted
document the same way.
"""

import json
import math

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser

MAX_DEPTH = 32
MAX_DIGITS = 15  # exact in every JSON parser (RFC 7493 2.2)


class TooLarge(APIException):
    """A request body larger than DATA_UPLOAD_MAX_MEMORY_SIZE."""

    status_code = 413
    default_code = "too_large"


def parse_json(data):
    """Parse UTF-8 JSON. Raises ValueError with the first error, and its position if known."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(
            _("This is not UTF-8 text (byte %d). Encode it as UTF-8.") % error.start
        ) from None
    try:
        found = json.loads(
            text,
            object_pairs_hook=unique_keys,
            parse_constant=reject_constant,
            parse_int=whole_number,
            parse_float=finite_number,
        )
    except json.JSONDecodeError as error:
        place = {"what": error.msg, "line": error.lineno, "column": error.colno}
        message = _("This is not valid JSON (line %(line)d, column %(column)d): %(what)s.")
        raise ValueError(message % place) from None
    except RecursionError:
        raise ValueError(too_deep()) from None
    check_depth(found)
    return found


def too_deep():
    return _("Objects and arrays are nested too deeply. Use at most %d levels.") % MAX_DEPTH


def unique_keys(pairs):
    found = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(
                _("The key “%s” occurs twice in an object. Remove one.") % printable(key)
            )
        if key != printable(key):
            message = _("The key “%s” is too long or contains an invalid character. Correct it.")
            raise ValueError(message % printable(key))
        found[key] = value
    return found


def printable(text):
    """Return a string for a message: encodable as UTF-8, and truncated if over 80 characters."""
    shown = text[:80].encode("utf-8", "replace").decode()
    return shown if len(text) <= 80 else f"{shown}…"


def reject_constant(name):
    raise ValueError(_("%s is not a JSON number. Enter a finite number.") % name)


def whole_number(digits):
    if len(digits.lstrip("-")) > MAX_DIGITS:
        message = _("The number %(number)s… is too long. Enter at most %(limit)d digits.")
        raise ValueError(message % {"number": digits[:20], "limit": MAX_DIGITS})
    return int(digits)


def finite_number(digits):
    number = float(digits)
    if not math.isfinite(number) or len(digits) > 40:
        message = _("The number %s is out of range or too long. Enter a smaller or shorter number.")
        raise ValueError(message % digits[:40])
    return number


def check_depth(data):
    """Raise ValueError for nesting deeper than MAX_DEPTH, without recursion."""
    level = [data]
    for _depth in range(MAX_DEPTH):
        level = [item for parent in level for item in children(parent)]
        if not level:
            return
    raise ValueError(too_deep())


def children(data):
    if isinstance(data, dict):
        return data.values()
    return data if isinstance(data, list) else ()


class DocumentParser(BaseParser):
    """The JSON parser of the REST API."""

    media_type = "application/json"

    def parse(self, stream, media_type=None, parser_context=None):
        max_bytes = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        data = stream.read(max_bytes + 1)
        if len(data) > max_bytes:
            raise TooLarge(_("The request body is too large. Send at most %d bytes.") % max_bytes)
        try:
            return parse_json(data)
        except ValueError as error:
            raise ParseError(str(error)) from None

"""Parse the values of list filters. Errors are ValueErrors with a message for the user."""

import re
from datetime import UTC, datetime, time

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from patients.catalogue import lookup, mrc
from patients.record.search_terms import words_of

MAX_SEARCH = 200  # characters
MAX_WORDS = 10  # in one value of the diagnosis filter
YEARS = range(1900, 2200)
RANGE = re.compile(r"(<=|>=|<|>|≤|≥)?\s*(.+)")
YES, NO = {"1", "true", "on"}, {"0", "false", "off"}


def search(text):
    if len(text) > MAX_SEARCH:
        raise ValueError(_("Enter at most %d characters.") % MAX_SEARCH)
    if "\0" in text:
        raise ValueError(_("Remove the null character."))
    return text


def one_of(choices):
    """Return a parser that accepts exactly these texts."""
    known = set(choices)

    def parse(text):
        if text not in known:
            message = _("%s is not one of the available choices.") % shorten(text)
            hint = _("Use one of these: %s.") % ", ".join(choices) if len(known) <= 5 else ""
            raise ValueError(f"{message} {hint}".strip())
        return text

    return parse


def shorten(text):
    return text if len(text) <= 40 else f"{text[:40]}…"


def number(text):
    if not (text.isascii() and text.isdigit() and 0 < int(text[:10]) < 2**31 and len(text) <= 10):
        raise ValueError(_("Enter a whole number greater than 0."))
    return int(text)


def yes_or_no(text):
    """Return True for 1, true or on, and False for 0, false or off."""
    if text.lower() not in YES | NO:
        raise ValueError(_("Enter 1 for yes or 0 for no."))
    return text.lower() in YES


def movement(text):
    """Return the catalogue id of a movement or muscle."""
    found = lookup.find_graded(text)
    if found is None:
        message = _(
            "%s is not in the catalogue of movements and muscles. Enter an id or a name from it, "
            "such as hip_flexion."
        )
        raise ValueError(message % shorten(text))
    return found[1]


def grade_range(text):
    """Return the lowest and highest rank, inclusive, of a grade (4+) or of a range (<=3)."""
    sign, printed = RANGE.fullmatch(text).groups() if RANGE.fullmatch(text) else ("", text)
    grade = mrc.parse_grade(printed)
    if grade.low is None or (sign and grade.high):
        raise ValueError(_("Enter a grade such as 4+, or a range such as <=3."))
    low, high = mrc.rank(grade.low), mrc.rank(grade.high or grade.low)
    top = len(mrc.ORDER)
    ends = {"<=": (0, low), "≤": (0, low), "<": (0, low - 1), ">": (low + 1, top)}
    ends |= {">=": (low, top), "≥": (low, top)}
    return ends.get(sign, (low, high))


def diagnosis(text):
    if not 0 < len(words_of(text)) <= MAX_WORDS:
        raise ValueError(_("Enter 1 to %d words of a diagnosis, or its code.") % MAX_WORDS)
    return text


def moment(text):
    """Return a datetime in UTC; a date means its first moment.

    A date, or a time without an offset, is in the site's time zone.
    """
    try:
        found = parse_datetime(text) or datetime.combine(parse_date(text), time())
    except (ValueError, TypeError):
        found = None
    if found is None or found.year not in YEARS:
        raise ValueError(
            _("Enter a date such as 2024-03-14, or a time such as 2024-03-14T09:00:00Z.")
        )
    if timezone.is_naive(found):
        found = timezone.make_aware(found)
    return found.astimezone(UTC)

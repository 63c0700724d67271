"""Partial dates as ISO strings: 2011, 2011-03 or 2011-03-14."""

import calendar
import re
from datetime import date

from django.utils.translation import gettext as _

_MONTHS = [name.casefold() for name in calendar.month_name]
_ISO = re.compile(r"(?P<year>[12]\d{3})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d))?)?", re.ASCII)
_YEAR_FIRST = re.compile(
    r"(?P<year>[12]\d{3})(?P<mark>[-/.])(?P<month>\d\d?)(?:(?P=mark)(?P<day>\d\d?))?", re.ASCII
)
_DIGITS = re.compile(
    r"(?P<one>\d{1,2})(?P<mark>[-/.]) ?(?P<two>\d{1,2})(?P=mark) ?(?P<year>\d{4}|\d\d)", re.ASCII
)
_MONTH_FIRST = re.compile(r"(?P<month>0?[1-9]|1[0-2])[-/.](?P<year>[12]\d{3})(?P<day>)", re.ASCII)
_MONTH_WORD = r"(?P<month>[A-Za-z]{3,9})\.?"
_YEAR = r"(?P<year>[12]\d{3})"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_WRITTEN = (
    re.compile(rf"(?:(?:the )?{_DAY}(?:[ -]|\. | of ))?{_MONTH_WORD}(?:,? |-){_YEAR}", re.ASCII),
    re.compile(rf"{_MONTH_WORD} {_DAY},? {_YEAR}", re.ASCII),
)
_FORMS = (_YEAR_FIRST, _MONTH_FIRST, *_WRITTEN)
_NO_YEAR = re.compile(rf"(?:(?:the )?{_DAY}(?:[ -]|\. | of ))?{_MONTH_WORD}", re.ASCII)


def print_date(text: str) -> str:
    """Format an ISO date: "2011-03-14" becomes "14 March 2011"; a year is unchanged."""
    year, *rest = text.split("-")
    if not rest:
        return year
    month = f"{calendar.month_name[int(rest[0])]} {year}"
    return f"{int(rest[1])} {month}" if len(rest) == 2 else month


def date_bounds(text: str) -> tuple[date, date]:
    """Return the first and last day of a full or partial ISO date. Raises ValueError if invalid."""
    found = _ISO.fullmatch(text)
    try:
        if found is None:
            raise ValueError(text)
        year, month, day = (int(part) if part else 0 for part in found.groups())
        if day:
            return date(year, month, day), date(year, month, day)
        if month:
            return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
        return date(year, 1, 1), date(year, 12, 31)
    except ValueError as error:
        raise ValueError(
            f'"{text}" is not a date: enter one such as 2011, 2011-03 or 2011-03-14'
        ) from error


def parse_date(words: str) -> tuple[str, str] | None:
    """Return (ISO string, precision) of a full or partial date; None for any other string.

    Raises ValueError, with a message for the user, for a date that does not exist, such as 31
    February 2011, for a two-digit year, and for an order that varies by country (3/4/2011).
    """
    text = re.sub(r"^(?:in|on) ", "", words, flags=re.I)
    if found := _DIGITS.fullmatch(text):
        return _precise(_from_digits(found), text)
    found = next(filter(None, (d.fullmatch(text) for d in _FORMS)), None)
    if found is None:
        return (text, "year") if _ISO.fullmatch(text) else None
    parts = found.groupdict()
    month = _month_number(parts["month"])
    if not month:
        return None
    day = f"-{int(parts['day']):02}" if parts["day"] else ""
    return _precise(f"{parts['year']}-{month:02}{day}", text)


def _precise(iso: str, text: str) -> tuple[str, str]:
    try:
        date_bounds(iso)
    except ValueError:
        message = _("“%s” does not exist. Check the day and the month.")
        raise ValueError(message % text) from None
    return iso, ("year", "month", "day")[iso.count("-")]


def _from_digits(found: re.Match[str]) -> str:
    """Return the ISO string of a date such as 31.12.2023, if its digits have one reading."""
    one, two, year = int(found["one"]), int(found["two"]), found["year"]
    if len(year) == 2:
        message = _(
            "Write “%s” with the month as a word and the year in full, such as 14 March 2027, so "
            "that day and month cannot be confused."
        )
        raise ValueError(message % found[0])
    day, month = (two, one) if one <= 12 < two else (one, two)
    if one != two and one <= 12 and two <= 12:
        readings = [f"{year}-{two:02}-{one:02}", f"{year}-{one:02}-{two:02}"]
        message = _(
            "“%(text)s” could be %(one)s or %(other)s. Write one of them, so that day and month "
            "cannot be confused."
        )
        shown = [print_date(iso) if min(one, two) else iso for iso in readings]
        raise ValueError(message % {"text": found[0], "one": shown[0], "other": shown[1]})
    return f"{year}-{month:02}-{day:02}"


def has_no_year(words: str) -> bool:
    """Return whether a date is a month, or a day and a month, without a year."""
    found = _NO_YEAR.fullmatch(re.sub(r"^(?:in|on) ", "", words, flags=re.I))
    return bool(found and _month_number(found["month"]))


def parse_day(words: str) -> date:
    """Parse a full date. For any other text, raises ValueError with a message for the user."""
    text = " ".join(words.split())
    iso, precision = parse_date(text) or ("", "")
    if not iso:
        raise ValueError(_("Enter a date such as 14 March 2027."))
    if precision != "day":
        raise ValueError(_("Enter the full date, such as 14 March 2027."))
    return date.fromisoformat(iso)


def _month_number(text: str) -> int:
    if text.isdigit():
        return int(text) or 13
    name = text.casefold()
    name = "sep" if name == "sept" else name
    matches = [
        number
        for number, month in enumerate(_MONTHS)
        if month == name or (len(name) == 3 and month.startswith(name))
    ]
    return matches[0] if matches else 0

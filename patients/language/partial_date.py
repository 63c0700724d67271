"""Partial dates as ISO strings: 2011, 2011-03 or 2011-03-14."""

import calendar
import re
from datetime import date

from django.utils.translation import gettext as _

_MONTHS = [name.casefold() for name in calendar.month_name]
_ISO = re.compile(r"(?P<year>[12]\d{3})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d))?)?", re.ASCII)
_ALL_DIGITS = re.compile(r"\d{1,2}[/.]\d{1,2}[/.]\d{2,4}", re.ASCII)
_MONTH_WORD = r"(?P<month>[A-Za-z]{3,9})\.?"
_YEAR = r"(?P<year>[12]\d{3})"
_DATES = (
    re.compile(rf"(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)? )?{_MONTH_WORD},? {_YEAR}", re.ASCII),
    re.compile(rf"{_MONTH_WORD} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? {_YEAR}", re.ASCII),
)


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

    Raises ValueError for a date that does not exist, such as 31 February 2011.
    """
    text = re.sub(r"^(?:in|on) ", "", words, flags=re.I)
    found = _ISO.fullmatch(text) or next(filter(None, (d.fullmatch(text) for d in _DATES)), None)
    if not found:
        return None
    parts = found.groupdict()
    iso = parts["year"]
    if parts["month"]:
        month = _month_number(parts["month"])
        if not month:
            return None
        iso += f"-{month:02}" + (f"-{int(parts['day']):02}" if parts["day"] else "")
    date_bounds(iso)
    return iso, ("year", "month", "day")[iso.count("-")]


def is_ambiguous(words: str) -> bool:
    """Return whether a date is in digits whose order depends on the country, such as 3/4/2011."""
    return bool(_ALL_DIGITS.fullmatch(words))


def parse_day(words: str) -> date:
    """Parse a full date. For any other text, raises ValueError with a message for the user."""
    text = " ".join(words.split())
    if is_ambiguous(text):
        raise ValueError(
            _("Write 14 March 2027 or 2027-03-14, so that day and month cannot be confused.")
        )
    try:
        iso, precision = parse_date(text) or ("", "")
    except ValueError:
        raise ValueError(_("This date does not exist. Check the day and the month.")) from None
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

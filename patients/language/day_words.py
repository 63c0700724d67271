"""Days and times in words: "day −25", "about day 92", "18 years after", "before admission"."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from patients.catalogue.time_words import MINUS
from patients.language.chronology import DAYS, Resolved
from patients.language.partial_date import print_date
from patients.language.placement import Placement, has_date
from patients.language.when import hint_for

LONG = {"years": 2 * 365, "months": 180}  # days from which a span is printed in this unit


def day_number(day: int) -> str:
    """Return a day as text with a true minus sign, such as "0" or "−25"."""
    return str(day).replace("-", MINUS)


def day_text(found: Resolved) -> str:
    """Return "day −25", or "about day 92" if the day is not exact; "" if it is not known."""
    if found.day is None:
        return ""
    text = _("day %(day)s") if found.exact else _("about day %(day)s")
    return text % {"day": day_number(found.day)}


def range_text(found: Resolved) -> str:
    """Return "day 3", "day 77 to 107", "day 77 or later" or "day −5 or earlier"."""
    if found.low is not None and found.high is not None:
        values = {"low": day_number(found.low), "high": day_number(found.high)}
        text = _("day %(low)s") if found.low == found.high else _("day %(low)s to %(high)s")
        return text % values
    if found.low is not None:
        return _("day %(day)s or later") % {"day": day_number(found.low)}
    if found.high is not None:
        return _("day %(day)s or earlier") % {"day": day_number(found.high)}
    return _("not known")


def long_span(day: int | None, index: str) -> str:
    """Return a distant day as people say it, such as "18 years after injury"; "" for a near one.

    `index` is the label of the index event, or "".
    """
    unit = next((unit for unit, least in LONG.items() if abs(day or 0) >= least), None)
    if day is None or unit is None:
        return ""
    exact = abs(day) / DAYS[unit]
    number = round(exact)
    count = ngettext("%(n)s year", "%(n)s years", number)
    if unit == "months":
        count = ngettext("%(n)s month", "%(n)s months", number)
    text = _("%(span)s before %(event)s") if day < 0 else _("%(span)s after %(event)s")
    span = count % {"n": number}
    if abs(exact - number) * 20 > 1:
        span = _("about %(span)s") % {"span": span}
    return text % {"span": span, "event": lower_first(index) if index else _("day 0")}


def lower_first(label: str) -> str:
    """Return a label for the middle of a sentence: "Injury" as "injury", but "MRI" unchanged."""
    return label[:1].lower() + label[1:] if label[1:2].islower() or label[1:2] == " " else label


def date_text(found: Resolved, placement: Placement | None) -> str:
    """Return the date of a resolved day, unless the time as entered already states it."""
    if found.date is None or (placement and placement.date == found.date):
        return ""
    date = print_date(found.date)
    return date if found.exact else _("about %(date)s") % {"date": date}


def calendar_text(found: Resolved, placement: Placement | None) -> str:
    """Return the date of an event whose day is not known, as entered; "" for any other event."""
    if found.day is not None or placement is None or not has_date(placement):
        return ""
    return placement.printed() if placement.how == "date" else print_date(str(placement.date))


def understood(
    placement: Placement, found: Resolved, labels: Mapping[str, str], index: str = ""
) -> str:
    """Return how a time was understood, such as "day −25 · 14 February 2024".

    A distant day is first given in words: "71 years before admission (about day −25933, …)".
    `index` is the label of the index event, or "".
    """
    if placement.how == "text":
        hint = hint_for(str(placement.text), {label: key for key, label in labels.items()})
        if hint:
            return _("Not recognised as a time, kept as written: %s.") % hint
        return _("Not recognised as a time, kept as written.")
    if placement.how == "index":
        return _("day 0 · %s") % (
            print_date(placement.date) if placement.date else _("no date yet")
        )
    if found.day is not None:
        span = "" if found.exact else f" ({range_text(found)})"
        date = print_date(found.date) if found.date else ""
        if date and not found.exact:
            date = _("about %(date)s") % {"date": date}
        day = day_text(found) + span
        if distance := long_span(found.day, index):
            inner = day_text(found) + ("" if found.exact else f", {range_text(found)}")
            day = f"{distance} ({inner})"
        return " · ".join(filter(None, (day, date)))
    if placement.how == "unknown":
        return _("date not known")
    if (found.low, found.high) != (None, None):
        return _("order only: %s") % f"{placement.printed(labels)} ({range_text(found)})"
    if placement.how == "order":
        return _("order only: %s") % placement.printed(labels)
    return _("no day: %s") % found.why

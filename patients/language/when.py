"""Parse the time of an event as a clinician enters it, such as "5 days before weakness"."""

import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from patients.catalogue.time_words import (
    ABOUT,
    AFTER_SPAN,
    AGE,
    BACKWARD,
    BETWEEN,
    COMPARATORS,
    DECIMAL_COMMA,
    EITHER_WAY,
    EXAMPLES,
    INDEX_NAMES,
    LONG,
    NEEDS_ANCHOR,
    NUMBER_WORDS,
    NUMBERED,
    ORDER,
    OTHER_SPANS,
    QUOTED,
    RELATIONS,
    SAME,
    SIGNED,
    SPAN,
    UNIT_WORDS,
    UNKNOWN,
    WITHIN,
)
from patients.language.event_names import (
    Events,
    NotATime,
    UnknownEvent,
    find_event,
    names_of,
)
from patients.language.imprecise import (
    counted_day,
    counted_period,
    in_one_unit,
    vague_date,
    without_time_of_day,
)
from patients.language.partial_date import date_bounds, has_no_year, parse_date
from patients.language.placement import LONGEST, PRECISIONS, Placement, plain


def read_when(text: str, events: Events) -> Placement:
    """Parse the time of an event; text that is not a time is kept as written.

    This includes a time that refers to an event that the case does not have, or to several. Raises
    ValueError with a message for the user for a date that does not exist or has several readings,
    such as 31 February 2011 or 3/4/2011.
    """
    try:
        return parse_when(text, events)
    except NotATime:
        words = " ".join(text.split())
        if not words or len(words) > LONGEST - 2:
            raise
        return Placement("text", text=words)


def hint_for(text: str, events: Events) -> str:
    """Return what is missing in a text that is kept as written; "" if nothing is known to be."""
    try:
        parse_when(text, events)
    except NotATime as error:
        return error.hint
    except ValueError as error:
        return str(error)
    return ""


def parse_when(text: str, events: Events) -> Placement:
    """Parse the time of an event; raises NotATime for text that is not a time.

    Raises ValueError as `read_when` does.
    """
    words = plain(DECIMAL_COMMA.sub(".", text))
    if not words:
        raise NotATime(_("Enter a time such as %s.") % EXAMPLES)
    if len(words) > LONGEST:
        message = _("“%s…” is too long for a time. Put it into the note.")
        raise ValueError(message % words[:40])
    if found := QUOTED.fullmatch(" ".join(text.split())):
        if quoted := found["text"].strip():
            return Placement("text", text=quoted)
    if not any(plain(name).endswith(".") for name in events):
        words = words.rstrip(".")
    if words.casefold() in UNKNOWN:
        return Placement("unknown")
    written = " ".join(text.split())
    return (
        _parse_index(words)
        or _parse_imprecise(words, written, events)
        or _parse_with_date(words, events)
        or _parse(words, events)
    )


def _parse_imprecise(words: str, written: str, events: Events) -> Placement | None:
    """Parse words that leave the day open, have two units or a time of day; they are kept."""
    if found := vague_date(words):
        low, high, precision = found
        return Placement("date", date=low, date_high=high, precision=precision, text=written)
    if (counted := counted_day(words)) and (placement := _count_days(*counted, events)):
        return replace(placement, text=written)
    if (period := counted_period(words)) and not has_no_year(period[-1]):
        return replace(_count_period(*period, events), text=written)
    if (plain_span := in_one_unit(words)) != words:
        placement = _parse(plain_span, events)
        return replace(placement, text=written) if placement.how == "offset" else None
    if not (day := without_time_of_day(words)):
        return None
    try:
        placement = _parse(day, events)
    except ValueError:
        return None
    is_day = placement.precision == "day" and not placement.date_high
    return replace(placement, text=written) if is_day and placement.how != "age" else None


def _count_days(names: tuple[str, ...], first: int, last: int, events: Events) -> Placement | None:
    """Return the days after the one event with one of these names; None without such an event."""
    labels = names_of(events)
    keys = {labels[name] for name in names if name in labels}
    if len(keys) != 1:
        return None
    high = str(last) if last != first else None
    anchor = keys.pop()
    return Placement(
        "offset", anchor=anchor, offset=str(first), offset_high=high, unit="days", precision="day"
    )


def _count_period(unit: str, first: int, last: int, name: str, events: Events) -> Placement:
    """Return the range of a period that is counted from an event, or from the index event."""
    anchor = find_event(name, events) if name else None
    precision = unit.removesuffix("s")
    return Placement(
        "offset",
        anchor=anchor,
        offset=str(first),
        offset_high=str(last),
        unit=unit,
        precision=precision,
    )


def _parse_index(words: str) -> Placement | None:
    """Parse the index event, which can have a date; "day 0" alone is an offset of no days."""
    if words.casefold() in ("index", "index event"):
        return Placement("index", precision="day")
    name = "|".join(INDEX_NAMES)
    found = re.fullmatch(rf"(?:{name})(?:,|;|:| =| on| \() ?(?P<date>.+?)\)?", words, re.I)
    found = found or re.fullmatch(rf"(?P<date>.+?)(?:,|;| \() ?(?:{name})\)?", words, re.I)
    parsed = parse_date(found["date"]) if found else None
    return Placement("index", date=parsed[0], precision=parsed[1]) if parsed else None


def _parse_with_date(words: str, events: Events) -> Placement | None:
    """Parse an offset or an age with a date, such as "5 days before weakness; 14 March 2011"."""
    for one in re.finditer(r"[,;] | \(", words):
        parts = words[: one.start()], words[one.end() :].removesuffix(")")
        for when, dated in (parts, parts[::-1]):
            if parsed := parse_date(dated):
                return _add_date(when, parsed[0], words, events)
    return None


def _add_date(when: str, date: str, words: str, events: Events) -> Placement | None:
    try:
        placement = _parse(when, events)
    except NotATime:
        return None
    if placement.how not in ("offset", "age"):
        message = _("“%s” has two times. Enter one of them, or an offset and a date.")
        raise ValueError(message % words)
    return Placement(**{**vars(placement), "date": date})


def _parse(words: str, events: Events) -> Placement:
    for pattern, span in OTHER_SPANS:
        words = pattern.sub(span, words)
    if words.casefold() in ("0", "now"):
        return _same_day(None, False)
    about = ABOUT.match(words)
    rest = words[about.end() :] if about else words
    found = _parse_offset(rest, events, bool(about)) or _parse_age(rest, events, bool(about))
    found = found or _parse_dates(rest, bool(about)) or _parse_same(rest, events, bool(about))
    if found is None and not about:
        found = _parse_order(rest, events)
    if found is None:
        hint = _hint(rest)
        message = _("“%(words)s” is not a time: %(hint)s.")
        example = _("enter a time such as %s") % EXAMPLES
        raise NotATime(message % {"words": words, "hint": hint or example}, hint)
    return found


# Offsets


def _parse_offset(words: str, events: Events, approximate: bool) -> Placement | None:
    if found := SIGNED.fullmatch(words):
        return _offset(found, "", None, approximate)
    if found := AFTER_SPAN.fullmatch(words):
        return _offset(found, "", None, approximate)
    if found := EITHER_WAY.fullmatch(words):
        anchor = find_event(found["anchor"], events) if found["anchor"] else None
        return _offset(found, "", anchor, approximate, WITHIN)
    if found := LONG.fullmatch(words):
        way = found["way"].casefold()
        if not found["anchor"] and way in NEEDS_ANCHOR:
            hint = _("enter the event that it is counted from")
            raise NotATime(_("“%(words)s”: %(hint)s.") % {"words": words, "hint": hint}, hint)
        anchor = find_event(found["anchor"], events) if found["anchor"] else None
        return _offset(found, "-" if way in BACKWARD else "", anchor, approximate)
    if found := NUMBERED.fullmatch(words):
        anchor = find_event(found["anchor"], events) if found["anchor"] else None
        way = "-" if (found["way"] or "").casefold() == "before" else ""
        return _offset(found, way, anchor, approximate)
    return None


def _offset(
    found: re.Match[str], way: str, anchor: str | None, approximate: bool, comparator: str = ""
) -> Placement | None:
    """Return the Placement of a match; None if its parts contradict each other.

    These are numbers with different signs, or a comparator with a range or with "about".
    """
    groups = found.groupdict()
    unit = UNIT_WORDS[(groups["unit"] or "days").casefold()]
    ends = [_signed(way, text) for text in (groups["number"], groups.get("high")) if text]
    if len(ends) == 2 and ends[0].startswith("-") and not ends[1].startswith(("-", "+")):
        ends[1] = f"-{ends[1]}"  # "-30 to 25 days"
    numbers = [Decimal(end) for end in ends]
    if min(numbers) < 0 < max(numbers):
        return None
    ends.sort(key=lambda end: abs(Decimal(end)))
    comparator = comparator or COMPARATORS.get((groups.get("comparator") or "").casefold(), "")
    if groups["number"].casefold() == "the" and unit not in ("hours", "days") and not comparator:
        comparator = "<="  # "the week before" is the period, not its first day
    if comparator and (len(set(numbers)) > 1 or approximate):
        return None
    return Placement(
        "offset",
        anchor=anchor,
        offset=ends[0],
        offset_high=ends[-1] if len(set(numbers)) > 1 else None,
        unit=unit,
        approximate=approximate,
        precision=unit[:-1],
        comparator=comparator or None,
    )


def _signed(way: str, text: str) -> str:
    number = text.casefold().replace(" ", "")
    sign, number = ("-" if number.startswith("-") else way), number.lstrip("+-")
    number = NUMBER_WORDS.get(number, number)
    return f"-{number}" if sign and Decimal(number) else number


def _same_day(anchor: str | None, approximate: bool) -> Placement:
    return Placement(
        "offset", anchor=anchor, offset="0", unit="days", approximate=approximate, precision="day"
    )


def _parse_same(words: str, events: Events, approximate: bool) -> Placement | None:
    names = names_of(events)
    if words.casefold() in names:
        return _same_day(names[words.casefold()], approximate)
    found = SAME.fullmatch(words)
    try:
        return _same_day(find_event(found["anchor"], events), approximate) if found else None
    except UnknownEvent:  # such as "on holiday"
        return None


# Ages and dates


def _parse_age(words: str, events: Events, approximate: bool) -> Placement | None:
    if words.casefold() == "at birth" and "birth" not in names_of(events):
        return Placement("age", age="0", age_unit="days", precision="day")
    if not (found := AGE.fullmatch(words)):
        return None
    unit = UNIT_WORDS[(found["unit"] or found["unit_2"] or "years").casefold()]
    age = (found["age"] or found["age_2"]).casefold()
    age = NUMBER_WORDS.get(age, age)
    return Placement("age", age=age, age_unit=unit, approximate=approximate, precision=unit[:-1])


def _parse_dates(words: str, approximate: bool) -> Placement | None:
    if parsed := parse_date(words):
        iso, precision = parsed
        return Placement("date", date=iso, precision=precision, approximate=approximate)
    if not (ends := _date_range(words)):
        return None
    (low, first), (high, last) = ends
    if date_bounds(low)[1] >= date_bounds(high)[1]:
        raise ValueError(_("“%s”: enter two different dates, the earlier date first.") % words)
    precision = max(first, last, key=PRECISIONS.index)
    return Placement("date", date=low, date_high=high, precision=precision, approximate=approximate)


def _date_range(words: str) -> list[tuple[str, str]] | None:
    """Return both ends of a range such as "March to May 2011", each with its precision."""
    text = re.sub(r"^(?:from|between) ", "", words, flags=re.I)
    marks = r" (?:to|and|until) | - |(?<=^\d{4})[-/](?=\d{4}$)|(?<=[a-z])[-/](?=[a-z])"
    parts = re.split(marks, text, maxsplit=1, flags=re.I)
    if len(parts) != 2 or not (high := parse_date(parts[1])):
        return None
    year = f" {high[0][:4]}" if has_no_year(parts[0]) else ""
    low = parse_date(parts[0] + year)
    return [low, high] if low else None


# Order


def _parse_order(words: str, events: Events) -> Placement | None:
    if found := BETWEEN.fullmatch(words):
        return _between(found["both"], events)
    if not (found := ORDER.fullmatch(words)):
        return None
    relation, vague = RELATIONS[found["way"].casefold()], found["vague"]
    reference = _reference(found["reference"], events)
    return Placement("order", relation=relation, text=vague, **reference)


def _reference(text: str, events: Events) -> dict[str, Any]:
    """Return the fields of the event, date or age that an order refers to."""
    names = names_of(events)
    if text.casefold() in names:
        return {"anchor": names[text.casefold()]}
    if parsed := parse_date(text):
        return {"date": parsed[0]}
    if age := _parse_age(text, events, False):
        return {"age": age.age, "age_unit": age.age_unit}
    return {"anchor": find_event(text, events)}


def _between(both: str, events: Events) -> Placement | None:
    """Return the Placement of a time between two events, whose names may contain "and"; or None."""
    found: list[tuple[str | None, str | None]] = []
    error: ValueError | None = None
    for one in re.finditer(r" and ", both, re.I):
        try:
            ends = [find_event(text, events) for text in (both[: one.start()], both[one.end() :])]
        except ValueError as problem:
            error = error or problem
        else:
            found.append((ends[0], ends[1]))
    if len(found) == 1 and found[0][0] != found[0][1]:
        low, high = found[0]
        return Placement("order", relation="between", anchor=low, anchor_high=high)
    if error and not found:
        raise error
    return None


def _hint(words: str) -> str:
    """Return what is missing in a text that is almost a time; "" for other text."""
    if re.fullmatch(r"[+-]?\d+(?:\.\d+)?", words):
        return _("add a unit, such as -25d or 3 months after")
    if re.fullmatch(SPAN, words, re.I):
        return _("add before or after, such as 25 days before")
    if has_no_year(words):
        return _("add the year, such as September 2024")
    return ""

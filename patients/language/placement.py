"""When an event happened: an offset from another event, an age, a full or partial date, or unknown.

Parses what a clinician enters, such as "5 days before weakness", "-25d" or "March 2011".
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from patients.catalogue.time_words import (
    ABOUT,
    AGE,
    BACKWARD,
    DASHES,
    DAY,
    EXAMPLES,
    LONG,
    NEEDS_ANCHOR,
    NUMBER,
    NUMBER_WORDS,
    SAME,
    SHORT,
    SPAN,
    UNIT_WORDS,
    UNKNOWN,
)
from patients.language.partial_date import date_bounds, is_ambiguous, parse_date, print_date

LONGEST = 300
HOW = ("index", "offset", "age", "date", "unknown")
UNITS = ("hours", "days", "weeks", "months", "years")
PRECISIONS = ("hour", "day", "week", "month", "year", "unknown")


@dataclass(frozen=True)
class Placement:
    """The time of one event, as entered.

    An ``offset`` such as "-25", or a range from ``offset`` to ``offset_high``, is counted from the
    event with the key ``anchor``, or from the index event if ``anchor`` is None. If ``how`` is
    "index", ``date`` is the date of the index event, if known.
    """

    how: str
    anchor: str | None = None
    offset: str | None = None
    offset_high: str | None = None
    unit: str | None = None
    approximate: bool = False
    precision: str = "unknown"
    age: str | None = None
    age_unit: str | None = None
    date: str | None = None

    def __post_init__(self) -> None:
        if self.how not in HOW:
            raise ValueError(f'how "{self.how}" is not one of {", ".join(HOW)}')
        if self.precision not in PRECISIONS:
            raise ValueError(f'precision "{self.precision}" is not one of {", ".join(PRECISIONS)}')
        _check_fields(self)
        _check_offset(self)
        if self.age is not None:
            _check_number("age", self.age, signed=False)
            _check_choice("age_unit", self.age_unit, UNITS)
        if self.date is not None:
            date_bounds(self.date)

    def printed(self, labels: Mapping[str, str] | None = None) -> str:
        """Return text that parse_when parses back; ``labels`` maps event keys to labels."""
        lead = "about " if self.approximate else ""
        if self.how == "index":
            return "index event" + (f", {print_date(self.date)}" if self.date else "")
        if self.how == "unknown":
            return "unknown"
        if self.how == "date":
            return lead + print_date(str(self.date))
        if self.how == "age":
            return f"{lead}at age {self.age} {self.age_unit}"
        return lead + _print_offset(self, labels or {})

    def as_document(self) -> dict[str, Any]:
        """Return the fields that are set, in the fixed order of the case document."""
        names = ["how", "anchor", "offset", "offset_high", "unit", "approximate", "age"]
        names += ["age_unit", "date", "precision"]
        return {name: getattr(self, name) for name in names if getattr(self, name)}


_FIELDS_OF: dict[str, set[str]] = {
    "index": {"date"},
    "offset": {"anchor", "offset", "offset_high", "unit", "approximate"},
    "age": {"age", "age_unit", "approximate"},
    "date": {"date", "approximate"},
    "unknown": set(),
}
_REQUIRED_OF = {"offset": ("offset", "unit"), "age": ("age", "age_unit"), "date": ("date",)}


def _check_fields(placement: Placement) -> None:
    optional = set[str]().union(*_FIELDS_OF.values())
    for name in sorted(optional - _FIELDS_OF[placement.how]):
        if getattr(placement, name):
            raise ValueError(
                f'an event placed by {placement.how} cannot have "{name}": leave it out'
            )
    for name in _REQUIRED_OF.get(placement.how, ()):
        if not getattr(placement, name):
            raise ValueError(f'an event placed by {placement.how} needs "{name}"')


def _check_offset(placement: Placement) -> None:
    if placement.how != "offset" or placement.offset is None:
        return
    _check_choice("unit", placement.unit, UNITS)
    _check_number("offset", placement.offset, signed=True)
    if placement.offset_high is None:
        return
    _check_number("offset_high", placement.offset_high, signed=True)
    near, far = Decimal(placement.offset), Decimal(placement.offset_high)
    if abs(near) >= abs(far) or near * far < 0:
        raise ValueError(
            f"{near} to {far}: enter two numbers with the same sign, the one closer to 0 first"
        )


def _check_number(name: str, text: str, signed: bool) -> None:
    if not re.fullmatch(rf"{'-?' if signed else ''}{NUMBER}", text, re.ASCII) or text in ("-0",):
        raise ValueError(f'{name} "{text}" is not a number')


def _check_choice(name: str, text: str | None, allowed: tuple[str, ...]) -> None:
    if text not in allowed:
        raise ValueError(f'{name} "{text}" is not one of {", ".join(allowed)}')


def _print_offset(placement: Placement, labels: Mapping[str, str]) -> str:
    anchor = _anchor_name(placement.anchor, labels)
    offset, full_unit = str(placement.offset), str(placement.unit)
    near = offset.lstrip("-")
    if not Decimal(near) and not placement.offset_high and placement.unit == "days":
        return f"same day as {anchor}" if anchor else "day 0"
    high = placement.offset_high
    backward = (high or offset).startswith("-")
    span = near + (f" to {high.lstrip('-')}" if high else "")
    unit = full_unit[:-1] if span == "1" else full_unit
    return f"{span} {unit} {'before' if backward else 'after'}" + (f" {anchor}" if anchor else "")


def _anchor_name(key: str | None, labels: Mapping[str, str]) -> str:
    """Return the label of an event if no other event has that label or key, else its key.

    Returns "" for a key of None, the index event.
    """
    if key is None:
        return ""
    label = _plain(labels.get(key) or "")
    others = {other for other in labels if other != key}
    used = {_plain(labels[other] or "").casefold() for other in others}
    used |= {other.casefold() for other in others}
    return label if label and label.casefold() not in used else key


def _plain(text: str) -> str:
    return " ".join(text.translate(DASHES).split())


def parse_when(text: str, events: dict[str, str]) -> Placement:
    """Parse the time of an event; ``events`` maps labels and keys of other events to their keys.

    Raises ValueError with a message for the user if the text is empty or not a valid time.
    """
    words = _plain(text)
    plain = words.casefold().rstrip(".")
    if not plain:
        raise ValueError(f"no time entered: enter a time such as {EXAMPLES}")
    if len(plain) > LONGEST:
        raise ValueError(f'"{words[:40]}…" is too long for a time: enter a time such as {EXAMPLES}')
    if plain in UNKNOWN:
        return Placement("unknown")
    if found := re.fullmatch(r"index(?: event)?(?:, (?P<date>.+))?", plain):
        return _parse_index(found["date"])
    if plain in ("0", "now"):
        return Placement("offset", offset="0", unit="days", precision="day")
    about = ABOUT.match(words)
    rest = words[about.end() :] if about else words
    return _parse_offset(rest, events, bool(about)) or _parse_rest(rest, events, bool(about))


def _parse_index(text: str | None) -> Placement:
    if not text:
        return Placement("index", precision="day")
    iso, precision = parse_date(text) or (text, "day")
    return Placement("index", date=iso, precision=precision)


def _parse_offset(words: str, events: dict[str, str], approximate: bool) -> Placement | None:
    if found := SHORT.fullmatch(words):
        return _offset(found, found["sign"], None, approximate)
    if found := LONG.fullmatch(words):
        way = found["way"].casefold()
        if not found["anchor"] and way in NEEDS_ANCHOR:
            raise ValueError(f'"{words}": add the event that it is counted from')
        anchor = find_event(found["anchor"], events) if found["anchor"] else None
        return _offset(found, "-" if way in BACKWARD else "", anchor, approximate)
    if found := DAY.fullmatch(words):
        number = found["number"]
        return _offset(found, number[0] if number[0] in "+-" else "", None, approximate)
    return None


def _offset(found: re.Match[str], sign: str, anchor: str | None, approximate: bool) -> Placement:
    unit = UNIT_WORDS[found["unit"].casefold()]
    groups = found.groupdict()
    return Placement(
        "offset",
        anchor=anchor,
        offset=_signed(sign, groups["number"]),
        offset_high=_signed(sign, groups["high"]) if groups.get("high") else None,
        unit=unit,
        approximate=approximate,
        precision=unit[:-1],
    )


def _signed(sign: str, number: str) -> str:
    number = number.casefold().lstrip("+-")
    number = NUMBER_WORDS.get(number, number)
    return number if sign in ("", "+") or not Decimal(number) else f"-{number}"


def _parse_rest(words: str, events: dict[str, str], approximate: bool) -> Placement:
    if found := AGE.fullmatch(words):
        unit = UNIT_WORDS[(found["unit"] or found["unit_2"] or "years").casefold()]
        age = found["age"] or found["age_2"]
        return Placement(
            "age", age=age, age_unit=unit, approximate=approximate, precision=unit[:-1]
        )
    if parsed := parse_date(words):
        iso, precision = parsed
        return Placement("date", date=iso, precision=precision, approximate=approximate)
    if found := SAME.fullmatch(words):
        return _same_day(find_event(found["anchor"], events), approximate)
    if words.casefold() in _names(events):
        return _same_day(_names(events)[words.casefold()], approximate)
    raise ValueError(f'"{words}" is not a time: {_hint(words)}')


def _same_day(anchor: str | None, approximate: bool) -> Placement:
    return Placement(
        "offset", anchor=anchor, offset="0", unit="days", approximate=approximate, precision="day"
    )


def _hint(words: str) -> str:
    if re.fullmatch(r"[+-]?\d+(?:\.\d+)?", words):
        return "add a unit, such as -25d or 3 months after"
    if re.fullmatch(SPAN, words, re.I):
        return "add before or after, such as 25 days before"
    if is_ambiguous(words):
        return "write 14 March 2011 or 2011-03-14, so that day and month cannot be confused"
    return f"enter a time such as {EXAMPLES}"


def _names(events: dict[str, str]) -> dict[str, str]:
    """Return {casefolded label or key: key}; a key takes precedence over another event's label."""
    names = {_plain(name).casefold(): key for name, key in events.items()}
    return names | {key.casefold(): key for key in events.values() if key}


def find_event(text: str, events: dict[str, str]) -> str | None:
    """Return the key of the event whose label or key matches ``text``, or None for the index event.

    A whole name takes precedence over a prefix, and a prefix over a substring. Raises ValueError if
    no event or several events match, with a list of all events or of the matching ones.
    """
    names = _names(events)
    wanted = _plain(text).casefold()
    bare = re.sub(r"^the ", "", wanted).rstrip(".")
    for name in (wanted, bare):
        if name in names:
            return names[name]
    if bare in ("index", "index event", "day 0"):
        return None
    matchers: tuple[Callable[[str, str], bool], ...] = (str.startswith, str.__contains__)
    for matches in matchers:
        keys = {names[name] for name in names if matches(name, bare)}
        if len(keys) == 1:
            return keys.pop()
        if keys:
            raise ValueError(f'"{text}" could be {_list(events, keys)}: enter more of the name')
    raise ValueError(f'"{text}" is not an event of this case. Events: {_list(events, None)}')


def _list(events: dict[str, str], keys: set[str] | None) -> str:
    labels = {key: name for name, key in reversed(events.items()) if keys is None or key in keys}
    return ", ".join(f'"{label}"' for label in sorted(labels.values())) or "none yet"


def placement_from_document(document: object) -> Placement:
    """Return the Placement of a document value. Raises ValueError if it is not valid."""
    if not isinstance(document, dict) or "how" not in document:
        raise ValueError(
            'a time must be an object such as {"how": "unknown", "precision": "unknown"}'
        )
    names = Placement.__dataclass_fields__
    for key, item in document.items():
        if key not in names:
            raise ValueError(f"a time has no key {key!r}")
        if key == "approximate" and item is not True:
            raise ValueError("approximate must be true or left out")
        if key != "approximate" and (not isinstance(item, str) or not item):
            raise ValueError(f"{key} must be a non-empty string")
    return Placement(**document)


_SIGNED = {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"}
_PRECISION = {"enum": list(PRECISIONS)}
_ABOUT = {"const": True}
_DATE = {"type": "string", "pattern": r"^[12][0-9]{3}(-[0-9]{2}(-[0-9]{2})?)?$"}


def _shape(how: str, required: tuple[str, ...] = (), **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {"how": {"const": how}, **properties, "precision": _PRECISION},
        "required": ["how", *required],
        "additionalProperties": False,
    }


PLACEMENT_SCHEMA = {
    "title": "Placement",
    "oneOf": [
        _shape("index", date=_DATE),
        _shape(
            "offset",
            ("offset", "unit"),
            anchor={"type": "string", "minLength": 1},
            offset=_SIGNED,
            offset_high=_SIGNED,
            unit={"enum": list(UNITS)},
            approximate=_ABOUT,
        ),
        _shape(
            "age",
            ("age", "age_unit"),
            age={"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)?$"},
            age_unit={"enum": list(UNITS)},
            approximate=_ABOUT,
        ),
        _shape("date", ("date",), date=_DATE, approximate=_ABOUT),
        _shape("unknown"),
    ],
}

"""When an event happened: an offset from another event, an age, a full or partial date, or unknown.

Reads the words of a clinician ("5 days before weakness", "-25d", "March 2011") and resolves a set
of events to days from the index event. Nothing is invented: what cannot be resolved has no day.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

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
from patients.language.chronology import Resolved, resolve
from patients.language.partial_date import date_bounds, parse_date, print_date

__all__ = [
    "PLACEMENT_SCHEMA",
    "Placement",
    "Resolved",
    "parse_when",
    "placement_from_document",
    "resolve",
]

LONGEST = 300
HOW = ("index", "offset", "age", "date", "unknown")
UNITS = ("hours", "days", "weeks", "months", "years")
PRECISIONS = ("hour", "day", "week", "month", "year", "unknown")


@dataclass(frozen=True)
class Placement:
    """One event's place in time, as entered.

    An ``offset`` (signed, "-25"; its other bound in ``offset_high``) counts from ``anchor``, the
    key of another event, or from the index event where anchor is None. A dated index event is how
    "index" with a ``date``.
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

    def __post_init__(self):
        if self.how not in HOW:
            raise ValueError(f'"{self.how}" is not a way to place an event: {", ".join(HOW)}')
        if self.precision not in PRECISIONS:
            raise ValueError(f'precision "{self.precision}" is not one of {", ".join(PRECISIONS)}')
        _check_fields(self)
        _check_offset(self)
        if self.age is not None:
            _check_number("age", self.age, signed=False)
            _check_choice("age_unit", self.age_unit, UNITS)
        if self.date is not None:
            date_bounds(self.date)

    def printed(self, labels: dict | None = None) -> str:
        """Words that parse_when reads back, with events called by ``labels`` (key to label)."""
        lead = "about " if self.approximate else ""
        if self.how == "index":
            return "index event" + (f", {print_date(self.date)}" if self.date else "")
        if self.how == "unknown":
            return "unknown"
        if self.how == "date":
            return lead + print_date(self.date)
        if self.how == "age":
            return f"{lead}at age {self.age} {self.age_unit}"
        return lead + _print_offset(self, labels or {})

    def as_document(self) -> dict:
        """What is set, in a fixed order, for the case document."""
        names = ("how", "anchor", "offset", "offset_high", "unit", "approximate", "age")
        names += ("age_unit", "date", "precision")
        return {name: getattr(self, name) for name in names if getattr(self, name)}


_FIELDS_OF = {
    "index": {"date"},
    "offset": {"anchor", "offset", "offset_high", "unit", "approximate"},
    "age": {"age", "age_unit", "approximate"},
    "date": {"date", "approximate"},
    "unknown": set(),
}
_REQUIRED_OF = {"offset": ("offset", "unit"), "age": ("age", "age_unit"), "date": ("date",)}


def _check_fields(placement):
    optional = set().union(*_FIELDS_OF.values())
    for name in sorted(optional - _FIELDS_OF[placement.how]):
        if getattr(placement, name):
            raise ValueError(f"an event placed by {placement.how} has no {name}")
    for name in _REQUIRED_OF.get(placement.how, ()):
        if not getattr(placement, name):
            raise ValueError(f"an event placed by {placement.how} needs its {name}")


def _check_offset(placement):
    if placement.how != "offset":
        return
    _check_choice("unit", placement.unit, UNITS)
    _check_number("offset", placement.offset, signed=True)
    if placement.offset_high is None:
        return
    _check_number("offset_high", placement.offset_high, signed=True)
    near, far = Decimal(placement.offset), Decimal(placement.offset_high)
    if abs(near) >= abs(far) or near * far < 0:
        raise ValueError(f"{near} to {far}: write the smaller number first")


def _check_number(name, text, signed):
    if not re.fullmatch(rf"{'-?' if signed else ''}{NUMBER}", text, re.ASCII) or text in ("-0",):
        raise ValueError(f'{name} "{text}" is not a number')


def _check_choice(name, text, allowed):
    if text not in allowed:
        raise ValueError(f'{name} "{text}" is not one of {", ".join(allowed)}')


def _print_offset(placement, labels):
    anchor = _anchor_name(placement.anchor, labels)
    near = placement.offset.lstrip("-")
    if not Decimal(near) and not placement.offset_high and placement.unit == "days":
        return f"same day as {anchor}" if anchor else "day 0"
    high = placement.offset_high
    backward = (high or placement.offset).startswith("-")
    span = near + (f" to {high.lstrip('-')}" if high else "")
    unit = placement.unit[:-1] if span == "1" else placement.unit
    return f"{span} {unit} {'before' if backward else 'after'}" + (f" {anchor}" if anchor else "")


def _anchor_name(key, labels):
    """The label of an event where it names that event alone, else the key."""
    if key is None:
        return ""
    label = _plain(labels.get(key) or "")
    others = {other for other in labels if other != key}
    taken = {_plain(labels[other] or "").casefold() for other in others}
    taken |= {other.casefold() for other in others}
    return label if label and label.casefold() not in taken else key


def _plain(text):
    return " ".join(text.translate(DASHES).split())


def parse_when(text: str, events: dict[str, str]) -> Placement:
    """Read when an event was. ``events`` maps the labels (and keys) of the others to their keys.

    Raises ValueError with a plain message for what cannot be read, also for empty text.
    """
    words = _plain(text)
    plain = words.casefold().rstrip(".")
    if not plain:
        raise ValueError(f"nothing is written here: write {EXAMPLES}")
    if len(plain) > LONGEST:
        raise ValueError(f'"{words[:40]}…" is too long for a time: write {EXAMPLES}')
    if plain in UNKNOWN:
        return Placement("unknown")
    if found := re.fullmatch(r"index(?: event)?(?:, (?P<date>.+))?", plain):
        return _parse_index(found["date"])
    if plain in ("0", "now"):
        return Placement("offset", offset="0", unit="days", precision="day")
    about = ABOUT.match(words)
    rest = words[about.end() :] if about else words
    return _parse_offset(rest, events, bool(about)) or _parse_rest(rest, events, bool(about))


def _parse_index(text):
    if not text:
        return Placement("index", precision="day")
    iso, precision = parse_date(text) or (text, "day")
    return Placement("index", date=iso, precision=precision)


def _parse_offset(words, events, approximate):
    if found := SHORT.fullmatch(words):
        return _offset(found, found["sign"], None, approximate)
    if found := LONG.fullmatch(words):
        way = found["way"].casefold()
        if not found["anchor"] and way in NEEDS_ANCHOR:
            raise ValueError(f'"{words}": write the event that it is counted from')
        anchor = find_event(found["anchor"], events) if found["anchor"] else None
        return _offset(found, "-" if way in BACKWARD else "", anchor, approximate)
    if found := DAY.fullmatch(words):
        number = found["number"]
        return _offset(found, number[0] if number[0] in "+-" else "", None, approximate)
    return None


def _offset(found, sign, anchor, approximate):
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


def _signed(sign, number):
    number = number.casefold().lstrip("+-")
    number = NUMBER_WORDS.get(number, number)
    return number if sign in ("", "+") or not Decimal(number) else f"-{number}"


def _parse_rest(words, events, approximate):
    if found := AGE.fullmatch(words):
        unit = UNIT_WORDS[(found["unit"] or found["unit_2"] or "years").casefold()]
        age = found["age"] or found["age_2"]
        marks = {"approximate": approximate, "precision": unit[:-1]}
        return Placement("age", age=age, age_unit=unit, **marks)
    if parsed := parse_date(words):
        iso, precision = parsed
        return Placement("date", date=iso, precision=precision, approximate=approximate)
    if found := SAME.fullmatch(words):
        return _same_day(find_event(found["anchor"], events), approximate)
    if words.casefold() in _names(events):
        return _same_day(_names(events)[words.casefold()], approximate)
    raise ValueError(f'"{words}" is not a time that can be read: {_hint(words)}')


def _same_day(anchor, approximate):
    return Placement(
        "offset", anchor=anchor, offset="0", unit="days", approximate=approximate, precision="day"
    )


def _hint(words):
    if re.fullmatch(r"[+-]?\d+(?:\.\d+)?", words):
        return "write its unit, such as -25d or 3 months after"
    if re.fullmatch(SPAN, words, re.I):
        return "write before or after, such as 25 days before"
    if re.fullmatch(r"\d{1,2}[/.]\d{1,2}[/.]\d{2,4}", words):
        return "day and month can be mistaken; write 2011-03-14 or 14 March 2011"
    return f"write {EXAMPLES}"


def _names(events):
    """Names without case to keys; a key stands for itself, whatever another event is called."""
    names = {_plain(name).casefold(): key for name, key in events.items()}
    return names | {key.casefold(): key for key in events.values() if key}


def find_event(text: str, events: dict[str, str]) -> str | None:
    """The key of the event that ``text`` names: in full, by how it begins, or by a part of it.

    None is the index event. Raises ValueError that names the candidates where none or several fit.
    """
    names = _names(events)
    wanted = _plain(text).casefold()
    bare = re.sub(r"^the ", "", wanted).rstrip(".")
    for name in (wanted, bare):
        if name in names:
            return names[name]
    if bare in ("index", "index event", "day 0"):
        return None
    for fits in (str.startswith, str.__contains__):
        keys = {names[name] for name in names if fits(name, bare)}
        if len(keys) == 1:
            return keys.pop()
        if keys:
            raise ValueError(f'"{text}" could be {_list(events, keys)}: write more of it')
    raise ValueError(f'"{text}" is no event of this case; there is {_list(events, None)}')


def _list(events, keys):
    labels = {key: name for name, key in reversed(events.items()) if keys is None or key in keys}
    return ", ".join(f'"{label}"' for label in sorted(labels.values())) or "none yet"


def placement_from_document(document: dict) -> Placement:
    """The reverse of Placement.as_document; raises ValueError that says what is wrong."""
    if not isinstance(document, dict) or "how" not in document:
        raise ValueError('a time is an object such as {"how": "unknown", "precision": "unknown"}')
    names = Placement.__dataclass_fields__
    for key, item in document.items():
        if key not in names:
            raise ValueError(f"a time has no key {key!r}")
        if key == "approximate" and item is not True:
            raise ValueError("approximate is true or left out")
        if key != "approximate" and (not isinstance(item, str) or not item):
            raise ValueError(f"{key} is text that is not empty")
    return Placement(**document)


_SIGNED = {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"}
_PRECISION = {"enum": list(PRECISIONS)}
_ABOUT = {"const": True}
_DATE = {"type": "string", "pattern": r"^[12][0-9]{3}(-[0-9]{2}(-[0-9]{2})?)?$"}


def _shape(how, required=(), **properties):
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

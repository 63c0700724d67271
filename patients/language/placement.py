"""When an event happened: an offset from another event, an age, a full or partial date, an order
such as "before admission", text that is not a time, or unknown.

`patients.language.when` parses what a clinician enters.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from patients.catalogue.time_words import (
    COMPARATOR_WORDS,
    DASHES,
    INDEX_NAMES,
    NUMBER,
    WITHIN,
)
from patients.language.partial_date import date_bounds, print_date

LONGEST = 300
HOW = ("index", "offset", "age", "date", "order", "text", "unknown")
UNITS = ("hours", "days", "weeks", "months", "years")
PRECISIONS = ("hour", "day", "week", "month", "year", "unknown")
COMPARATORS = (*COMPARATOR_WORDS, WITHIN)
RELATIONS = ("before", "by", "after", "between")


@dataclass(frozen=True)
class Placement:
    """The time of one event, as entered.

    An ``offset`` such as "-25", or a range from ``offset`` to ``offset_high``, is counted from the
    event with the key ``anchor``, or from the index event if ``anchor`` is None. With a
    ``comparator``, the time is more or less than this offset, or "within" it on either side.

    If ``how`` is "index", ``date`` is the date of the index event, if known. An offset or an age
    can have a ``date`` as well. If ``how`` is "order", the event has a ``relation`` to an event, a
    date or an age; for "between", to the events ``anchor`` and ``anchor_high``.
    With any other relation, ``text`` can be a vague amount, such as "several weeks". If ``how`` is
    "text", it is what was entered. For an offset or a date, it is the text as entered if that
    leaves the day open, such as "mid-March 2024", or adds a time of day.
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
    date_high: str | None = None
    comparator: str | None = None
    relation: str | None = None
    anchor_high: str | None = None
    text: str | None = None

    def __post_init__(self) -> None:
        if self.how not in HOW:
            raise ValueError(f'how "{self.how}" is not one of {", ".join(HOW)}')
        if self.precision not in PRECISIONS:
            raise ValueError(f'precision "{self.precision}" is not one of {", ".join(PRECISIONS)}')
        _check_fields(self)
        _check_offset(self)
        _check_order(self)
        _check_text(self)
        if self.age is not None:
            _check_number("age", self.age, signed=False)
            _check_choice("age_unit", self.age_unit, UNITS)
        _check_dates(self)

    def printed(self, labels: Mapping[str, str] | None = None) -> str:
        """Return text that parse_when parses back; ``labels`` maps event keys to labels."""
        if self.text and self.how in ("offset", "date"):
            return self.text
        return _PRINT[self.how](self, labels or {})

    def as_document(self) -> dict[str, Any]:
        """Return the fields that are set, in the fixed order of the case document."""
        return {name: getattr(self, name) for name in _IN_ORDER if getattr(self, name)}


def has_date(placement: Placement) -> bool:
    """Return whether the event itself has a date, rather than being before or after one."""
    return bool(placement.date) and placement.how != "order"


_IN_ORDER = (
    *("how", "relation", "comparator", "anchor", "anchor_high", "offset", "offset_high", "unit"),
    *("approximate", "age", "age_unit", "date", "date_high", "text", "precision"),
)
_FIELDS_OF: dict[str, set[str]] = {
    "index": {"date"},
    "offset": {"anchor", "comparator", "offset", "offset_high", "unit", "approximate", "date"}
    | {"text"},
    "age": {"age", "age_unit", "approximate", "date"},
    "date": {"date", "date_high", "approximate", "text"},
    "order": {"relation", "anchor", "anchor_high", "date", "age", "age_unit", "text"},
    "text": {"text"},
    "unknown": set(),
}
_REQUIRED_OF = {
    "offset": ("offset", "unit"),
    "age": ("age", "age_unit"),
    "date": ("date",),
    "order": ("relation",),
    "text": ("text",),
}


# Checks of the fields


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
    if placement.comparator is not None:
        _check_choice("comparator", placement.comparator, COMPARATORS)
        if placement.offset_high or placement.approximate:
            raise ValueError('leave out "offset_high" and "approximate", or "comparator"')
        if placement.comparator == WITHIN and placement.offset.startswith("-"):
            raise ValueError('enter an offset without a sign for the comparator "within"')
    if placement.offset_high is None:
        return
    _check_number("offset_high", placement.offset_high, signed=True)
    near, far = Decimal(placement.offset), Decimal(placement.offset_high)
    if abs(near) >= abs(far) or near * far < 0:
        raise ValueError(
            f"{near} to {far}: enter two numbers with the same sign, the one closer to 0 first"
        )


def _check_order(placement: Placement) -> None:
    if placement.how != "order":
        return
    _check_choice("relation", placement.relation, RELATIONS)
    if (
        sum(map(bool, (placement.anchor or placement.anchor_high, placement.date, placement.age)))
        > 1
    ):
        raise ValueError('an order needs one of "anchor", "date" and "age": leave out the others')
    if bool(placement.age) != bool(placement.age_unit):
        raise ValueError('"age" and "age_unit" belong together: enter both')
    if placement.relation == "between" and placement.anchor == placement.anchor_high:
        raise ValueError('"between" needs two different events as "anchor" and "anchor_high"')
    if placement.relation == "between" and (placement.date or placement.age or placement.text):
        raise ValueError('"between" has two events: leave out "date", "age" and "text"')
    if placement.relation != "between" and placement.anchor_high:
        raise ValueError('only "between" has "anchor_high": leave it out')


def _check_text(placement: Placement) -> None:
    text = placement.text
    if text is not None and (text != " ".join(text.split()) or len(text) > LONGEST - 2):
        raise ValueError(f'"text" must have single spaces and at most {LONGEST - 2} characters')


def _check_dates(placement: Placement) -> None:
    if placement.date is None:
        return
    first = date_bounds(placement.date)
    if placement.date_high is not None and date_bounds(placement.date_high)[1] <= first[1]:
        raise ValueError(
            f"{placement.date} to {placement.date_high}: enter two dates, the earlier one first"
        )


def _check_number(name: str, text: str, signed: bool) -> None:
    if not re.fullmatch(rf"{'-?' if signed else ''}{NUMBER}", text, re.ASCII) or text in ("-0",):
        raise ValueError(f'{name} "{text}" is not a number')


def _check_choice(name: str, text: str | None, allowed: tuple[str, ...]) -> None:
    if text not in allowed:
        raise ValueError(f'{name} "{text}" is not one of {", ".join(allowed)}')


# Printing


def _print_index(placement: Placement, labels: Mapping[str, str]) -> str:
    return "index event" + (f", {print_date(placement.date)}" if placement.date else "")


def _print_offset(placement: Placement, labels: Mapping[str, str]) -> str:
    anchor = _anchor_name(placement.anchor, labels, _with_date(placement))
    offset, full_unit = str(placement.offset), str(placement.unit)
    near = offset.lstrip("-")
    if _is_same_day(placement):
        text = f"same day as {anchor}" if anchor else "day 0"
        return _lead(placement) + text + _with_date(placement)
    high = placement.offset_high
    span = near + (f" to {high.lstrip('-')}" if high else "")
    unit = full_unit[:-1] if span == "1" else full_unit
    if placement.comparator == WITHIN:
        text = f"within {span} {unit}" + (f" of {anchor}" if anchor else "")
    else:
        backward = (high or offset).startswith("-")
        text = f"{span} {unit} {'before' if backward else 'after'}"
        text += f" {anchor}" if anchor else ""
        text = f"{COMPARATOR_WORDS.get(placement.comparator or '', '')} {text}".strip()
    return _lead(placement) + text + _with_date(placement)


def _is_same_day(placement: Placement) -> bool:
    """Return whether to print an offset of no days as "same day as …" or "day 0".

    "day 0" with a date would be read as the index event.
    """
    is_range = placement.offset_high or placement.comparator
    is_zero = placement.unit == "days" and not Decimal(str(placement.offset))
    return is_zero and not is_range and bool(placement.anchor or not placement.date)


def _print_age(placement: Placement, labels: Mapping[str, str]) -> str:
    age = f"at age {placement.age} {placement.age_unit}"
    return _lead(placement) + age + _with_date(placement)


def _print_date(placement: Placement, labels: Mapping[str, str]) -> str:
    high = f" to {print_date(placement.date_high)}" if placement.date_high else ""
    return _lead(placement) + print_date(str(placement.date)) + high


def _print_order(placement: Placement, labels: Mapping[str, str]) -> str:
    if placement.relation == "between":
        both = [_order_name(key, labels) for key in (placement.anchor, placement.anchor_high)]
        return f"between {both[0]} and {both[1]}"
    if placement.date:
        reference = print_date(placement.date)
    elif placement.age:
        reference = f"age {placement.age} {placement.age_unit}"
    else:
        reference = _order_name(placement.anchor, labels)
    return " ".join(filter(None, (placement.text, placement.relation, reference)))


def _lead(placement: Placement) -> str:
    return "about " if placement.approximate else ""


def _with_date(placement: Placement) -> str:
    return f"; {print_date(placement.date)}" if placement.date else ""


_PRINT = {
    "index": _print_index,
    "offset": _print_offset,
    "age": _print_age,
    "date": _print_date,
    "order": _print_order,
    "text": lambda placement, labels: f"“{placement.text}”",
    "unknown": lambda placement, labels: "unknown",
}


def _anchor_name(key: str | None, labels: Mapping[str, str], end: str = "") -> str:
    """Return the label of an event, or its key if the label could be read in another way.

    ``end`` is the text that follows. Returns "" for a key of None, the index event.
    """
    if key is None:
        return ""
    label = plain(labels.get(key) or "")
    others = {other for other in labels if other != key}
    used = {plain(labels[other] or "").casefold() for other in others}
    used |= {other.casefold() for other in others}
    is_clear = label and label.casefold() not in used and (label + end).casefold() not in used
    return label if is_clear and not (end and ";" in label) else key


def _order_name(key: str | None, labels: Mapping[str, str]) -> str:
    if key is None:
        used = {plain(label or "").casefold() for label in (*labels.values(), *labels)}
        return next((name for name in INDEX_NAMES if name not in used), INDEX_NAMES[0])
    name = _anchor_name(key, labels)
    return key if " and " in name.casefold() else name


def plain(text: str) -> str:
    """Return text with single spaces and with hyphens for all dashes."""
    return " ".join(text.translate(DASHES).split())


# The case document


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
_NUMBER = {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)?$"}
_PRECISION = {"enum": list(PRECISIONS)}
_ABOUT = {"const": True}
_KEY = {"type": "string", "minLength": 1}
_TEXT = {"type": "string", "minLength": 1, "maxLength": LONGEST - 2}
_UNIT = {"enum": list(UNITS)}
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
            comparator={"enum": list(COMPARATORS)},
            anchor=_KEY,
            offset=_SIGNED,
            offset_high=_SIGNED,
            unit=_UNIT,
            approximate=_ABOUT,
            date=_DATE,
            text=_TEXT,
        ),
        _shape(
            "age", ("age", "age_unit"), age=_NUMBER, age_unit=_UNIT, approximate=_ABOUT, date=_DATE
        ),
        _shape("date", ("date",), date=_DATE, date_high=_DATE, approximate=_ABOUT, text=_TEXT),
        _shape(
            "order",
            ("relation",),
            relation={"enum": list(RELATIONS)},
            anchor=_KEY,
            anchor_high=_KEY,
            date=_DATE,
            age=_NUMBER,
            age_unit=_UNIT,
            text=_TEXT,
        ),
        _shape("text", ("text",), text=_TEXT),
        _shape("unknown"),
    ],
}

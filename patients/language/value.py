"""The value type of every table: what it can contain, and how it is printed.

Numbers are stored as in the source ("36.95", "6.0", "12,400"); calculations use Decimal.
"""

import re
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import Any

from patients.catalogue.value_words import COMPARATORS, MARK, STATES
from patients.language.numbers import to_decimal

DIGITS = 12  # plain numbers: 0, or 10^-12 <= |number| < 10^13
UNIT_NOT_STATED = "not stated"  # the unit of a number that the source prints without one

_NOTES = {"also", "remark", "verbatim"}
_ALLOWED = {
    "number": {"number", "out_of", "comparator", "approximate", "unit"} | _NOTES,
    "range": {"number", "high", "approximate", "unit", "of"} | _NOTES,
    "titre": {"number", "comparator", "approximate", "remark", "verbatim"},
    "percent": {"number", "comparator", "approximate", "of"} | _NOTES,
    "word": {"word"},
    "state": {"state", "verbatim"},
    "text": {"text"},
}
_REQUIRED = {
    "range": ("number", "high"),
    "word": ("word",),
    "state": ("state",),
    "text": ("text",),
}


@dataclass(frozen=True)
class Value:
    """One measured or described value; in a range, ``number`` is the low end.

    A unit of None means the unit of the value's column. A kind of "text" is text that is not
    recognised as a value: it is shown as written and never compared or counted.

    out_of   the maximum of a score: 10 in "7/10"
    also     a second expression of the same value: 88 % predicted in "3.2 L (88 % predicted)"
    remark   words about the value, in brackets: "onset to peak" in "41 (onset to peak)"
    verbatim the text as entered, if its notation is not that of ``canonical``: "3,5" for 3.5
    """

    kind: str
    number: str | None = None
    high: str | None = None
    comparator: str = ""
    approximate: bool = False
    unit: str | None = None
    of: str | None = None
    word: str | None = None
    state: str | None = None
    out_of: str | None = None
    text: str | None = None
    also: "Value | None" = None
    remark: str | None = None
    verbatim: str | None = None

    def __post_init__(self) -> None:
        if self.kind not in _ALLOWED:
            raise ValueError(f'"{self.kind}" is not a kind of value')
        _require_fields(self)
        if self.comparator and self.comparator not in COMPARATORS:
            raise ValueError(f'"{self.comparator}" is not one of {" ".join(COMPARATORS)}')
        if self.state is not None and self.state not in STATES:
            raise ValueError(f'"{self.state}" is not one of the states {", ".join(STATES)}')

    def __str__(self) -> str:
        return self.printed

    @property
    def printed(self) -> str:
        """One line of text that parse_value parses back to an equal value; `verbatim` if set."""
        return self.verbatim or self.canonical

    @property
    def is_as_entered(self) -> bool:
        """Whether the text of the value is what was entered, in another notation or not a value."""
        return bool(self.verbatim or self.text)

    @property
    def canonical(self) -> str:
        """The value in the notation of this project: "3.5", "7/10", "≥ 40" as ">= 40"."""
        if self.kind == "state":
            return STATES[str(self.state)]
        if self.kind == "word":
            return str(self.word)
        if self.kind == "text":
            return f"“{self.text}”"
        lead = "about " if self.approximate else ""
        if self.comparator:
            lead += f"{self.comparator} "
        notes = "".join(f" ({note})" for note in self._notes())
        return lead + self._amount() + self._unit() + notes

    def _amount(self) -> str:
        number = str(self.number)
        if self.out_of:  # "1/40" could be a titre
            return f"{number}{' out of ' if number == '1' else '/'}{self.out_of}"
        if self.kind != "range" or self.high is None:
            return number
        signed = number[0] in "+-" or self.high[0] in "+-"
        return f"{number}{' to ' if signed else '–'}{self.high}"

    def _unit(self) -> str:
        if self.unit == UNIT_NOT_STATED:
            return ""
        unit = "%" if self.kind == "percent" else self.unit
        if self.of == "predicted":
            return f" {unit} predicted"
        return (f" {unit}" if unit else "") + (f" of {self.of}" if self.of else "")

    def _notes(self) -> list[str]:
        unit = f"unit {UNIT_NOT_STATED}" if self.unit == UNIT_NOT_STATED else ""
        return [note for note in (unit, str(self.also or ""), self.remark) if note]

    def as_canonical(self) -> "Value":
        """Return the value without the text as entered."""
        return replace(self, verbatim=None)

    def decimal(self) -> Decimal | None:
        """Return a number or percentage, ignoring its comparator; None for any other kind."""
        if self.number is None or self.kind not in ("number", "percent"):
            return None
        return to_decimal(self.number)

    def numbers(self) -> tuple[Decimal, ...]:
        """Return the number, or both ends of a range; () for any other kind."""
        if self.kind not in ("number", "range"):
            return ()
        return tuple(to_decimal(text) for text in (self.number, self.high) if text)

    def as_document(self) -> dict[str, Any]:
        """Return the fields that are set, in the fixed order of the case document."""
        document: dict[str, Any] = {
            "comparator": self.comparator,
            "approximate": self.approximate,
        }
        if self.kind == "range":
            document |= {"low": self.number, "high": self.high}
        elif self.number is not None:
            document[self.kind] = self.number
        names = ("out_of", "unit", "of", "word", "state", "text")
        document |= {name: getattr(self, name) for name in names}
        document["also"] = self.also.as_document() if self.also else None
        document |= {"remark": self.remark, "printed": self.verbatim}
        return {key: value for key, value in document.items() if value}


def _require_fields(value: Value) -> None:
    allowed = _ALLOWED[value.kind]
    for name in (one.name for one in fields(value) if one.name != "kind"):
        if getattr(value, name) and name not in allowed:
            raise ValueError(f'a {value.kind} cannot have "{name}": leave it out')
    for name in _REQUIRED.get(value.kind, ("number",)):
        if not getattr(value, name):
            raise ValueError(f'a {value.kind} needs "{name}"')
    if value.kind == "range" and value.of and value.unit != "%":
        raise ValueError('a range with "of" must be in %')
    if value.number and value.high and to_decimal(value.number) > to_decimal(value.high):
        raise ValueError(f"{value.number} to {value.high}: enter the lower number first")
    if value.number and value.out_of and to_decimal(value.number) > to_decimal(value.out_of):
        raise ValueError(f"{value.number}/{value.out_of}: enter the maximum of the score last")


def plain_number(value: Value | None) -> Decimal | None:
    """Return an exact number as a Decimal; None for other values and for extreme exponents.

    A number with a remark, such as "40 mg (mean)", is not exact. A footnote mark is no such remark.
    """
    if value is None or value.kind != "number" or value.comparator or value.approximate:
        return None
    is_marked = re.fullmatch(MARK, value.remark or "")
    if value.out_of or (value.remark and not is_marked):
        return None
    number = value.decimal()
    return number if number is not None and abs(number.adjusted()) <= DIGITS else None

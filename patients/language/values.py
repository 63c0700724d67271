"""One value type for every table: a number, a range, a titre, a percentage, a word or a state.

Numbers are stored as in the source ("36.95", "6.0", "12,400"); calculations use Decimal.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from patients.catalogue.value_words import (
    AMBIGUOUS,
    COMPARATOR_WORDS,
    COMPARATORS,
    NOT_UNITS,
    STATE_WORDS,
    STATES,
    WORD_UNITS,
)

LONGEST = 200
DIGITS = 12  # plain numbers: 0, or 10^-12 <= |number| < 10^13
MICRO, NARROW_SPACE = "\u00b5", "\u202f"
_DASHES = str.maketrans(dict.fromkeys("\u2212\u2010\u2011\u2012\u2013\u2014\ufe63\uff0d", "-"))
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")

# An exponent of more than two digits is a typing error, and would overflow in calculations.
_POWER = r"(?:(?:[eE][+-]?|×10\^-?)[0-9]{1,2}(?![0-9]))?"
_GROUPED = rf"[1-9][0-9]{{0,2}}(?:(?:,[0-9]{{3}})+|(?:{NARROW_SPACE}[0-9]{{3}})+)"
_NUMBER = rf"[+-]?(?:{_GROUPED}(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?|\.[0-9]+){_POWER}"
_TOKEN = r"(?![eE][+-]?[0-9])(?:/?[^\W\d_]|[°‰%][^\W\d_]?)[\w/%°·.*^²³⁻¹()-]*"
_UNIT = (
    rf"(?:mm Hg|[cm]m H2O|{_TOKEN}/1\.73 m[2²]|(?:{_TOKEN} )?per {_TOKEN}"
    rf"|(?:arbitrary|relative|international) units|{_TOKEN})"
)
_PERCENT = r"(?:%|percent|per cent)"
_OF = r"(?: (?:of (?:the )?(?P<of>[A-Za-z][A-Za-z' -]{0,39})|(?P<predicted>pred\.?|predicted)))?"

NUMBER = re.compile(_NUMBER)
_POINT = re.compile(rf"(?P<number>{_NUMBER})(?: ?(?P<unit>{_UNIT}))?")
_POINT_PERCENT = re.compile(rf"(?P<number>{_NUMBER}) ?{_PERCENT}{_OF}")
_BETWEEN = r"(?: ?- ?| to )"
_RANGE = re.compile(
    rf"(?P<number>{_NUMBER})(?: ?(?P<first>(?!to\b|[eE]-?[0-9])[^\W\d_][^\s-]*?))?{_BETWEEN}"
    rf"(?P<high>{_NUMBER})(?: ?(?P<unit>{_UNIT}))?"
)
_RANGE_PERCENT = re.compile(
    rf"(?P<number>{_NUMBER})(?: ?{_PERCENT})?{_BETWEEN}(?P<high>{_NUMBER}) ?{_PERCENT}{_OF}"
)
TITRE = re.compile(r"1 ?: ?(?P<dilution>[1-9][0-9]*|[1-9][0-9]{0,2}(?:,[0-9]{3})+)")
_APPROXIMATELY = re.compile(
    r"(?:[~≈]|(?:about|around|approximately|approx\.?|circa|ca\.?)(?= ))\s*", re.I
)
_SIGNS = "|".join(
    re.escape(words) + (r"(?= )" if words[0].isalpha() else "")
    for words in sorted(COMPARATOR_WORDS, key=len, reverse=True)
)
_COMPARATOR = re.compile(_SIGNS, re.I)
_GRADED = re.compile(r"\+{1,4}|[1-4]\+|\+/-|±")
_ALLOWED = {
    "number": {"number", "comparator", "approximate", "unit"},
    "range": {"number", "high", "approximate", "unit", "of"},
    "titre": {"number", "comparator", "approximate"},
    "percent": {"number", "comparator", "approximate", "of"},
    "word": {"word"},
    "state": {"state"},
}
_REQUIRED = {"range": ("number", "high"), "word": ("word",), "state": ("state",)}


@dataclass(frozen=True)
class Value:
    """One measured or described value; in a range, ``number`` is the low end.

    A unit of None means the unit of the value's column.
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
        """One line of text that parse_value parses back to an equal value."""
        if self.kind == "state":
            return STATES[str(self.state)]
        if self.kind == "word":
            return str(self.word)
        lead = "about " if self.approximate else ""
        if self.comparator:
            lead += f"{self.comparator} "
        return lead + self._amount() + self._unit()

    def _amount(self) -> str:
        number = str(self.number)
        if self.kind != "range" or self.high is None:
            return number
        signed = number[0] in "+-" or self.high[0] in "+-"
        return f"{number}{' to ' if signed else '–'}{self.high}"

    def _unit(self) -> str:
        unit = "%" if self.kind == "percent" else self.unit
        if self.of == "predicted":
            return f" {unit} predicted"
        return (f" {unit}" if unit else "") + (f" of {self.of}" if self.of else "")

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
        document |= {"unit": self.unit, "of": self.of, "word": self.word, "state": self.state}
        return {key: value for key, value in document.items() if value}


def _require_fields(value: Value) -> None:
    allowed = _ALLOWED[value.kind]
    for name in ("number", "high", "comparator", "approximate", "unit", "of", "word", "state"):
        if getattr(value, name) and name not in allowed:
            raise ValueError(f'a {value.kind} cannot have "{name}": leave it out')
    for name in _REQUIRED.get(value.kind, ("number",)):
        if not getattr(value, name):
            raise ValueError(f'a {value.kind} needs "{name}"')
    if value.kind == "range" and value.of and value.unit != "%":
        raise ValueError('a range with "of" must be in %')
    if value.number and value.high and to_decimal(value.number) > to_decimal(value.high):
        raise ValueError(f"{value.number} to {value.high}: enter the lower number first")


def to_decimal(number: str) -> Decimal:
    """Convert a number as stored ("12,400", "1.2×10^3") to a Decimal."""
    return Decimal(number.replace(",", "").replace(NARROW_SPACE, "").replace("×10^", "e"))


def parse_value(text: str, unit: str | None = None) -> Value:
    """Parse a value as a clinician enters it.

    ``unit`` is used if the text has no unit; a unit of None means the unit of the column.
    Raises ValueError with a message for the user if the text is empty or not a value.
    """
    words = " ".join(text.split())
    if not words:
        raise ValueError("no value entered: enter a number, a word, NR or NT")
    if len(words) > LONGEST:
        raise ValueError(
            f'"{words[:40]}…" is too long for a value: enter up to {LONGEST} characters'
        )
    known = words.casefold().rstrip(".").translate(_DASHES)
    if known in AMBIGUOUS:
        raise ValueError(f'"{words}" could mean {AMBIGUOUS[known]}: enter which one you mean')
    if known in STATE_WORDS:
        return Value("state", state=STATE_WORDS[known])
    value = _parse_amount(_numeric(words), unit)
    # Reject input such as "320 right..", whose printed form would parse as a different value.
    if value and _parse_amount(_numeric(value.printed), None) == value:
        return value
    return _parse_word(words)


def _numeric(words: str) -> str:
    """Normalise the minus sign, the micro sign, thousands separators and powers of ten."""
    text = words.translate(_DASHES).replace("\u03bc", MICRO)
    text = re.sub(
        r"(?<![\d.,])([1-9]\d{0,2})((?: \d{3})+)(?![\d])",
        lambda match: match[1] + match[2].replace(" ", NARROW_SPACE),
        text,
    )
    text = re.sub(
        r"(?<=\d) ?[x×*] ?10(?:(?:\^|\*\*)([+-]?\d+)|([⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺]+))",
        lambda match: "×10^" + (match[1] or match[2].translate(_SUPERSCRIPTS)).lstrip("+"),
        text,
    )
    return text


def _parse_amount(text: str, unit: str | None) -> Value | None:
    """Return the Value of a number, range, titre or percentage; None for any other string."""
    approximate, text = _split_prefix(_APPROXIMATELY, text)
    comparator, text = _split_prefix(_COMPARATOR, text)
    marks: dict[str, Any] = {"approximate": bool(approximate)}
    sign = COMPARATOR_WORDS.get(" ".join(comparator.casefold().split()), "")
    if found := _RANGE_PERCENT.fullmatch(text) or _RANGE.fullmatch(text):
        return None if sign else _range(found, unit, marks)
    marks["comparator"] = sign
    if found := TITRE.fullmatch(text):
        return Value("titre", f"1:{found['dilution']}", **marks)
    if found := _POINT_PERCENT.fullmatch(text):
        return Value("percent", found["number"], of=_reference_of(found), **marks)
    if found := _POINT.fullmatch(text):
        return _point(found, unit, marks)
    return None


def _split_prefix(pattern: re.Pattern[str], text: str) -> tuple[str, str]:
    found = pattern.match(text)
    return (found[0], text[found.end() :].strip()) if found else ("", text)


def _point(found: re.Match[str], unit: str | None, marks: dict[str, Any]) -> Value | None:
    printed = _unit(found["unit"])
    if found["unit"] and not printed:
        return None
    unit = printed or _unit(unit)
    if unit == "%":
        return Value("percent", found["number"], **marks)
    return Value("number", found["number"], unit=unit, **marks)


def _range(found: re.Match[str], unit: str | None, marks: dict[str, Any]) -> Value | None:
    groups = found.groupdict()
    printed: str | None
    if "of" in groups:
        printed = "%"
    else:
        printed, first = _unit(groups["unit"]), _unit(groups["first"])
        if (groups["unit"] and not printed) or (groups["first"] and first != printed):
            return None
    of = _reference_of(found) if "of" in groups else None
    return Value(
        "range", found["number"], found["high"], unit=printed or _unit(unit), of=of, **marks
    )


def _unit(text: str | None) -> str | None:
    """Return a unit in its normalised spelling, or None if the string is not a unit."""
    if not text:
        return None
    text = text.strip().replace("\u03bc", MICRO)
    text = re.sub(r"(?<![^\W\d_])u(?=(?:[VALlgmsM]|mol|kat|U|IU|Eq)(?![^\W\d_]))", MICRO, text)
    text = text.removesuffix(".")
    plain = text.casefold()
    if plain in NOT_UNITS or (text.isalpha() and text == plain and not _short_unit(plain)):
        return None
    return text if re.fullmatch(_UNIT, text) or text == "%" else None


def _short_unit(word: str) -> bool:
    return len(word) <= 5 or word in WORD_UNITS


def _reference_of(found: re.Match[str]) -> str | None:
    """Return what a percentage refers to, or None; "right side" becomes "right"."""
    if found["predicted"]:
        return "predicted"
    if not found["of"]:
        return None
    of = " ".join(found["of"].casefold().split())
    of = re.sub(r"^(left|right)(?: side)$", r"\1", of)
    return "predicted" if of in ("pred", "predicted value") else of


def _parse_word(words: str) -> Value:
    rest = _split_prefix(_COMPARATOR, _split_prefix(_APPROXIMATELY, f"{words} ")[1])[1]
    bare = words.casefold() in COMPARATOR_WORDS or not rest
    wordy = not bare and words[0].isalpha() and rest[0].isalpha()
    if wordy or _GRADED.fullmatch(words):
        return Value("word", word=words)
    if re.search(r"\d,\d{1,2}(?!\d)", words):
        hint = "use a decimal point, for example 36.95"
    elif re.fullmatch(r"\d+(?:\.\d+)? ?/ ?\d+", words):
        hint = "enter a titre as 1:320, and a score without its maximum"
    else:
        hint = "enter a number (6.0), a range (10–20), 1:320, 4.1% of right, a word, NR or NT"
    raise ValueError(f'"{words}" is not a value: {hint}')


def both_sides(text: str) -> str | None:
    """Return the value in "6 µV both sides" or "absent bilaterally"; None for any other string."""
    found = re.fullmatch(
        r"(?P<value>.+?),?\s+(?:on\s+)?(?:both\s+sides|bilateral(?:ly)?)", text.strip(), re.I
    )
    return found["value"] if found else None


def value_from_document(document: object) -> Value:
    """Return the Value of a document value. Raises ValueError if it is not valid."""
    if not isinstance(document, dict):
        raise ValueError('a value must be an object such as {"number": "6", "unit": "mV"}')
    fields = {"number", "low", "high", "titre", "percent", "word", "state", "comparator"}
    fields |= {"approximate", "unit", "of"}
    if unknown := sorted(set(document) - fields):
        raise ValueError(f"a value has no key {unknown[0]!r}")
    for key, item in document.items():
        _check_item(key, item)
    value = Value(**_fields(document))
    read = parse_value(value.printed)
    if read.kind != value.kind or (read.of, bool(read.unit)) != (value.of, bool(value.unit)):
        raise ValueError(f'"{value.printed}" is a {read.kind}, not a {value.kind}')
    return read


def _check_item(key: str, item: object) -> None:
    if key == "approximate":
        if item is not True:
            raise ValueError("approximate must be true or left out")
    elif not isinstance(item, str) or not item:
        raise ValueError(f"{key} must be a non-empty string")
    elif key in ("number", "percent", "low", "high") and not NUMBER.fullmatch(_numeric(item)):
        raise ValueError(f'{key} "{item}" is not a number')
    elif key == "titre" and not TITRE.fullmatch(item):
        raise ValueError(f'titre "{item}" is not a titre such as 1:320')


def _fields(document: dict[str, Any]) -> dict[str, Any]:
    kinds = [
        key for key in ("number", "low", "titre", "percent", "word", "state") if key in document
    ]
    if len(kinds) != 1:
        raise ValueError(
            "a value must have exactly one of number, low and high, titre, percent, word, state"
        )
    kind = "range" if kinds[0] == "low" else kinds[0]
    fields = {key: item for key, item in document.items() if key not in ("low", "titre", "percent")}
    if kind in ("range", "titre", "percent"):
        fields["number"] = document[kinds[0]]
    return {"kind": kind, **fields}


_TEXT = {"type": "string", "minLength": 1}
_NUMERIC = {"type": "string", "pattern": "^[+-]?\\.?[0-9]"}
_MARKS = {"comparator": {"enum": list(COMPARATORS)}, "approximate": {"const": True}}


def _shape(required: list[str], **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


VALUE_SCHEMA = {
    "title": "Value",
    "oneOf": [
        _shape(["number"], **_MARKS, number=_NUMERIC, unit=_TEXT),
        _shape(
            ["low", "high"],
            approximate={"const": True},
            low=_NUMERIC,
            high=_NUMERIC,
            unit=_TEXT,
            of=_TEXT,
        ),
        _shape(["titre"], **_MARKS, titre={"type": "string", "pattern": "^1:[1-9][0-9,]*$"}),
        _shape(["percent"], **_MARKS, percent=_NUMERIC, of=_TEXT),
        _shape(["word"], word=_TEXT),
        _shape(["state"], state={"enum": list(STATES)}),
    ],
}


def plain_number(value: Value | None) -> Decimal | None:
    """Return an exact number as a Decimal; None for other values and for extreme exponents."""
    if value is None or value.kind != "number" or value.comparator or value.approximate:
        return None
    number = value.decimal()
    return number if number is not None and abs(number.adjusted()) <= DIGITS else None

"""Parsing doses: "20 mg twice daily for 3 weeks", "60 mg tapered to 10 mg over 4 weeks"."""

import re
from dataclasses import dataclass, replace

from patients.catalogue.frequencies import split_frequency
from patients.catalogue.time_words import UNIT_WORDS
from patients.language.numbers import to_decimal
from patients.language.value import Value
from patients.language.values import parse_value

_DURATION = re.compile(r"(?P<dose>.*\S),? (?:for|over|during)(?: a total of)? (?P<duration>.+)")
_COUNT = re.compile(
    r"(?P<dose>.*\S) ?[x×] ?(?P<count>\d{1,3})"
    r"(?: ?(?P<unit>days?|d|weeks?|doses|infusions|cycles))?"
)
_TAPER = re.compile(
    r"(?P<dose>.+?)(?:,?(?: (?:then )?(?:tapered|tapering|reduced|weaned|decreased)(?: down)?)? to "
    r"| ?[-–] ?)(?P<end>\d.*)",
    re.I,
)
_SAYS_TAPER = re.compile(r"taper|reduc|wean|decreas", re.I)
_PER_DAY = re.compile(r"(?:per|a) day|/ ?(?:day|d)", re.I)
_AMOUNTS = ("number", "range")


@dataclass(frozen=True)
class Dose:
    """A dose with its frequency, the last dose of a taper, its duration and the number of doses.

    ``frequency`` is as entered; ``per`` is "day" if the dose is a daily amount.
    """

    amount: Value
    frequency: str = ""
    per: str = ""
    end: Value | None = None
    duration: Value | None = None
    count: Value | None = None
    is_of_course: bool = False  # an amount over a duration, without a frequency

    def __str__(self) -> str:
        """Return one line of text that parse_dose parses back to an equal dose."""
        parts = [
            self.amount.printed,
            f"tapered to {self.end.printed}" if self.end else "",
            self.frequency,
            f"per {self.per}" if self.per else "",
            f"x {self.count.printed}" if self.count else "",
            f"{'over' if self.end or self.is_of_course else 'for'} {self.duration.printed}"
            if self.duration
            else "",
        ]
        return " ".join(part for part in parts if part)

    @property
    def is_plain(self) -> bool:
        """Whether there is nothing but an amount."""
        return self == Dose(self.amount)


def parse_dose(text: str) -> Dose | None:
    """Return a dose; None if the text is not understood as a whole."""
    words = " ".join(text.split())
    rest, duration = _split_duration(words)
    rest, count, days = _split_count(rest)
    rest, frequency = split_frequency(rest)
    if duration is None:  # the duration may also come before the frequency
        rest, duration = _split_duration(rest)
    if duration and days:
        return None
    rest, end = _split_taper(rest)
    amount = _amount(rest)
    if amount is None:
        return None
    if end and not amount.unit and end.unit:  # "60 to 10 mg"
        amount = replace(amount, unit=end.unit)
    per = "day" if _PER_DAY.fullmatch(frequency) else ""
    if count and not days and not frequency and _is_daily(amount):
        days, count = parse_value(f"{count.printed} days"), None  # "500 mg/d x 5"
    is_of_course = " over " in words and bool(duration) and not (end or frequency or count)
    return Dose(amount, "" if per else frequency, per, end, duration or days, count, is_of_course)


def _is_daily(amount: Value) -> bool:
    return bool(re.search(r"/(?:d|day)$", amount.unit or ""))


def _amount(text: str) -> Value | None:
    try:
        value = parse_value(text)
    except ValueError:
        return None
    return value if value.kind in _AMOUNTS else None


def _split_duration(text: str) -> tuple[str, Value | None]:
    found = _DURATION.fullmatch(text)
    value = _amount(found["duration"]) if found else None
    if not found or value is None or (value.unit or "").casefold() not in UNIT_WORDS:
        return text, None
    return found["dose"].rstrip(","), value


def _split_count(text: str) -> tuple[str, Value | None, Value | None]:
    """Split "x 5" from a dose; return (dose, number of doses, duration)."""
    found = _COUNT.fullmatch(text)
    if not found or not found["dose"][0].isdigit():
        return text, None, None
    count, unit = found["count"], found["unit"] or ""
    if unit in UNIT_WORDS:
        return found["dose"], None, parse_value(f"{count} {unit}")
    return found["dose"], parse_value(count), None


def _split_taper(text: str) -> tuple[str, Value | None]:
    """Split the last dose from a falling dose; "10 to 20 mg" is a range of doses."""
    found = _TAPER.fullmatch(text)
    start, end = (_amount(found[name]) for name in ("dose", "end")) if found else (None, None)
    if start is None or end is None or start.kind != "number" or end.kind != "number":
        return text, None
    if start.unit and start.unit != end.unit and end.unit:
        return text, None
    falls = to_decimal(str(start.number)) > to_decimal(str(end.number))
    if not found or not (falls or _SAYS_TAPER.search(text)):
        return text, None
    return found["dose"], end

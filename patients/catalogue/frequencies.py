"""How often a dose is given: "twice daily", "bd", "every 3 weeks", "as needed"."""

import re
from decimal import Decimal

from patients.catalogue.table import index, parts, read
from patients.catalogue.time_words import NUMBER_WORDS

ROWS = read("dose_frequencies")
BY_ID = index(ROWS)
_NUMBER = rf"(?P<number>\d{{1,3}}|{'|'.join(word for word in NUMBER_WORDS if len(word) > 2)})"
_UNIT = r"(?:days?|d|weeks?|wks?|w|months?|mo|years?)"
_TIMES = re.compile(r"(?P<number>\d{1,2}) ?(?:x|×|times)(?: ?(?:/ ?|per |a |an )?(?:day|d)| daily)")
_HOURS = (
    re.compile(rf"(?:every |q ?){_NUMBER} ?(?:hourly|hours?|hrs?|h)"),
    re.compile(rf"{_NUMBER} ?(?:hourly|hrly)"),
)
_INTERVAL = re.compile(
    rf"(?:every |each |q ?){_NUMBER}(?: ?(?:-|to) ?\d{{1,3}})? ?{_UNIT}"
    r"|every (?:2nd|3rd|third|4th|fourth) (?:day|week|month)"
    r"|(?:\d{1,2}|two|three|four|six|eight|twelve) (?:weekly|monthly)"
    r"|\d{1,2} ?(?:x|×|times)(?: (?:a|per) week| weekly)"
)


def is_frequency(text: str) -> bool:
    """Return whether a text says how often a dose is given."""
    plain = _plain(text)
    patterns = (_TIMES, *_HOURS, _INTERVAL)
    return plain in _BY_NAME or any(pattern.fullmatch(plain) for pattern in patterns)


def split_frequency(text: str) -> tuple[str, str]:
    """Split the longest frequency from the end of a dose: "20 mg b.i.d." has "b.i.d."."""
    words = text.split(" ")
    for start in range(1, len(words)):
        frequency = " ".join(words[start:])
        if is_frequency(frequency):
            return " ".join(words[:start]).rstrip(","), frequency
    return text, ""


def doses_per_day(text: str) -> Decimal | None:
    """Return the doses per day; None if unknown, less than one, or not the same every day."""
    plain = _plain(text)
    if plain in _BY_NAME:
        per_day = _BY_NAME[plain].per_day
        return Decimal(per_day) if per_day else None
    if found := _TIMES.fullmatch(plain):
        return Decimal(found["number"]) or None
    if found := _HOURS[0].fullmatch(plain) or _HOURS[1].fullmatch(plain):
        hours = int(NUMBER_WORDS.get(found["number"], found["number"]))
        return Decimal(24 // hours) if hours and 24 % hours == 0 else None
    return None


def _plain(text: str) -> str:
    """Return a frequency without the points of abbreviations, and with spaces for hyphens."""
    words = " ".join(text.casefold().split()).strip(",;")
    words = re.sub(r"(?<!\d)\. ?|\. ?(?!\d)", "", words)
    return re.sub(r"(?<!\d)-|-(?!\d)", " ", words)


_BY_NAME = {_plain(name): row for row in ROWS for name in (row.label, *parts(row.aliases))}

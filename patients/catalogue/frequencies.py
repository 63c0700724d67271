"""How often a dose is given: "twice daily", "bd", "every 3 weeks", "as needed"."""

import re
from decimal import Decimal

from patients.catalogue.table import index, parts, read

ROWS = read("dose_frequencies")
BY_ID = index(ROWS)
_BY_NAME = {name: row for row in ROWS for name in (row.label, *parts(row.aliases))}
_TIMES = re.compile(r"(\d{1,2}) ?(?:x|×|times)(?: ?(?:/ ?|per |a |an )?(?:day|d)| daily)")
_HOURS = re.compile(r"(?:every |q ?)(\d{1,2}) ?(?:h|hours?|hrs?)")
_INTERVAL = re.compile(
    r"(?:every|each) (?:\d{1,3}(?: ?(?:-|to) ?\d{1,3})?|two|three|four|six|eight|twelve)"
    r" ?(?:days?|d|weeks?|wks?|months?|years?)|\d{1,2} ?(?:x|×|times)(?: (?:a|per) week| weekly)"
)


def is_frequency(text: str) -> bool:
    """Return whether a text says how often a dose is given."""
    plain = _plain(text)
    return plain in _BY_NAME or any(
        pattern.fullmatch(plain) for pattern in (_TIMES, _HOURS, _INTERVAL)
    )


def doses_per_day(text: str) -> Decimal | None:
    """Return the doses per day; None if unknown, less than one, or not the same every day."""
    plain = _plain(text)
    if plain in _BY_NAME:
        per_day = _BY_NAME[plain].per_day
        return Decimal(per_day) if per_day else None
    if found := _TIMES.fullmatch(plain):
        return Decimal(found[1]) or None
    if found := _HOURS.fullmatch(plain):
        hours = int(found[1])
        return Decimal(24 // hours) if hours and 24 % hours == 0 else None
    return None


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).strip(",;")

"""Dates and days in words that leave the day open: "mid-March 2024", "the 2nd hospital day".

Each is read as the period that it is certain to lie in, and its words are kept as printed.
"""

import re

from patients.catalogue.time_words import NUMBER_WORDS, ORDINALS, SMALLER, UNIT_WORDS
from patients.language.partial_date import parse_date

_PART = (
    r"(?:(?:the )?(?:very )?(?:early|mid|middle|late|beginning|start|end|first half|second half"
    r"|(?:first|second|third|fourth|last) week|first days|last days)(?: of| in)?[ -](?:the )?)"
)
_SEASON = re.compile(
    rf"{_PART}?(?P<season>spring|summer|autumn|fall|winter)(?: of)? "
    r"(?P<year>[12]\d{3})(?:[/-](?P<next>\d\d|\d{4}))?",
    re.I,
)
_QUARTER = re.compile(
    r"(?:q(?P<number>[1-4])|(?P<word>first|second|third|fourth|last) quarter(?: of)?)[ /-]"
    r"(?P<year>[12]\d{3})",
    re.I,
)
_QUARTERS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": 4}
_OF_DATE = re.compile(rf"(?:in |at |from |since )?{_PART}(?P<date>.+)", re.I)
_CLOCK = r"(?:[01]?\d|2[0-3])[:.][0-5]\d(?: ?h| ?(?:am|pm))?|(?:1[0-2]|[1-9]) ?[ap]m"
_DAYTIME = r"(?:in |on )?(?:the )?(?:early |late )?(?:morning|afternoon|evening)"
_TIME_FIRST = re.compile(rf"(?:(?:at )?(?:{_CLOCK})|{_DAYTIME})(?: on| of|,)? (?P<day>.+)", re.I)
_TIME_LAST = re.compile(rf"(?P<day>.+?)(?:,? | at |t)(?:{_CLOCK}|{_DAYTIME})", re.I)

_WORDS = (*ORDINALS, *(word for word in NUMBER_WORDS if word not in ("a", "an", "the")))
_NUMBER = rf"\d{{1,3}}(?:st|nd|rd|th)?|{'|'.join(_WORDS)}"
_KIND = r"(?P<kind>hospital|in-?patient|post-?operative|post-?op)"
_COUNTED = (
    re.compile(rf"(?:on )?(?:the )?{_KIND} day (?P<number>{_NUMBER})", re.I),
    re.compile(rf"(?:on )?(?:the )?(?P<number>{_NUMBER}) {_KIND} day", re.I),
    re.compile(rf"(?:on )?(?P<kind>pod) ?(?P<number>{_NUMBER})", re.I),
    re.compile(rf"(?:on )?(?:the )?(?:day (?P<number>{_NUMBER})) (?:of|in) (?P<name>.+)", re.I),
    re.compile(rf"(?:on )?(?:the )?(?P<number>{_NUMBER}) day (?:of|in) (?P<name>.+)", re.I),
)
_UNIT = "|".join(sorted(UNIT_WORDS, key=len, reverse=True))
_AMOUNT = rf"(\d{{1,3}}|{'|'.join(NUMBER_WORDS)}) ?({_UNIT})"
_TWO_UNITS = re.compile(rf"\b{_AMOUNT},? (?:and )?{_AMOUNT}\b", re.I)
_ADMISSION = ("admission", "hospital admission", "hospitalisation", "hospitalization")
_SURGERY = ("surgery", "operation")


def vague_date(words: str) -> tuple[str, str | None, str] | None:
    """Return (date, last date or None, precision) of "early 2023" or "spring 2024"; else None.

    Seasons differ between the hemispheres: spring and autumn are in one year on both, but summer
    and winter can begin in the year before or end in the next one.
    """
    if found := _SEASON.fullmatch(words):
        return _season(found)
    if found := _QUARTER.fullmatch(words):
        number = int(found["number"] or _QUARTERS[found["word"].casefold()])
        first, last = (f"{found['year']}-{3 * number - back:02}" for back in (2, 0))
        return first, last, "month"
    if (found := _OF_DATE.fullmatch(words)) and (parsed := parse_date(found["date"])):
        return (parsed[0], None, parsed[1]) if parsed[1] in ("month", "year") else None
    return None


def _season(found: re.Match[str]) -> tuple[str, str | None, str] | None:
    year = int(found["year"])
    if found["next"]:  # "winter 2019/20"
        is_next = int(found["next"]) in (year + 1, (year + 1) % 100)
        return (str(year), str(year + 1), "year") if is_next else None
    if found["season"].casefold() in ("summer", "winter"):
        return f"{year - 1}-12", f"{year + 1}-03", "month"
    return str(year), None, "year"


def without_time_of_day(words: str) -> str | None:
    """Return the day in "10:30 on day 2" or "14 March 2024, morning"; None without such a time."""
    found = _TIME_FIRST.fullmatch(words) or _TIME_LAST.fullmatch(words)
    return found["day"] if found else None


def in_one_unit(words: str) -> str:
    """Return "31 days before" for "4 weeks and 3 days before"; other text is unchanged."""
    return _TWO_UNITS.sub(_in_smaller_unit, words)


def _in_smaller_unit(found: re.Match[str]) -> str:
    many, large, few, small = (part.casefold() for part in found.groups())
    unit, factor = SMALLER.get(UNIT_WORDS[large], ("", 0))
    if UNIT_WORDS[small] != unit:
        return found[0]
    return f"{_number(many) * factor + _number(few)} {unit}"


def counted_day(words: str) -> tuple[tuple[str, ...], int, int] | None:
    """Return (names of an event, first and last day after it) of "hospital day 2"; else None.

    The day of admission may count as day 0 or day 1. Postoperative day 1 is the day after surgery.
    """
    found = next(filter(None, (pattern.fullmatch(words) for pattern in _COUNTED)), None)
    if not found:
        return None
    number = _number(found["number"])
    groups = found.groupdict()
    if name := groups.get("name"):
        bare = re.sub(r"^(?:the|his|her|their) ", "", name, flags=re.I).casefold()
        names = _ADMISSION if bare in (*_ADMISSION, "hospital stay") else (bare,)
    elif groups["kind"].casefold().startswith("p"):
        return _SURGERY, number, number
    else:
        names = _ADMISSION
    return names, max(number - 1, 0), number


def _number(text: str) -> int:
    word = text.casefold()
    digits = re.match(r"\d+", word)
    return int(digits[0]) if digits else int(ORDINALS.get(word) or NUMBER_WORDS[word])

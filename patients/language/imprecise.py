"""Dates and days in words that leave the day open: "mid-March 2024", "the 2nd hospital day".

Each is read as the period that it is certain to lie in, and its words are kept as printed. By
convention, "early", "mid" and "late" are the thirds of a month or year.
"""

import re
from datetime import timedelta

from patients.catalogue.time_words import NUMBER_WORDS, ORDINALS, SMALLER, UNIT_WORDS
from patients.language.partial_date import date_bounds, parse_date

_PART = (
    r"(?:(?:the )?(?:very )?(?P<part>early|mid|middle|late|beginning|start|end"
    r"|(?:first|second) half|(?:first|second|third|fourth|last) week|first days|last days)"
    r"(?: of| in)?[ -](?:the )?)"
)
_PLACES = {"early": 0, "beginning": 0, "start": 0, "first": 0, "second": 1, "mid": 1, "third": 2}
_PLACES |= {"late": 2, "end": 2, "last": 2, "fourth": 3}
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
_LEAD = r"(?:about )?(?:at |in |on |during )?(?:the )?"
_FROM = r"(?P<way>after|of|in|from|since|following) (?P<anchor>.+)"
_PERIODS = (
    re.compile(
        rf"{_LEAD}(?P<unit>weeks?|wks?|months?|years?)\.? ?(?P<number>[+-]?\d{{1,3}})"
        rf"(?:(?: to | ?- ?)(?P<high>[+-]?\d{{1,3}}))?(?: (?:{_FROM}|before (?P<later>.+)))?",
        re.I,
    ),
    re.compile(
        rf"{_LEAD}(?P<number>\d{{1,3}}(?:st|nd|rd|th)|{'|'.join(ORDINALS)})"
        rf" (?P<unit>week|month|year) {_FROM}",
        re.I,
    ),
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
        return (*_part(found["part"], *parsed), parsed[1]) if parsed[1] != "day" else None
    return None


def _part(words: str, date: str, precision: str) -> tuple[str, str]:
    """Return the first and last day or month of "early", "second half" or "last week" of a date."""
    place = next(
        place for word, place in _PLACES.items() if words.casefold().split()[0].startswith(word)
    )
    first, last = date_bounds(date)
    if "week" in words.casefold():
        start = first + timedelta(weeks=place)
        if words.casefold().startswith("last"):
            start = last - timedelta(days=6)
        return start.isoformat(), (start + timedelta(days=6)).isoformat()
    count = 2 if "half" in words.casefold() else 3
    size = (12 if precision == "year" else 30) // count
    end = size * (place + 1)
    if precision == "month" and place + 1 == count:
        end = last.day
    return f"{date}-{size * place + 1:02}", f"{date}-{end:02}"


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


def counted_period(words: str) -> tuple[str, int, int, str] | None:
    """Return (unit, first, last, name of an event or "") of "week 2" and "2nd week of treatment".

    The 2nd week is 1 to 2 weeks after the event. "Week 2" can be this week, the day 2 weeks after
    the event, or the week that begins then: 1 to 3 weeks. "Week 0" is no such period.
    """
    if found := _PERIODS[1].fullmatch(words):
        number = _number(found["number"])
        return UNIT_WORDS[found["unit"].casefold()], number - 1, number, found["anchor"]
    found = _PERIODS[0].fullmatch(words)
    ends = [int(found[name]) for name in ("number", "high") if found[name]] if found else []
    if not found or min(ends) * max(ends) <= 0:
        return None
    near, far = min(ends, key=abs), max(ends, key=abs)
    sign = -1 if near < 0 or found["later"] else 1
    first, last = sign * (abs(near) - 1), sign * (abs(far) + 1)
    return (
        UNIT_WORDS[found["unit"].casefold()],
        first,
        last,
        found["anchor"] or found["later"] or "",
    )


def _number(text: str) -> int:
    word = text.casefold()
    digits = re.match(r"\d+", word)
    return int(digits[0]) if digits else int(ORDINALS.get(word) or NUMBER_WORDS[word])

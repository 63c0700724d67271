"""The words by which pasted tables name sides, visits, tables, columns and choices."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from patients.catalogue.table import TABLES

_DASHES = str.maketrans(dict.fromkeys("\u2212\u2010\u2011\u2012\u2013\u2014", "-"))
_SPAN = {"d": "day", "w": "week", "m": "month", "y": "year", "v": "visit", "t": "visit"}
_UNIT = r"(?P<{0}>days?|weeks?|wks?|months?|mos?|years?|yrs?|visit)"
_TIMES = (
    re.compile(rf"(?:at |on |after )?{_UNIT.format('unit')}\.? ?-?(?P<number>\d{{1,4}})"),
    re.compile(
        rf"(?:at |after )?(?P<number>\d{{1,4}})(?:st|nd|rd|th)? ?-?{_UNIT.format('unit')}"
        r"(?: (?:later|after .+|follow-?up|post-?\w+|of treatment))?"
    ),
    re.compile(r"(?P<unit>[wmvt])(?P<number>\d{1,3})"),
)
_RELATED = re.compile(r"(?:before|after|pre|post|prior to|following)[- ].+")
_LONG_MONTH = (
    "january|february|march|april|may|june|july|august|september|october|november|december"
)
_MONTH = rf"(?:{_LONG_MONTH}|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.?"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_DATE = re.compile(
    r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}-\d\d(?:-\d\d)?"
    rf"|{_DAY}[ ./-]?(?:of )?{_MONTH}(?:,?[ ./-]?[12]\d{{3}}|[ ./-]'?\d\d)?"
    rf"|{_MONTH}[ /-]{_DAY}(?:,? [12]\d{{3}})?|{_MONTH}(?:[ ./-][12]\d{{3}}| ?'\d\d)|{_LONG_MONTH}"
)


@cache
def _words() -> Mapping[str, Any]:
    with (TABLES / "pasted_words.toml").open("rb") as file:
        return tomllib.load(file)


def plain(text: str) -> str:
    """Return a text in the spelling in which words are compared."""
    words = re.sub(r"\.(?=\s)", "", text.translate(_DASHES).casefold().replace("_", " "))
    return " ".join(words.split()).strip(" .:;")


@cache
def _ids(section: str) -> Mapping[str, str]:
    """Return {word: id} of a section."""
    return {plain(word): id for id, words in _words()[section].items() for word in words}


@cache
def _choices(field: str) -> Mapping[str, str]:
    groups: Mapping[str, Iterable[str]] = _words()["choices"].get(field, {})
    return {plain(word): choice for choice, words in groups.items() for word in words}


@cache
def _columns() -> tuple[tuple[tuple[str, ...], frozenset[str]], ...]:
    return tuple(
        (tuple(group["fields"]), frozenset(map(plain, group["words"])))
        for group in _words()["columns"]
    )


def side_of(text: str) -> str:
    """Return the side that a text names, or ""."""
    return _ids("sides").get(plain(text), "")


def sides_of(text: str) -> tuple[str, ...]:
    """Return the sides that a heading names: one, two for a pair such as "R/L", or none."""
    if side := side_of(text):
        return (side,)
    pair = [side_of(part) for part in re.split(r"[/|,]| - ", plain(text))]
    return tuple(pair) if sorted(pair) == ["left", "right"] else ()


def table_of_words(text: str) -> str:
    """Return the document key of the table that a heading names, or ""."""
    return _ids("tables").get(plain(text), "")


def unit_of(text: str) -> str:
    """Return the usual spelling of a unit, or the text itself."""
    text = text.strip().strip("()[]").strip()
    return _ids("units").get(plain(text), text)


def choice_of(field: str, text: str) -> str:
    """Return the choice that a cell means in a column with fixed choices, or ""."""
    return _choices(field).get(plain(text), "")


def minus_of(field: str) -> str:
    """Return the word for a dash alone in a column where it means absent, or ""."""
    return next((word for word, fields in _words()["minus"].items() if field in fields), "")


def fields_of(text: str) -> tuple[str, ...]:
    """Return the names of the columns that a heading may stand for, the likeliest first."""
    wanted = plain(text)
    found = [fields for fields, words in _columns() if wanted and wanted in words]
    return tuple(dict.fromkeys(name for fields in found for name in fields))


def alternatives(field: str) -> tuple[str, ...]:
    """Return the column, followed by those with the same meaning in other tables."""
    found = next((fields for fields, _words in _columns() if field in fields), ())
    return tuple(dict.fromkeys((field, *found)))


def visit_of(text: str) -> str:
    """Return what a text says about the time of a visit, in one spelling; "" if nothing.

    Texts with the same result name the same visit: "Week 2", "2 weeks later" and "W2" are
    "week 2"; "Baseline" and "on admission" are "first"; "After IVIG" stays as it is.
    """
    words = plain(text)
    if words in _ids("visits"):
        return _ids("visits")[words]
    for pattern in _TIMES:
        if found := pattern.fullmatch(words):
            return f"{_SPAN[found['unit'][0]]} {int(found['number'])}"
    return words if _DATE.fullmatch(words) or _is_related(words) else ""


def _is_related(text: str) -> bool:
    """Return whether a text such as "after ivig" is a time, and not one with a side or a column."""
    words = text.split()
    ends = (" ".join(words[at:]) for at in range(1, len(words)))
    is_time = bool(_RELATED.fullmatch(text))
    return is_time and not any(sides_of(end) or fields_of(end) for end in ends)

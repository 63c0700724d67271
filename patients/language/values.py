"""Parsing values: numbers, ranges, titres, percentages, scores, words and states.

The grammar here is that of ``Value.canonical``. `patients.language.notations` rewrites other
notations of papers ("3,5", "40 or more") to it; such a value keeps the text as entered.
"""

import re
from dataclasses import replace
from typing import Any

from patients.catalogue import units
from patients.catalogue.frequencies import split_frequency
from patients.catalogue.instruments import POINTS
from patients.catalogue.value_words import (
    AMBIGUOUS,
    COMPARATOR_WORDS,
    NOT_UNITS,
    OF_RESPONSES,
    STATE_WORDS,
    STATES,
    WORD_UNITS,
)
from patients.language.notations import rewrite, without_mark
from patients.language.numbers import DASHES, MICRO, NARROW_SPACE, NUMBER, numeric, to_decimal
from patients.language.value import UNIT_NOT_STATED, Value

LONGEST = 200
_TOKEN = r"(?![eE][+-]?[0-9])(?:/?[^\W\d_]|[°‰%][^\W\d_]?)[\w/%°·.*^²³⁻¹()-]*"
_SPACED = sorted((name for name in units.names() if re.match(r"[^\W\d_]\S* ", name)), key=len)
_UNIT = (
    rf"(?:{'|'.join(map(re.escape, reversed(_SPACED)))}|{_TOKEN}/1\.73 m[2²]"
    rf"|(?:{_TOKEN} )?per {_TOKEN}|(?:arbitrary|relative) units|{_TOKEN})"
)
_PERCENT = r"(?:%|percent|per cent)"
_OF = r"(?: (?:of (?:the )?(?P<of>[A-Za-z][A-Za-z' -]{0,39})|(?P<predicted>pred\.?|predicted)))?"

_POINT = re.compile(rf"(?P<number>{NUMBER})(?: ?(?P<unit>{_UNIT}))?")
_POINT_PERCENT = re.compile(rf"(?P<number>{NUMBER}) ?{_PERCENT}{_OF}")
_SCORE = re.compile(
    r"(?P<number>[0-9]{1,4}(?:\.[0-9]{1,2})?)(?: ?(?P<of>/) ?|(?<=^1) out of )"
    r"(?P<out_of>[1-9][0-9]{0,3})"
    rf"(?: (?P<unit>(?!/){_UNIT}))?"
)
_BETWEEN = r"(?: ?- ?| to )"
_RANGE = re.compile(
    rf"(?P<number>{NUMBER})(?: ?(?P<first>(?!to\b|[eE]-?[0-9])[^\W\d_][^\s-]*?))?{_BETWEEN}"
    rf"(?P<high>{NUMBER})(?: ?(?P<unit>{_UNIT}))?"
)
_RANGE_PERCENT = re.compile(
    rf"(?P<number>{NUMBER})(?: ?{_PERCENT})?{_BETWEEN}(?P<high>{NUMBER}) ?{_PERCENT}{_OF}"
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
_SIGN = re.compile(r"[<>]=?|=[<>]|[≤≥]")
_NOTES = re.compile(r"(?P<amount>[^()]*[^()/. ]) ?(?P<notes>\([^()]+\)(?: ?\([^()]+\))*)")
_QUOTED = re.compile(r"[\"“„](?P<text>.*\w.*)[\"”“]")
_WORD = re.compile(r"[^\W\d_]{2}")
_PAIR = re.compile(r"\d[\d.]* ?/ ?\d[\d.]*(?: .*)?")  # such as a blood pressure
_REPEATED = re.compile(r"\d.*[^\W\d_] ?[x×] ?\d+.*")  # such as "1 g x 3"
_MALFORMED = re.compile(rf"[\d.,:/ +-]+(?P<unit>{_UNIT})")
_GRADED = re.compile(r"\+{1,4}|[1-4]\+|\+/-|±")


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
    bare, mark = without_mark(words)
    if mark and not _QUOTED.fullmatch(words):
        return _marked(parse_value(bare, unit), mark, words)
    known = words.casefold().rstrip(".").translate(DASHES)
    if known in AMBIGUOUS:
        raise ValueError(
            f'"{words}" could mean {AMBIGUOUS[known]}: enter which one you mean, or put it in '
            "quotation marks to keep it as text"
        )
    if known in STATE_WORDS:
        return _state(words, known)
    if quoted := _QUOTED.fullmatch(words):
        return _text(quoted["text"])
    value = _read_canonical(words, unit) or _read_notation(words, unit)
    return value or _parse_word(words)


def read_value(text: str, is_recording: bool = False, is_score: bool = False) -> Value:
    """Parse a value, and keep other text that a source could print.

    "NR" and "absent" mean "no response" in a recording; elsewhere, they are kept as text. "7/10" is
    a score in a column of scores; elsewhere, it could be two values or 7 months, and is kept as
    text. So is text that contains a word, such as "50 % drop", and text such as "120/80" or
    "1 g x 3". Raises ValueError for anything else that is not a value, because it is probably a
    typing error; in quotation marks, it is kept too.
    """
    words = " ".join(text.split())
    bare, _mark = without_mark(words)
    if not is_recording and bare.casefold().rstrip(".") in OF_RESPONSES:
        return _text(words)
    try:
        value = parse_value(text)
        has_points = (value.unit or "").casefold() in POINTS
        is_unsure = value.out_of and "/" in words and not (is_score or has_points)
        return _text(words) if is_unsure else value
    except ValueError:
        if len(words) <= LONGEST and _is_printed(bare):
            return _text(words)
        raise


def _is_printed(words: str) -> bool:
    """Return whether a source could print a text that is not a value: a word, a pair or "1 g x 3".

    A dose with its frequency has a word: "1 g b.i.d." and "1 g q12h". A malformed number with a
    unit, such as "3.5.2 mV", has none.
    """
    if _PAIR.fullmatch(words) or _REPEATED.fullmatch(words) or split_frequency(words)[1]:
        return True
    number = _MALFORMED.fullmatch(numeric(words))
    return bool(_WORD.search(words)) and not (number and _unit(number["unit"]))


def _state(words: str, known: str) -> Value:
    """Return a state; a phrase with another name than the state's is kept as entered."""
    state = STATE_WORDS[known]
    is_phrase = " " in known and known != STATES[state]
    return Value("state", state=state, verbatim=words if is_phrase else None)


def _marked(value: Value, mark: str, words: str) -> Value:
    """Return a value with its footnote mark as a remark, and with the text as entered."""
    if value.kind == "text":
        return _text(words)
    if value.kind == "word":
        return replace(value, word=words)
    if value.kind == "state":
        return replace(value, verbatim=words)
    remark = f"{value.remark}; {mark}" if value.remark else mark
    return replace(value, remark=remark, verbatim=words)


def _text(words: str) -> Value:
    return Value("text", text=words.strip())


def _read_notation(words: str, unit: str | None) -> Value | None:
    """Return a value in a notation other than the canonical one, with the text as entered."""
    text = numeric(words)
    plain = rewrite(text)
    value = _read_canonical(plain, unit) if plain != text else None
    return replace(value, verbatim=words) if value else None


def _read_canonical(text: str, unit: str | None) -> Value | None:
    """Return the value of text in the notation of `Value.canonical`; None for any other text."""
    value = _read_with_notes(text, unit)
    # Reject input such as "320 right..", whose printed form would parse as a different value.
    same = value and _read_with_notes(value.canonical, None) == value
    return value if same else None


def _read_with_notes(text: str, unit: str | None) -> Value | None:
    """Read an amount and the notes in brackets after it: another expression, or a remark."""
    found = _NOTES.fullmatch(text)
    if not found:
        return _parse_amount(text, unit)
    notes: dict[str, Any] = {}
    for note in re.findall(r"\(([^()]+)\)", found["notes"]):
        name, content = _read_note(note.strip(), found["amount"])
        if not content or name in notes:
            return None
        notes[name] = content
    value = _parse_amount(found["amount"].strip(), None if "unit" in notes else unit)
    if value is None or ("unit" in notes and value.unit):
        return None
    try:
        return replace(value, **notes)
    except ValueError:  # a note that this kind of value cannot have
        return None


def _read_note(note: str, amount: str) -> tuple[str, Value | str | None]:
    """Return the field of Value that a note in brackets belongs to, and its content.

    A number with a unit that the amount does not have is another expression of the value;
    anything else is a remark, for example a reference range or a standard deviation.
    """
    if note == f"unit {UNIT_NOT_STATED}":
        return "unit", UNIT_NOT_STATED
    value = _parse_amount(note, None)
    unit = "%" if value and value.kind == "percent" else value and value.unit
    if value and unit and not amount.endswith(unit):
        return "also", value
    return "remark", note.replace(NARROW_SPACE, " ")


def _parse_amount(text: str, unit: str | None) -> Value | None:
    """Return the Value of a number, range, titre or percentage; None for any other string."""
    approximate, text = _split_prefix(_APPROXIMATELY, numeric(text))
    comparator, text = _split_prefix(_SIGN, text)
    marks: dict[str, Any] = {"approximate": bool(approximate)}
    sign = COMPARATOR_WORDS.get(comparator, "")
    if found := _RANGE_PERCENT.fullmatch(text) or _RANGE.fullmatch(text):
        return None if sign else _range(found, unit, marks)
    marks["comparator"] = sign
    if found := TITRE.fullmatch(text):
        return Value("titre", f"1:{found['dilution']}", **marks)
    if found := _POINT_PERCENT.fullmatch(text):
        return Value("percent", found["number"], of=_reference_of(found), **marks)
    if (found := _SCORE.fullmatch(text)) and _is_score(found):
        unit = _unit(found["unit"]) or _unit(unit)
        return Value("number", found["number"], out_of=found["out_of"], unit=unit, **marks)
    if found := _POINT.fullmatch(text):
        return _point(found, unit, marks)
    return None


def _is_score(found: re.Match[str]) -> bool:
    """Return whether "7/10" is a score. "1/320" could be a titre, and "120/80" is no score."""
    number, highest = float(found["number"]), float(found["out_of"])
    is_unsure = number == 1 and highest > 10 and found["of"] == "/"
    has_unit = not found["unit"] or bool(_unit(found["unit"]))
    return number <= highest and not is_unsure and has_unit


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
    if to_decimal(found["number"]) > to_decimal(found["high"]):
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
    return len(word) <= 5 or word in WORD_UNITS or units.ucum(word) is not None


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
    raise ValueError(
        f'"{words}" is not a value: enter a number (6.0), a range (10–20), 1:320, 4.1% of right, a '
        "word, NR or NT. To keep it as text, put it in quotation marks"
    )


def both_sides(text: str) -> str | None:
    """Return the value in "6 µV both sides" or "absent bilaterally"; None for any other string."""
    found = re.fullmatch(
        r"(?P<value>.+?),?\s+(?:on\s+)?(?:both\s+sides|bilateral(?:ly)?)", text.strip(), re.I
    )
    return found["value"] if found else None

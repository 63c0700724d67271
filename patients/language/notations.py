"""Notations of papers, rewritten to the one that values are stored in.

`rewrite` turns "3,5" into "3.5", "40 or more" into ">= 40" and "positive at 1:200" into
"1:200 (positive)". It changes only what has one meaning: "1,234" stays as it is.
"""

import re
from collections.abc import Callable

from patients.catalogue.time_words import NUMBER_WORDS, SMALLER, UNIT_WORDS
from patients.catalogue.value_words import COMPARATOR_WORDS, MARK, QUALIFIERS, TRAILING_COMPARATORS
from patients.language.numbers import NUMBER, to_decimal

_TIMES = (
    UNIT_WORDS
    | dict.fromkeys(("s", "sec", "second", "seconds"), "s")
    | dict.fromkeys(("min", "mins", "minute", "minutes"), "min")
)
_COUNT = r"[0-9]{1,4}(?:\.[0-9]{1,3})?"
_MARKED = (
    re.compile(rf"(?P<before>.*[\w%+)-]) ?(?P<mark>{MARK})(?P<after>)"),
    re.compile(rf"(?P<before>[^A-Za-z]*\d) ?(?P<mark>{MARK})(?P<after> ?(?:[^\W\d_]|%).*)"),
    re.compile(r"(?P<before>)(?P<mark>[*†‡§¶]+) ?(?P<after>[<>≤≥~]?.?\d.*)"),
)


def without_mark(text: str) -> tuple[str, str]:
    """Return a value's text without its footnote mark, and the mark: "24.1 mg/dL" and "*"."""
    for pattern in _MARKED:
        if found := pattern.fullmatch(text):
            return found["before"] + found["after"], found["mark"]
    return text, ""


def rewrite(text: str) -> str:
    """Return a value's text in the notation of `Value.canonical`, as far as it is understood."""
    for rule in RULES:
        text = rule(text)
    return text


def _decimal_commas(text: str) -> str:
    """Read "3,5", "36,95", "0,400" and "1.234,5" with a decimal comma.

    In "1,234" the comma may separate thousands, so a text with both kinds of comma is unchanged.
    """
    text = re.sub(
        r"(?<![\d.,])([1-9]\d{0,2})((?:\.\d{3})+)(?=,\d+(?![\d.,]))",
        lambda match: match[1] + match[2].replace(".", ""),
        text,
    )
    commas = re.findall(r"(?<![\d.,])\d+,\d+(?![\d,]|\.\d)", text)
    sure = [one for one in commas if not re.fullmatch(r"[1-9]\d{0,2},\d{3}", one)]
    if not sure or len(sure) < len(commas):
        return text
    return re.sub(r"(?<![\d.,])(\d+),(\d+)(?![\d,]|\.\d)", r"\1.\2", text)


def _number_words(text: str) -> str:
    """Read "three weeks" and "two to three days": a number word is read before a unit of time."""
    word = "|".join(one for one in NUMBER_WORDS if len(one) > 2)
    unit = "|".join(sorted((one for one in UNIT_WORDS if len(one) > 1), key=len, reverse=True))
    found = re.fullmatch(
        rf"(?P<lead>.*?\b)??(?P<low>{word})(?:(?P<to> to |-)(?P<high>{word}))?[ -](?P<unit>{unit})",
        text,
        re.I,
    )
    if not found:
        return text
    low, high = (NUMBER_WORDS.get((found[name] or "").casefold(), "") for name in ("low", "high"))
    return f"{found['lead'] or ''}{low}{found['to'] or ''}{high} {found['unit']}"


def _unstated_unit(text: str) -> str:
    """Read "6 (unit not printed)", "6 unit not stated" and "6, no unit"."""
    return re.sub(
        r"(?<=\d),? \(?(?:units? (?:is |was |were )?not (?:stated|printed|given|reported|recorded)"
        r"|no units?|without (?:a )?units?|units? unknown)\)?$",
        " (unit not stated)",
        text,
        flags=re.I,
    )


def _comparators(text: str) -> str:
    """Read "at least 40", ">/= 40", "40 or more" and "40+"."""
    text = re.sub(r"^([<>]) ?(?:/|or) ?= ?", r"\1= ", text)
    words = sorted((one for one in COMPARATOR_WORDS if one[0].isalpha()), key=len, reverse=True)
    about = r"(?P<about>about |approximately |~ ?)?"
    if found := re.match(rf"{about}(?P<words>{'|'.join(words)}) (?=[\d.+-])", text, re.I):
        sign = COMPARATOR_WORDS[found["words"].casefold()]
        return f"{found['about'] or ''}{sign} {text[found.end() :]}"
    if found := re.fullmatch(r"(\d{2,}|\d(?=\+ ?[^\W\d_]{2}))\+( ?[^\W\d_].*)?", text):
        return f">= {found[1]}{found[2] or ''}"
    trailing = "|".join(TRAILING_COMPARATORS)
    found = re.fullmatch(
        rf"{about}(?P<amount>{NUMBER}.*?) or (?P<words>{trailing})(?P<unit> [^\s(]+)?", text, re.I
    )
    if not found:
        return text
    sign = TRAILING_COMPARATORS[found["words"].casefold()]
    return f"{found['about'] or ''}{sign} {found['amount']}{found['unit'] or ''}"


def _scores(text: str) -> str:
    """Read "7 of 10", "7 out of 10" and "7 of a possible 10"."""
    of = r" (?:out )?of (?:a )?(?:possible |maximum |max )?(?:of )?"
    text = re.sub(rf"^1{of}(?=\d)", "1 out of ", text, flags=re.I)
    return re.sub(rf"^(?!1 )({NUMBER}){of}(?=\d)", r"\1/", text, flags=re.I)


def _spreads(text: str) -> str:
    """Read "3.2 ± 0.4 mV" as 3.2 mV with the remark "±0.4"."""
    return re.sub(
        rf"^({NUMBER}) ?(?:±|\+/-|\+-) ?({NUMBER})( ?[^\W\d(].*|%.*)?$",
        lambda match: f"{match[1]}{match[3] or ''} (±{match[2]})",
        text,
    )


def _approximations(text: str) -> str:
    text = re.sub(r"^(?:roughly|estimated(?: at)?|c\.|some) ?(?=[\d.])", "about ", text, flags=re.I)
    return re.sub(r"^(\d.*) or so$", r"about \1", text, flags=re.I)


def _qualifiers(text: str) -> str:
    """Move a word before or after a value into brackets: "mean 41", "5.2, high", "12.5↑"."""
    titre = r"(?:[<>]=? ?)?1 ?: ?[1-9][\d,]*"
    words = "|".join(sorted(QUALIFIERS, key=len, reverse=True))
    joined = r"(?: at| to| of| in|,|:| =)?"
    if found := re.fullmatch(rf"({words}){joined} \(?({titre})\)?", text, re.I):
        return f"{found[2]} ({found[1]})"
    leading = "|".join(name for name, may_lead in QUALIFIERS.items() if may_lead)
    if found := re.fullmatch(rf"({leading}){joined} ([\d.<>][^()]*?)(?: \((.*)\))?", text, re.I):
        return f"{found[2]} ({found[1]}{f'; {found[3]}' if found[3] else ''})"
    return re.sub(
        rf"^([^()]*\d[^(),]*?)(?:, ?({words})| (positive|negative|normal|high|low)| ?([↑↓]+))$",
        lambda match: f"{match[1]} ({match[2] or match[3] or match[4]})",
        text,
        flags=re.I,
    )


def _falling_ranges(text: str) -> str:
    """Put the lower number first: "60 to 10 mg" is the range 10–60 mg."""
    unit = r"(?: ?[^\W\d_%][^\s-]*| ?%)?"
    found = re.fullmatch(
        rf"(?P<lead>(?:from |about |~ ?)?)(?P<high>{NUMBER})(?P<first>{unit})(?P<way> ?- ?| to )"
        rf"(?P<low>{NUMBER})(?P<rest>{unit}(?: of .*| predicted)?(?: \(.*\))?)",
        text,
        re.I,
    )
    is_date = re.fullmatch(r"\d{4}-\d{1,2}", text)
    if not found or is_date or to_decimal(found["high"]) <= to_decimal(found["low"]):
        return text
    return "{lead}{low}{first}{way}{high}{rest}".format(**found.groupdict())


def _between(text: str) -> str:
    text = re.sub(rf"^between ({NUMBER}.*?) and (?={NUMBER})", r"\1 to ", text, flags=re.I)
    return re.sub(rf"^from (?={NUMBER}.* to )", "", text, flags=re.I)


def _durations(text: str) -> str:
    """Read "2 h 30 min" as 150 min, and "1 year and 2 months" as 14 months."""
    found = re.fullmatch(rf"({_COUNT}) ?([a-z]+),? ?(?:and )?({_COUNT}) ?([a-z]+)", text.casefold())
    if not found:
        return text
    small, factor = SMALLER.get(_TIMES.get(found[2], ""), ("", 0))
    if not small or _TIMES.get(found[4]) != small:
        return text
    return f"{to_decimal(found[1]) * factor + to_decimal(found[3])} {small}"


def _ages(text: str) -> str:
    """Read "72-year-old" and "aged 72"; "in her 70s" and "mid-70s" are 70 to 79 years."""
    unit = r"years?|yrs?|y|months?|mo|weeks?|wks?|days?"
    if found := re.fullmatch(rf"(?:aged )?({NUMBER})[- ]?({unit})(?:[- ]old| of age)", text, re.I):
        return f"{found[1]} {found[2]}"
    part = r"(?:early|mid|late)[- ]?"
    if found := re.fullmatch(rf"(?:in (?:his|her|their) (?:{part})?|{part})([1-9]0)s", text, re.I):
        return f"{found[1]} to {int(found[1]) + 9} years"
    return re.sub(rf"^aged (?={NUMBER}(?: (?:{unit}))?$)", "", text, flags=re.I)


def _second_expressions(text: str) -> str:
    """Put a second expression in brackets: "3.2 L, 88 % predicted", "3.2 L [88 %]"."""
    text = re.sub(r" ?\[([^\[\]()]+)\]$", r" (\1)", text)
    return re.sub(
        rf"^({NUMBER} ?[^\W\d_(][^\s,;(]*)(?:[,;]| =|/) ?({NUMBER} ?%[^(),;]*)$", r"\1 (\2)", text
    )


RULES: tuple[Callable[[str], str], ...] = (
    _decimal_commas,
    _number_words,
    _unstated_unit,
    _approximations,
    _comparators,
    _scores,
    _spreads,
    _second_expressions,
    _between,
    _qualifiers,
    _falling_ranges,
    _durations,
    _ages,
)

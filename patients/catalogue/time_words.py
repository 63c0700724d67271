"""Vocabulary and patterns for parsing times such as "5 days before weakness"."""

import re
from collections.abc import Callable

UNIT_WORDS = {
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), "hours"),
    **dict.fromkeys(("d", "day", "days"), "days"),
    **dict.fromkeys(("w", "wk", "wks", "week", "weeks"), "weeks"),
    **dict.fromkeys(("m", "mo", "mos", "mth", "mths", "month", "months"), "months"),
    **dict.fromkeys(("y", "yr", "yrs", "year", "years", "yo", "y/o"), "years"),
}
NUMBER_WORDS = {
    word: str(number)
    for number, word in enumerate(
        "one two three four five six seven eight nine ten eleven twelve".split(), start=1
    )
} | {"a": "1", "an": "1", "the": "1"}
ORDINALS = {
    word: str(number)
    for number, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth".split(), start=1
    )
}
UNKNOWN = ("unknown", "?", "not known", "not stated", "not reported", "not recorded")
DASHES = str.maketrans(dict.fromkeys("\u2212\u2010\u2011\u2012\u2013\u2014", "-"))
MINUS = "\u2212"
INDEX_NAMES = ("day 0", "index event", "index")  # the event that days are counted from

NUMBER = r"(?:[0-9]{1,6}(?:\.[0-9]{1,6})?)"
_COUNT = rf"{NUMBER}|{'|'.join(NUMBER_WORDS)}"
_UNIT = rf"(?P<unit>{'|'.join(sorted(UNIT_WORDS, key=len, reverse=True))})"
DECIMAL_COMMA = re.compile(rf"(?<=[0-9]),(?=[0-9]{{1,2}}[ -]?{_UNIT}\b)", re.I)
# Each unit with the smaller one that may follow it, and how many of these it has.
SMALLER = {
    "min": ("s", 60),
    "hours": ("min", 60),
    "days": ("hours", 24),
    "weeks": ("days", 7),
    "years": ("months", 12),
}
SPAN = rf"(?P<number>{_COUNT})(?:(?: to | or | ?- ?)(?P<high>{_COUNT}))?[ -]?{_UNIT}"
ABOUT = re.compile(
    r"(?:~ ?|(?:about|around|approximately|approx\.?|circa|ca\.?|roughly|nearly|almost) )", re.I
)
# Spans in other words: "between 3 and 5 days", "days 3 and 5", "a fortnight", "1 1/2 years".
OTHER_SPANS: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (
        re.compile(rf"\b(?:between|from) ({_COUNT}) (?:and|to) ({_COUNT})(?=[ -]?{_UNIT})", re.I),
        r"\1 to \2",
    ),
    (re.compile(rf"\bbetween days ({_COUNT}) and ({_COUNT})", re.I), r"days \1 to \2"),
    (re.compile(r"\b(?:a|one) fortnight\b", re.I), "2 weeks"),
    (re.compile(r"\bhalf a year\b", re.I), "6 months"),
    (
        re.compile(rf"\b({'|'.join(NUMBER_WORDS)}) and a half (?=years|months|weeks|days)", re.I),
        lambda found: f"{NUMBER_WORDS[found[1].casefold()]}.5 ",
    ),
    (re.compile(r"\b(?:a|one|1) (year|month|week|day) and a half\b", re.I), r"1.5 \1s"),
    (re.compile(r"\b([0-9]{1,3}) (years|months|weeks|days) and a half\b", re.I), r"\1.5 \2"),
    (re.compile(r"^(?:on )?day (?=(?:before|after|prior to|following) \S)", re.I), "the day "),
    (
        re.compile(r"\b([0-9]{1,3})(?: and a half|(?: 1/2|½)) (?=years|months|weeks|days)", re.I),
        r"\1.5 ",
    ),
)
QUOTED = re.compile(r"[“\"](?P<text>.+)[”\"]")

# Longer words precede shorter ones that they begin with.
_BEFORE = ("before", "prior to", "ahead of", "preceding", "earlier than")
_AFTER = ("after", "later than", "following", "subsequent to", "post", "from", "since")
_BY = ("by", "until", "up to", "no later than", "not later than")
BACKWARD = (*_BEFORE, "prior", "earlier", "ago")
NEEDS_ANCHOR = (*_BEFORE[1:3], "earlier than", "earlier", *_AFTER[1:-1], "later")
RELATIONS = {
    **dict.fromkeys(_BEFORE, "before"),
    **dict.fromkeys(_AFTER, "after"),
    **dict.fromkeys(_BY, "by"),
}
_WAY = rf"(?P<way>{'|'.join((*_BEFORE, *BACKWARD[-3:], *_AFTER, 'later'))})"

COMPARATORS = {
    **dict.fromkeys(("more than", "over", ">"), ">"),
    **dict.fromkeys(("at least", "no less than", "not less than", ">=", "≥"), ">="),
    **dict.fromkeys(("less than", "under", "<"), "<"),
    **dict.fromkeys(("within", "at most", "up to", "no more than", "not more than"), "<="),
    **dict.fromkeys(("<=", "≤"), "<="),
}
COMPARATOR_WORDS = {">": "more than", ">=": "at least", "<": "less than", "<=": "within"}
WITHIN = "within"  # the comparator of a time on either side of its anchor
_COMPARATOR = "|".join(re.escape(w) for w in sorted(COMPARATORS, key=len, reverse=True))

SIGNED = re.compile(
    rf"(?P<number>[+-] ?{NUMBER})(?:(?: to | ?- ?)(?P<high>[+-]? ?{NUMBER}))?(?:[ -]?{_UNIT})?",
    re.I,
)
LONG = re.compile(
    rf"(?:(?P<comparator>{_COMPARATOR}) ?)?{SPAN} {_WAY}(?: (?P<anchor>.+))?",
    re.I,
)
AFTER_SPAN = re.compile(rf"after (?:(?P<comparator>{_COMPARATOR}) ?)?{SPAN}", re.I)
EITHER_WAY = re.compile(rf"within {SPAN}(?: of (?P<anchor>.+))?", re.I)
NUMBERED = re.compile(
    rf"(?:on )?(?:the )?(?P<unit>d|days?|hour|weeks?|months?|year)\.? ?(?P<number>[+-]?{NUMBER})"
    rf"(?:(?: to | ?- ?)(?P<high>[+-]?{NUMBER}))?(?: (?P<way>after|before) (?P<anchor>.+))?",
    re.I,
)
_VAGUE = (
    r"(?P<vague>(?:a few|few|several|some|many|a couple of) (?:hours|days|weeks|months|years)"
    r"|shortly|soon|just|immediately|long|some time|sometime)"
)
ORDER = re.compile(rf"(?:{_VAGUE} )?(?P<way>{'|'.join(RELATIONS)}) (?P<reference>.+)", re.I)
BETWEEN = re.compile(r"between (?P<both>.+)", re.I)
SAME = re.compile(
    r"(?:(?:on |at )?(?:the )?same (?:day|time) (?:as|of)|simultaneous with|together with|with"
    r"|(?:(?:on|at) )?(?:the )?(?:day|time) of|on|at|during) (?P<anchor>.+)",
    re.I,
)
AGE_UNIT = r"(?P<unit>years?|yrs?|y|months?|mo|weeks?|days?)"
AGE = re.compile(
    rf"(?:at )?(?:the )?(?:age|aged)(?: of)? (?P<age>{_COUNT})(?: ?{AGE_UNIT})?(?: old)?"
    rf"|(?:at )?(?P<age_2>{_COUNT})[ -](?P<unit_2>years?|months?|weeks?|days?)"
    r"(?: of age|[ -]old)",
    re.I,
)
EXAMPLES = (
    "-25d, 5 days before weakness, 3 months after admission, March 2011, at age 40, before "
    "admission or unknown"
)

"""Vocabulary and patterns for parsing times such as "5 days before weakness"."""

import re

UNIT_WORDS = {
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), "hours"),
    **dict.fromkeys(("d", "day", "days"), "days"),
    **dict.fromkeys(("w", "wk", "wks", "week", "weeks"), "weeks"),
    **dict.fromkeys(("m", "mo", "mos", "mth", "mths", "month", "months"), "months"),
    **dict.fromkeys(("y", "yr", "yrs", "year", "years"), "years"),
}
NUMBER_WORDS = {
    word: str(number)
    for number, word in enumerate(
        "one two three four five six seven eight nine ten eleven twelve".split(), start=1
    )
} | {"a": "1", "an": "1"}
UNKNOWN = ("unknown", "?", "not known", "not stated", "not reported", "not recorded")
DASHES = str.maketrans(dict.fromkeys("\u2212\u2010\u2011\u2012\u2013\u2014", "-"))

NUMBER = r"(?:[0-9]{1,6}(?:\.[0-9]{1,6})?)"
SPAN = (
    rf"(?P<number>{NUMBER}|{'|'.join(NUMBER_WORDS)})"
    rf"(?:(?: to | ?- ?)(?P<high>{NUMBER}|{'|'.join(NUMBER_WORDS)}))?"
    rf"[ -]?(?P<unit>{'|'.join(sorted(UNIT_WORDS, key=len, reverse=True))})"
)
ABOUT = re.compile(r"(?:~ ?|(?:about|around|approximately|approx\.?|circa|ca\.?) )", re.I)
SHORT = re.compile(rf"(?P<sign>[+-]) ?{SPAN}", re.I)
LONG = re.compile(
    rf"{SPAN} (?P<way>before|prior to|ahead of|preceding|earlier than|earlier|ago"
    r"|after|later than|later|following|post|from|since)(?: (?P<anchor>.+))?",
    re.I,
)
DAY = re.compile(rf"(?:on )?(?P<unit>d|day|week|month)\.? ?(?P<number>[+-]?{NUMBER})", re.I)
SAME = re.compile(
    r"(?:(?:on |at )?(?:the )?same (?:day|time) (?:as|of)|simultaneous with|together with|with"
    r"|(?:on|at) the (?:day|time) of|on|at|during) (?P<anchor>.+)",
    re.I,
)
AGE_UNIT = r"(?P<unit>years?|yrs?|y|months?|mo|weeks?|days?)"
AGE = re.compile(
    rf"(?:at )?(?:the )?(?:age|aged)(?: of)? (?P<age>{NUMBER})(?: ?{AGE_UNIT})?"
    rf"|at (?P<age_2>{NUMBER}) ?(?P<unit_2>years|months|weeks|days)(?: of age| old)",
    re.I,
)
BACKWARD = ("before", "prior to", "ahead of", "preceding", "earlier than", "earlier", "ago")
NEEDS_ANCHOR = ("prior to", "ahead of", "earlier than", "later than", "following", "post", "from")
EXAMPLES = (
    "-25d, 5 days before weakness, 3 months after admission, March 2011, at age 40 or unknown"
)

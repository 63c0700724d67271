"""The MRC scale of muscle strength: 14 ordinal grades, which are never averaged.

Memorandum 45 of the Medical Research Council (1976); used with the permission of the Medical
Research Council, under the Open Government Licence. Grades with + and − follow Kendall 2005,
except 1+ and 5−, which are not in Kendall.
"""

import re
from dataclasses import dataclass

from patients.catalogue.table import read

ROWS = read("mrc_grades")
BY_ID = {row.grade: row for row in ROWS}
ORDER = tuple(row.grade for row in ROWS)
LONGEST = 40  # maximum length of a grade as entered
# No published definition of 1+ was found: it is accepted but not offered by default.
RARE = ("1+",)
STATES = {
    "not_tested": "not tested",
    "limited_by_pain": "limited by pain",
    "amputated": "amputated",
    "immobilised": "immobilised",
}

_STATE_WORDS = {
    "n": "not_tested",
    "nt": "not_tested",
    "not done": "not_tested",
    "pain": "limited_by_pain",
    "pain limited": "limited_by_pain",
    "amputation": "amputated",
    "immobilized": "immobilised",
    **{slug: slug for slug in STATES},
    **{label: slug for slug, label in STATES.items()},
}
_SIGNS = str.maketrans(
    dict.fromkeys("\u2212\u2010\u2011\u2012\u2013\u2014\u207b\ufe63\uff0d", "-")
    | dict.fromkeys("\u207a\uff0b", "+")
)
_ONE = r"(?:[0-5] ?[+-]?|[+-][0-5])"
_OUT_OF = r"(?: ?/ ?(?P<{}>\d+))?"
_POINT = re.compile(rf"(?P<low>{_ONE})" + _OUT_OF.format("of"))
_INTERVAL = re.compile(
    rf"(?P<low>{_ONE})" + _OUT_OF.format("low_of") + r"(?: ?- ?| to )"
    rf"(?P<high>{_ONE})" + _OUT_OF.format("of")
)
_HOW = "enter 0 to 5, with + or − (3−, 4+), an interval (2 to 3), or n for not tested"


@dataclass(frozen=True)
class Grade:
    """A grade, an interval of grades (``high`` is set), or a state such as "not_tested".

    ``printed`` is the text as entered if it differs from the canonical ``text``.
    """

    low: str | None = None
    high: str | None = None
    denominator: str | None = None
    state: str = ""
    printed: str | None = None

    def __post_init__(self) -> None:
        if bool(self.state) == bool(self.low) or (self.state and (self.high or self.denominator)):
            raise ValueError("enter either a grade or a state")
        if self.state and self.state not in STATES:
            raise ValueError(f'"{self.state}" is not one of {", ".join(STATES)}')
        for grade in filter(None, (self.low, self.high)):
            rank(grade)
        if self.low and self.high and rank(self.low) >= rank(self.high):
            raise ValueError(f"{self.low} to {self.high}: enter the lower grade first")
        if self.denominator not in (None, "5"):
            raise ValueError(f"MRC grades are out of 5, not {self.denominator}")

    def __str__(self) -> str:
        return self.printed or self.text

    @property
    def shown(self) -> str:
        """The text for pages, with a true minus sign: "3−", "2–3" for an interval typed "2-3"."""
        return re.sub(r"(?<=\d)-(?=\d)", "–", str(self)).replace("-", "−")

    @property
    def text(self) -> str:
        """The canonical text: "3-", "2 to 3", "4+/5", "not tested"."""
        if self.state:
            return STATES[self.state]
        interval = f"{self.low} to {self.high}" if self.high else str(self.low)
        return interval + (f"/{self.denominator}" if self.denominator else "")


def rank(grade: str) -> int:
    """Return a grade's position in the order 0 < 1 < 1+ < 2- ... < 5; not for arithmetic.

    Raises ValueError if `grade` is not a single grade.
    """
    if grade not in BY_ID:
        raise ValueError(f"{grade} is not an MRC grade: {_HOW}")
    return int(BY_ID[grade].ordinal)


def parse_grade(text: str) -> Grade:
    """Parse one cell of a strength table. Raises ValueError if it is not a grade or a state."""
    words = " ".join(text.split())
    plain = re.sub(r"^(?:MRC|M) ?(?=[0-5])", "", words.translate(_SIGNS), flags=re.I)
    if len(words) > LONGEST:
        raise ValueError(f"{words[:LONGEST]}… is not an MRC grade: {_HOW}")
    if not plain:
        raise ValueError(f"no grade entered: {_HOW}")
    known = re.sub(r"[- ]+", " ", plain.casefold())
    if state := _STATE_WORDS.get(known) or _STATE_WORDS.get(plain.casefold()):
        grade = Grade(state=state)
        return grade if known == "n" else _with_printed(grade, words)
    return _with_printed(_read_grade(words, plain), words)


def _with_printed(grade: Grade, words: str) -> Grade:
    if words == grade.text:
        return grade
    return Grade(grade.low, grade.high, grade.denominator, grade.state, words)


def _read_grade(words: str, plain: str) -> Grade:
    if found := _POINT.fullmatch(plain):
        return Grade(_one(found["low"], words), denominator=found["of"])
    if found := _INTERVAL.fullmatch(plain):
        if found["low_of"] and found["low_of"] != found["of"]:
            raise ValueError(f"{words} mixes two scales: {_HOW}")
        low, high = _one(found["low"], words), _one(found["high"], words)
        return Grade(low, high, found["of"])
    raise ValueError(f"{words} is not an MRC grade: {_HOW}")


def _one(text: str, words: str) -> str:
    """Normalise one grade: "+2" and "2 +" become "2+". Raises ValueError if it is not a grade."""
    signs, digit = re.sub(r"[\d ]", "", text), re.sub(r"\D", "", text)
    if digit + signs not in BY_ID:
        raise ValueError(f"{words} is not an MRC grade: {_HOW}")
    return digit + signs


def compare(before: Grade, after: Grade) -> str | None:
    """Return "better", "worse" or "same".

    Returns None for a state, and if the grades or intervals overlap without being equal.
    """
    if not before.low or not after.low:
        return None
    if (before.low, before.high) == (after.low, after.high):
        return "same"
    if rank(after.low) > rank(before.high or before.low):
        return "better"
    if rank(after.high or after.low) < rank(before.low):
        return "worse"
    return None

"""The MRC scale of muscle strength: 14 ordinal grades, which are never averaged.

Memorandum 45 of the Medical Research Council (1976); used with the permission of the Medical
Research Council, under the Open Government Licence. Grades with + and − follow Kendall 2005,
except 1+ and 5−, which are not in Kendall.
"""

import re
from dataclasses import dataclass, replace

from patients.catalogue.table import read
from patients.catalogue.value_words import MARK

ROWS = read("mrc_grades")
BY_ID = {row.grade: row for row in ROWS}
ORDER = tuple(row.grade for row in ROWS)
LONGEST = 60  # maximum length of a grade as entered
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
_ROMAN = {"I": "1", "II": "2", "III": "3", "IV": "4", "V": "5"}
_PREFIX = re.compile(r"^(?:(?:MRC|M|grade|power)[ :]*)+(?=[(+-]*[ (]*[0-9IV])", re.I)
_WORD = re.compile(r"[^\W\d_]{3}")
_QUOTED = re.compile(r"[“\"].*[^\s“”\"].*[”\"]")  # any text can be kept in quotation marks
_NO_WORDS = re.compile(r"\d|^[-+]$|^[()\[\]“”\" ]*$")  # a digit, a lone sign or brackets
_ONE = r"(?:[0-5] ?[+-]?|[+-][0-5])"
_OUT_OF = r"(?: ?(?:/|(?:out )?of) ?(?P<{}>\d+))?"
_POINT = re.compile(rf"(?P<low>{_ONE})" + _OUT_OF.format("of"))
_INTERVAL = re.compile(
    rf"(?P<low>{_ONE})" + _OUT_OF.format("low_of") + r"(?: ?- ?| to | or )"
    rf"(?P<high>{_ONE})" + _OUT_OF.format("of")
)
_HOW = (
    "enter 0 to 5, with + or − (3−, 4+), an interval (2 to 3), or n for not tested; "
    "put any other text in quotation marks to keep it as printed"
)


@dataclass(frozen=True)
class Grade:
    """A grade, an interval of grades (``high`` is set), a state such as "not_tested", or words.

    A ``word`` such as "weak" is not an MRC grade: it is shown with that remark and never compared.
    ``printed`` is the text as entered if it differs from the canonical ``text``.
    """

    low: str | None = None
    high: str | None = None
    state: str = ""
    word: str = ""
    printed: str | None = None

    def __post_init__(self) -> None:
        if sum(map(bool, (self.low, self.state, self.word))) != 1 or (self.high and not self.low):
            raise ValueError("enter a grade, a state or words")
        if self.state and self.state not in STATES:
            raise ValueError(f'"{self.state}" is not one of {", ".join(STATES)}')
        for grade in filter(None, (self.low, self.high)):
            rank(grade)
        if self.low and self.high and rank(self.low) >= rank(self.high):
            raise ValueError(f"{self.low} to {self.high}: enter the lower grade first")

    def __str__(self) -> str:
        return self.printed or self.text

    def as_printed(self, text: str) -> "Grade":
        """Return the grade with the text as printed. Raises ValueError if that is another grade."""
        if parse_grade(text).text != self.text:
            raise ValueError(f"{text} is not the grade {self.text}: correct one of them")
        return replace(self, printed=text if text != self.text else None)

    @property
    def shown(self) -> str:
        """The text for pages, with a true minus sign: "3−", "2–3" for an interval typed "2-3".

        If the text as printed does not contain the grade, both are shown: "4+ (IV+)". Words are
        shown without the quotation marks in which they were entered.
        """
        text = str(self)
        if self.word:
            words = text[1:-1].strip() if _QUOTED.fullmatch(text) else text
            return f"{words} (not an MRC grade)"
        if not self.low:
            return text
        if text.translate(_SIGNS).replace(" ", "") == self.text:
            text = self.text
        elif self.low[0] not in text:
            text = f"{self.text} ({text})"
        return re.sub(r"(?<=\d)-", "−", re.sub(r"(?<=\d)-(?=\d)", "–", text))

    @property
    def text(self) -> str:
        """The canonical text: "3-", "2 to 3", "not tested", "weak"."""
        if self.low:
            return f"{self.low} to {self.high}" if self.high else self.low
        return STATES[self.state] if self.state else self.word


def rank(grade: str) -> int:
    """Return a grade's position in the order 0 < 1 < 1+ < 2- ... < 5; not for arithmetic.

    Raises ValueError if `grade` is not a single grade.
    """
    if grade not in BY_ID:
        raise ValueError(f"{grade} is not an MRC grade: {_HOW}")
    return int(BY_ID[grade].ordinal)


def parse_grade(text: str) -> Grade:
    """Parse one cell of a strength table. Raises ValueError if it is not a grade, a state or words.

    Other texts with a word or without digits, such as "weak" or "++", and any text in quotation
    marks are kept as words.
    """
    words = " ".join(text.split())
    if len(words) > LONGEST:
        raise ValueError(
            f"{words[:LONGEST]}… is too long: {_HOW}; use the detailed view for the wording"
        )
    if not words:
        raise ValueError(f"no grade entered: {_HOW}")
    grade = _read(words)
    is_plain = words == grade.text or words.casefold() == "n"
    return grade if is_plain else replace(grade, printed=words)


def is_words(text: str) -> bool:
    """Return whether a text is kept as words, because it is neither a grade nor a state."""
    try:
        return bool(parse_grade(text).word)
    except ValueError:
        return False


def _read(words: str) -> Grade:
    plain = words.translate(_SIGNS)
    known = re.sub(r"[- ]+", " ", plain.casefold())
    if state := _STATE_WORDS.get(known) or _STATE_WORDS.get(plain.casefold()):
        return Grade(state=state)
    plain = _without_marks(plain)
    if found := _POINT.fullmatch(plain):
        _check_scale(found["of"])
        return Grade(_one(found["low"], words))
    if found := _INTERVAL.fullmatch(plain):
        return _interval(found, words)
    if _QUOTED.fullmatch(words) or _WORD.search(plain) or not _NO_WORDS.search(plain):
        return Grade(word=words)
    raise ValueError(f"{words} is not an MRC grade: {_HOW}")


def _without_marks(plain: str) -> str:
    """Return a text without prefix, brackets and marks: "MRC 4", "4 (pain)", "IV*" become "4"."""
    plain = _PREFIX.sub("", plain)
    plain = re.sub(r"^\(([^()]+)\)", r"\1", plain)
    plain = re.sub(r"(?<=[\dIV+-]) ?(?:\([^()]+\)|\[[^\[\]]+\])$", "", plain)
    plain = re.sub(rf"(?<=[\dIV+-]) ?{MARK}$", "", plain)
    return re.sub(r"(?<!\w)(I{1,3}|IV|V)(?!\w)", lambda roman: _ROMAN[roman[1]], plain)


def _interval(found: re.Match[str], words: str) -> Grade:
    """Return an interval, lower grade first: "4 to 3+" is the interval from 3+ to 4."""
    for scale in (found["low_of"], found["of"]):
        _check_scale(scale)
    ends = sorted((_one(found["low"], words), _one(found["high"], words)), key=rank)
    return Grade(*ends)


def _check_scale(maximum: str | None) -> None:
    if maximum not in (None, "5"):
        raise ValueError(f"MRC grades are out of 5, not {maximum}: {_HOW}")


def _one(text: str, words: str) -> str:
    """Normalise one grade: "+2" and "2 +" become "2+". Raises ValueError if it is not a grade."""
    signs, digit = re.sub(r"[\d ]", "", text), re.sub(r"\D", "", text)
    if digit + signs not in BY_ID:
        raise ValueError(f"{words} is not an MRC grade: {_HOW}")
    return digit + signs


def compare(before: Grade, after: Grade) -> str | None:
    """Return "better", "worse" or "same".

    Returns None for a state or words, and if the grades or intervals overlap without being equal.
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

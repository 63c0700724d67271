"""What the lists of cases can be searched and filtered by: words, terms and grades of a record.

A `record` is the clinical record as in the case document (a dict). This module imports no models.
"""

import re
import unicodedata
from functools import cache
from typing import Any, NamedTuple

from patients.catalogue import lookup, mrc, structures
from patients.catalogue.letters import without_accents

ROOT, DIAGNOSIS, CODE, HAS = "root", "diagnosis", "code", "has"
MAX_WORD = 60  # characters; the rest of a word is not indexed
MAX_TEXT = 200_000  # characters; PostgreSQL indexes at most 1 MB per case
MAX_TERM = 80
STRUCTURAL = {"schema", "key", "visit", "event", "anchor", "settles", "reasoning_in_report"}
UNSTATED = {"not_stated", "not_recorded"}
# Their ids, such as "1" or "g", also occur as other values, or no field stores them.
WITHOUT_FIELD = {"reflex_grades", "care", "units", "diagnoses", "drugs"}
WORD = re.compile(r"[^\W_]+")
# A root, such as "C5", and what follows it: "-7", "–C7", " to 7", "/6/7" or " and 7".
ROOTS = re.compile(
    r"\b([CTLS]\d{1,2})((?:\s*(?:(?:[-–]|to)\s*[CTLS]?|(?:/|and)\s*)\d{1,2}\b)*)", re.IGNORECASE
)
FURTHER = re.compile(r"(?:([-–]|to)|/|and)\s*([CTLS]?)(\d+)", re.IGNORECASE)


class GradeTerm(NamedTuple):
    """One strength grade; `movement` can also be a muscle.

    `low` and `high` are ranks of MRC grades, None if there is no grade. `change` is the
    change in strength of the movement, from the summary; "" if not known.
    """

    movement: str
    low: int | None
    high: int | None
    change: str


def words_of(text: str) -> list[str]:
    """Return the words of a text in lower case, without accents, each truncated to MAX_WORD."""
    bare = without_accents(unicodedata.normalize("NFKD", text).casefold())
    return [word[:MAX_WORD] for word in WORD.findall(bare)]


def search_text(record: dict[str, Any]) -> str:
    """Return the words of `texts_of`, once each, separated by spaces and truncated to MAX_TEXT."""
    words: dict[str, None] = {}
    for text in texts_of(record):
        words |= dict.fromkeys(words_of(text))
    text = " ".join(words)
    return text if len(text) <= MAX_TEXT else text[:MAX_TEXT].rpartition(" ")[0]


def texts_of(data):
    """Yield the texts in a record except keys and "not stated"; add the labels of catalogue ids."""
    if isinstance(data, dict):
        for key, child in data.items():
            if key not in STRUCTURAL:
                yield from texts_of(child)
    elif isinstance(data, list):
        for child in data:
            yield from texts_of(child)
    elif isinstance(data, str) and data not in UNSTATED:
        yield data.removeprefix(lookup.AS_TEXT)
        yield from labels().get(data, ())


@cache
def labels():
    """Return {catalogue id: set of labels}."""
    found: dict[str, set[str]] = {}
    for name, rows in lookup.TABLES.items():
        for row in rows if name not in WITHOUT_FIELD else ():
            found.setdefault(row.id, set()).add(row.label)
    return found


def terms_of(record: dict[str, Any]) -> set[tuple[str, str]]:
    """Return the (kind, value) pairs for the filters root, diagnosis (words and codes) and has."""
    diagnoses = [row for row in record.get("diagnoses", ()) if row.get("status") != "ruled_out"]
    words = {word for row in diagnoses for word in words_of(row["text"])}
    codes = {
        code for row in diagnoses for entry in row.get("codes", ()) for code in codes_of(entry)
    }
    found = {(ROOT, root) for root in roots_of(diagnoses, record.get("imaging_findings", ()))}
    found |= {(DIAGNOSIS, word) for word in words} | {(CODE, code[:MAX_TERM]) for code in codes}
    found |= {(HAS, "emg")} if record.get("needle_emg") else set()
    return found | ({(HAS, "dates")} if has_dates(record) else set())


def has_dates(record):
    """Return whether any event has a calendar date."""
    places = (row.get("placement") or {} for row in record.get("events", ()))
    return any(place.get("how") != "order" and place.get("date") for place in places)


def codes_of(entry):
    """Yield a code in plain form, and also prefixed with its system unless it already is.

    {"system": "ORPHA", "code": "98"} gives "98" and "orpha98"; "MONDO:0017362" of the system
    "MONDO" gives only "mondo0017362".
    """
    code, system = plain_code(entry.get("code", "")), plain_code(entry.get("system", ""))
    if code:
        yield code
        if not code.startswith(system):
            yield system + code


def plain_code(text):
    """Return a code in lower case without punctuation, with "orphanet" replaced by "orpha"."""
    return "".join(words_of(text)).replace("orphanet", "orpha")


def roots_of(diagnoses, findings):
    """Return the roots that a diagnosis names or an imaging finding shows to be abnormal.

    For example {"L5", "S1"}. Findings that are normal or excluded do not count.
    """
    texts = [text for row in diagnoses for text in (row["text"], row.get("site", ""))]
    named = {root for text in texts for root in roots_in(text)}
    shown = {
        row.get("structure", "").removeprefix("root_").upper()
        for row in findings
        if row.get("sign") != "normal" and row.get("certainty") != "excluded"
    }
    return (named | shown) & set(root_choices())


def roots_in(text):
    """Yield each root in a text: C5, C6 and C7 for "C5–7", but only C5 and C7 for "C5 and 7"."""
    for first, further in ROOTS.findall(text):
        last = first.upper()
        yield last
        for is_range, letter, number in FURTHER.findall(further):
            if not letter and int(number) <= int(last[1:]):
                break  # not a root, as in "L5 and 3 others"
            root = f"{letter or last[0]}{number}".upper()
            yield from roots_between(last, root) if is_range else ()
            yield root
            last = root


def roots_between(first, last):
    """Return the roots between two roots; () if one is unknown or `last` is not below `first`."""
    roots = root_choices()
    if first not in roots or last not in roots:
        return ()
    return roots[roots.index(first) + 1 : roots.index(last)]


@cache
def root_choices():
    """Return the names of all spinal roots in the catalogue, in order."""
    ids = [row.id for row in structures.ROWS if row.kind == "root"]
    roots = [id.removeprefix("root_").upper() for id in ids if id.startswith("root_")]
    return tuple(root for root in roots if ROOTS.fullmatch(root))


def grades_of(record: dict[str, Any], movements: list[dict[str, Any]]) -> list[GradeTerm]:
    """Return the different GradeTerms of the strength rows.

    `movements` is the column of the summary, which lists the change of each movement or muscle.
    """
    changes = {
        (one.get("movement") or one.get("muscle", ""), one["side"]): one["change"]
        for one in movements
    }
    found = {}
    for row in record.get("strength", ()):
        name = row.get("movement") or row.get("muscle", "")
        change = changes.get((name, row.get("side", "not_stated"))) or ""
        found[GradeTerm(name[:MAX_TERM], *ranks_of(row.get("grade")), change)] = None
    return list(found)


def ranks_of(text):
    """Return the lowest and highest rank of a grade; (None, None) if there is none."""
    try:
        grade = mrc.parse_grade(text or "")
    except ValueError:
        return None, None
    if grade.low is None:
        return None, None
    return mrc.rank(grade.low), mrc.rank(grade.high or grade.low)

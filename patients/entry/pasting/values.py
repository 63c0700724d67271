"""Split the text of a pasted cell into the values of sides and of columns."""

import re

from patients.catalogue.pasted_words import choice_of, minus_of, side_of
from patients.entry.pasting.headings import MARKS

DASH = re.compile(r"[(\[]?[-–—−][)\]]?")  # alone in a cell: absent, or nothing
IN_BRACKETS = re.compile(r"[(\[]([^()\[\]]+)[)\]]")  # the whole of a cell
_SIGNED = re.compile(r"[(\[]?(?:[0-4]?\+{1,4}|\+/[-−–]|±)[)\]]?")
_OF_BOTH = re.compile(r"n/[adt]|[^/|;\d]*[^\W\d_][^/|;\d]*", re.I)
_FLAGGED = re.compile(
    r"(?P<value>.*\d\S*?)\s*[(\[]?(?<![a-zA-Zµ/])(?P<flag>HH?|LL?|[↑↓▲▼]{1,2}|high|low)[)\]]?"
)
_REFERENCE = re.compile(
    r"(?P<value>.*?\d.*?)\s*[(\[](?:ref\.?|normal|reference|N)?:?\s*(?P<range>[<>≤≥]?\s*\d[^)\]]*)[)\]]",
    re.I,
)
_SIGN = r"(?:[0-5]\+{0,4}|\+{1,4})"
_GRADE = re.compile(rf"{_SIGN}|\+/[-−–]|±")
_PRINTED_GRADE = re.compile(  # such as "++(+)", "1-2+", "4+*" or "4+ (clonus)"
    rf"(?P<grade>\({_SIGN}\)|(?P<low>{_SIGN})(?:\(\+\)|\s?(?:[-–/]|to)\s?{_SIGN})?|\+/[-−–]|±|trace)"
    r"(?P<mark>\s?(?:[*†‡§¶#]+|\^[a-z0-9,]{1,3}))?(?:\s?[,;]?\s*(?P<aside>[^\W\d_].*|\(.+\)))?",
    re.I,
)
_RESULTS = ("present", "absent", "normal", "abnormal", "equivocal")
JOINT = "/"  # between the names of columns whose values are in one cell
_DENERVATION = ("fibrillations", "positive_sharp_waves")


def pieces_of(text):
    return [piece.strip() for piece in re.split(r"[/|;]", text)]


def split_sides(sides, text):
    """Return [(side, text)], one for each side; None if a pair of sides lacks two parts.

    Words such as "NT" or "normal" are of both sides. A side that is printed with a value, as in
    "R 4 / L 5" or "right 4", is its side.
    """
    inner = found[1] if (found := IN_BRACKETS.fullmatch(text)) else text
    text = inner if len(pieces_of(inner)) > 1 else text
    stated = [found for piece in pieces_of(text) if (found := side_before(piece))]
    if stated and len(stated) == len(pieces_of(text)):
        return stated
    if len(sides) < 2:
        return [(sides[0] if sides else "", text)]
    if _OF_BOTH.fullmatch(text):
        return [(side, text) for side in sides]
    parts = pieces_of(text)
    if len(parts) == 4 and parts[1] == parts[3] == "5":  # 4/5 / 3/5
        parts = [f"{parts[0]}/5", f"{parts[2]}/5"]
    return list(zip(sides, parts, strict=True)) if len(parts) == 2 else None


def side_before(text):
    """Return (side, value) of a text such as "right 4"; None for any other text."""
    word, _space, value = text.partition(" ")
    side = side_of(word)
    return (side, value.strip(" :=")) if side in ("right", "left") and value[:1].isdigit() else None


def split_columns(what, text):
    """Return {column: text} of a cell with the values of several columns, such as "++/0".

    One grade of fibrillations and sharp waves is of both; "present" is active denervation without a
    grade. Return {} if the cell does not have one value for each column.
    """
    columns = tuple(what.split(JOINT))
    parts = [text] if re.fullmatch(r"\+/[-−–]", text) else pieces_of(text)
    if columns == _DENERVATION and len(parts) == 1:
        if choice_of("active_denervation", text) == "yes" and not _GRADE.fullmatch(text):
            return {"active_denervation": text}
        parts = [text, text]
    if len(parts) != len(columns):
        return {}
    return {
        one: minus_of(one) if DASH.fullmatch(part) else part
        for one, part in zip(columns, parts, strict=True)
        if part
    }


def split_result(what, text):
    """Return {column: text} of a result with a flag such as "450 H", or a range in brackets."""
    parts = {}
    if found := _REFERENCE.fullmatch(text):
        text, parts["reference_range"] = found["value"], found["range"].strip()
    if found := _FLAGGED.fullmatch(text):
        text, parts["interpretation"] = found["value"].strip(), found["flag"]
    return {what: text, **parts}


def split_sign(text, name, is_reflex):
    """Return {column: text} of the result of a sign; `name` is the name of the sign as printed.

    A reflex with a grade above 0 is present; whether "++" is normal depends on the scale, so the
    grade stays as printed. An extensor plantar response is abnormal.
    """
    printed = name.casefold()
    kinds = ("babinski", "plantar") if "babinski" in printed else ("plantar",)
    is_plantar = is_reflex and any(kind in printed for kind in kinds)
    bare = MARKS.sub("", text).strip("()")
    if is_plantar and (finding := next(filter(None, (choice_of(k, bare) for k in kinds)), "")):
        is_word = text not in _RESULTS and not choice_of("finding", text)
        return {"finding": finding, **({"note": text} if is_word else {})}
    if is_reflex or "++" in text or "(+)" in text:
        if graded := read_printed_grade(text):
            return graded
    word, _space, others = MARKS.sub(" *", text).partition(" ")
    if others and is_finding(word) and not choice_of("finding", text):
        return {"finding": word, "words": text}
    inner = text.strip("()[]")
    return (
        {"finding": inner, "words": text}
        if is_finding(inner) and inner != text
        else {"finding": text}
    )


def read_printed_grade(text):
    """Return {column: text} of a grade such as "++(+)" or "4+ (clonus)"; {} for any other text.

    The grade stays as printed, with its mark. What follows it is kept in the words, and is the
    finding if it names one. A range that begins at 0 states no finding.
    """
    printed = _PRINTED_GRADE.fullmatch(text)
    if not printed:
        return {}
    grade, aside = printed["grade"], printed["aside"] or ""
    stated = aside.strip(" ()").casefold()
    if stated and is_finding(stated):
        finding = choice_of("finding", stated) or stated
    elif printed["low"] == "0" != grade:
        return {"finding": text}
    else:
        signs = {"0": "absent", "(0)": "absent", "±": "equivocal", "+/-": "equivocal"}
        finding = signs.get(re.sub("[−–]", "-", grade), "present")
    found = {"finding": finding, "grade": f"{grade}{printed['mark'] or ''}"}
    return found | ({"words": text} if aside else {})


def is_finding(word):
    return word in _RESULTS or bool(choice_of("finding", word))


def is_signed(text):
    """Whether a cell has a sign such as "++" or "±"."""
    return any(_SIGNED.fullmatch(piece) for piece in [text, *pieces_of(text)])

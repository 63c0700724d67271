"""Needle EMG vocabularies. The grades 0 to 4+ are ordinal."""

import re
from typing import Protocol

from patients.catalogue.table import parts, read


class EMGTerm(Protocol):
    """A row of emg_vocab.csv: one term of the vocabulary `field`."""

    field: str
    id: str
    label: str
    aliases: str
    ordinal: str
    abnormal: str


ROWS: tuple[EMGTerm, ...] = read("emg_vocab")
STEP = r"[0-9]+\+"  # such as "2+"
FIELDS = tuple(dict.fromkeys(row.field for row in ROWS))
BY_FIELD = {field: {row.id: row for row in ROWS if row.field == field} for field in FIELDS}
BY_ID = {f"{row.field}.{row.id}": row for row in ROWS}

# The columns of the needle EMG table, with the vocabulary of each.
COLUMNS = {
    "insertional_activity": "insertional_activity",
    "fibrillations": "fib_psw",
    "positive_sharp_waves": "fib_psw",
    "fasciculations": "fasciculation",
    "other_spontaneous": "other_spontaneous",
    "muap_amplitude": "muap_amplitude",
    "muap_duration": "muap_duration",
    "muap_polyphasia": "muap_polyphasia",
    "recruitment": "recruitment",
    "interference_pattern": "interference_pattern",
}
# Single-key shortcuts in the entry grid, in addition to unambiguous prefixes of labels.
_KEYS = {
    "fib_psw": {"1": "1+", "2": "2+", "3": "3+", "4": "4+", "+": "1+", "±": "+/-"},
    "fasciculation": {"1": "1+", "2": "2+", "3": "3+", "4": "4+", "+": "1+"},
    "muap_polyphasia": {"0": "none", "1": "1+", "2": "2+", "3": "3+", "+": "1+"},
    "insertional_activity": {"+": "increased", "-": "decreased"},
    "muap_amplitude": {"+": "increased", "-": "decreased"},
    "muap_duration": {"+": "long", "-": "short"},
    "recruitment": {
        "0": "none",
        "1": "reduced_mild",
        "2": "reduced_moderate",
        "3": "reduced_severe",
    },
    "interference_pattern": {"0": "none"},
}


def choices(field: str | None = None) -> list[tuple[str, str]]:
    """Return (code, label) pairs of one vocabulary, or ("field.code", label) pairs of all."""
    if field is None:
        return [(key, row.label) for key, row in BY_ID.items()]
    return [(row.id, row.label) for row in BY_FIELD[field].values()]


def read_cell(field: str, text: str) -> str:
    """Return the code for the text of a cell.

    The text is a code, a label, an alias, a shortcut key or an unambiguous prefix of a label.
    Raises ValueError for any other text, which the entry pages keep as free text.
    """
    rows = BY_FIELD[field]
    wanted = " ".join(text.replace("\u2212", "-").split()).casefold()
    wanted = _normalise_step(wanted)
    if wanted in rows:
        return wanted
    if key := _KEYS.get(field, {}).get(wanted):
        return key
    for row in rows.values():
        if wanted in {row.label.casefold(), *(alias.casefold() for alias in parts(row.aliases))}:
            return row.id
    matches = [
        row.id for row in rows.values() if wanted and row.label.casefold().startswith(wanted)
    ]
    if len(matches) != 1:
        raise ValueError(f"{text!r} is not in the vocabulary {field}")
    return matches[0]


def wording_to_keep(field: str, text: str) -> str:
    """Return a text that stands for an abnormal grade in other words, such as "few" for 1+; or "".

    Codes, labels, shortcuts, abbreviations of labels and words for a normal finding are not kept.
    """
    words = " ".join(text.split())
    try:
        row = BY_FIELD[field][read_cell(field, words)]
    except ValueError:
        return ""
    is_alias = words.casefold() in {alias.casefold() for alias in parts(row.aliases)}
    is_short = row.label.casefold().startswith(words.casefold())
    is_word = bool(re.search(r"[^\W\d_]{3}", words)) and not is_short
    is_normal = row.abnormal == "n" or row.ordinal == "0"
    is_other = field == "other_spontaneous"  # kinds of discharges, not grades
    return words if is_alias and is_word and not (is_normal or is_other) else ""


def is_unknown_step(field: str, text: str) -> bool:
    """Return whether a text looks like a grade, such as "5+", but is not in the vocabulary.

    Always False for a vocabulary without grades.
    """
    plain = " ".join(text.replace("\u2212", "-").split())
    is_graded = any(re.fullmatch(STEP, code) for code in BY_FIELD[field])
    if not is_graded or not re.fullmatch(rf"{STEP}|\+?[0-9]+|\+{{2,}}", plain.replace(" ", "")):
        return False
    try:
        read_cell(field, plain)
    except ValueError:
        return True
    return False


def _normalise_step(text: str) -> str:
    """Normalise a grade: "+2", "2 +" and "++" become "2+".

    Spaces are removed from any text that starts with a digit; other text is unchanged.
    """
    plain = text.replace(" ", "")
    if len(plain) == 2 and plain[0] == "+" and plain[1].isdigit():
        return plain[::-1]
    if 2 <= len(plain) <= 4 and set(plain) == {"+"}:
        return f"{len(plain)}+"
    return plain if plain[:1].isdigit() else text

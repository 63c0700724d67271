"""Find an entry of any catalogue by what a clinician types: id, label, alias, or a plural."""

import re
from functools import cache

from patients.catalogue import (
    analytes,
    care,
    emg,
    event_kinds,
    hpo,
    instruments,
    levels,
    movements,
    muscles,
    nerves,
    reflexes,
    signs,
    structures,
    treatments,
)
from patients.catalogue.table import parts

TABLES = {
    "movements": movements.ROWS,
    "muscles": muscles.ROWS,
    "nerves": nerves.ROWS,
    "reflexes": reflexes.ROWS,
    "reflex_grades": reflexes.GRADES,
    "sign_domains": signs.DOMAINS,
    "signs": signs.ROWS,
    "instruments": instruments.ROWS,
    "analytes": analytes.ROWS,
    "specimens": analytes.SPECIMENS,
    "structures": structures.ROWS,
    "levels": levels.ROWS,
    "event_kinds": event_kinds.ROWS,
    "treatment_kinds": treatments.ROWS,
    "treatments": treatments.ROWS,
    "routes": treatments.ROUTES,
    "care": care.ROWS,
    "hpo": tuple(hpo.BY_ID.values()),
    **{f"emg_{field}": tuple(rows.values()) for field, rows in emg.BY_FIELD.items()},
}
AS_TEXT = "text:"  # marks a text of the user's own, which no table has
_DASHES = str.maketrans(dict.fromkeys("\u2212\u2010\u2011\u2012\u2013\u2014", "-"))


def find(table_name: str, text: str) -> str | None:
    """The id that ``text`` means, None where nothing or more than one thing fits.

    An id is found before a label and a label before an alias. KeyError for an unknown table.
    """
    ids, labels, aliases = _names(table_name)
    if text in ids:
        return text
    for wanted in dict.fromkeys(_spellings(text)):
        for names in (labels, aliases):
            if wanted in names:
                return names[wanted]
    return None


def label(table_name: str, id: str) -> str:
    """The words of one id; its own text where the table lacks it. KeyError: unknown table."""
    row = _names(table_name)[0].get(id)
    return row.label if row else id.removeprefix(AS_TEXT)


def is_listed(table_name: str, id: str) -> bool:
    """Tell whether a table has an id: what it lacks is of the user's own, or of an older table."""
    return id in _names(table_name)[0]


def choices(table_name: str) -> list[tuple[str, str]]:
    """(id, label) of every row. KeyError for an unknown table."""
    return [(row.id, row.label) for row in TABLES[table_name]]


def _plain(text):
    return " ".join(text.translate(_DASHES).replace("_", " ").casefold().split()).rstrip(".")


def _spellings(text):
    """What was typed, then without a leading "the", a side, a kind of thing, or a plural s."""
    plain = _plain(text)
    yield plain
    bare = re.sub(r"^the ", "", plain)
    yield bare
    without = re.sub(r" (?:nerve|muscle|reflex|score|scale)s?$", "", bare)
    yield without
    for word in (bare, without):
        if word.endswith("s") and len(word) > 3:
            yield word[:-1]


@cache
def _names(table_name):
    """(rows by id, ids by label, ids by alias); a name of two rows is left out."""
    rows = TABLES[table_name]
    ids = {row.id: row for row in rows}
    labels = _unambiguous((_plain(name), row.id) for row in rows for name in (row.label, row.id))
    aliases = _unambiguous(
        (_plain(alias), row.id) for row in rows for alias in parts(getattr(row, "aliases", ""))
    )
    return ids, labels, aliases


def _unambiguous(pairs):
    found = {}
    for name, id in pairs:
        found.setdefault(name, set()).add(id)
    return {name: next(iter(fitting)) for name, fitting in found.items() if len(fitting) == 1}

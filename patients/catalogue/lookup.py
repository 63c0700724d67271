"""Find catalogue entries by the text that a clinician types: id, label, alias or plural."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Protocol

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


class CatalogueRow(Protocol):
    """A row of one of the TABLES; their `aliases` column is optional."""

    @property
    def id(self) -> str: ...

    @property
    def label(self) -> str: ...


TABLES: Mapping[str, tuple[CatalogueRow, ...]] = {
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
AS_TEXT = "text:"  # prefix of free text that is not in the table
_DASHES = str.maketrans(dict.fromkeys("\u2212\u2010\u2011\u2012\u2013\u2014", "-"))


def find(table_name: str, text: str) -> str | None:
    """Return the id that matches ``text``, or None if there is no single match.

    Ids take precedence over labels, and labels over aliases. If the text itself does not match,
    its variants without "the", a word such as "nerve", or a plural "s" are tried. Raises KeyError
    for an unknown table.
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
    """Return the label of an id, or the id without its free-text prefix if it is not in the table.

    Raises KeyError for an unknown table.
    """
    row = _names(table_name)[0].get(id)
    return row.label if row else id.removeprefix(AS_TEXT)


def is_listed(table_name: str, id: str) -> bool:
    """Return whether an id is in a table; if not, it is free text or from an older release.

    Raises KeyError for an unknown table.
    """
    return id in _names(table_name)[0]


def choices(table_name: str) -> list[tuple[str, str]]:
    """Return the (id, label) pairs of all rows. Raises KeyError for an unknown table."""
    return [(row.id, row.label) for row in TABLES[table_name]]


def _plain(text: str) -> str:
    return " ".join(text.translate(_DASHES).replace("_", " ").casefold().split()).rstrip(".")


def _spellings(text: str) -> Iterator[str]:
    """Yield the text, then variants without "the", a word such as "nerve", or a plural "s"."""
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
def _names(
    table_name: str,
) -> tuple[dict[str, CatalogueRow], dict[str, str], dict[str, str]]:
    """Return (rows by id, ids by normalised label or id, ids by alias), without ambiguous names."""
    rows = TABLES[table_name]
    ids = {row.id: row for row in rows}
    labels = _unambiguous((_plain(name), row.id) for row in rows for name in (row.label, row.id))
    aliases = _unambiguous(
        (_plain(alias), row.id) for row in rows for alias in parts(getattr(row, "aliases", ""))
    )
    return ids, labels, aliases


def _unambiguous(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, set[str]] = {}
    for name, id in pairs:
        found.setdefault(name, set()).add(id)
    return {name: next(iter(ids)) for name, ids in found.items() if len(ids) == 1}

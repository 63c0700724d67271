"""Find catalogue entries by the text that a clinician types: id, label, alias or plural."""

from collections.abc import Mapping
from functools import cache
from typing import Protocol

from patients.catalogue import (
    analytes,
    care,
    diagnoses,
    drugs,
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
    sites,
    structures,
    treatments,
    units,
)
from patients.catalogue.names import NameIndex


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
    "sites": sites.ROWS,
    "reflexes": reflexes.ROWS,
    "reflex_grades": reflexes.GRADES,
    "sign_domains": signs.DOMAINS,
    "signs": signs.ROWS,
    "instruments": instruments.ROWS,
    "analytes": analytes.ROWS,
    "specimens": analytes.SPECIMENS,
    "diagnoses": diagnoses.ROWS,
    "drugs": drugs.ROWS,
    "units": units.ROWS,
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
WITH_ALIASES = 2  # `levels` for NameIndex.find: only labels, ids and aliases


def find(table_name: str, text: str, specimen: str = "") -> str | None:
    """Return the id that matches ``text``, or None if there is no single match.

    Ids take precedence over labels, and labels over aliases. If the text itself does not match,
    its variants without "the", a word such as "nerve", or a plural "s" are tried, then other
    spellings. Analytes of the ``specimen`` are tried before all others. Raises KeyError for an
    unknown table.
    """
    groups = analytes.GROUPS.get(specimen, ()) if table_name == "analytes" else ()
    indexes = [_index(table_name, group) for group in (groups[:1], groups) if group]
    for index in indexes:
        if found := index.find(text):
            return found
    return text if text in _ids(table_name) else _index(table_name).find(text)


def find_graded(text: str) -> tuple[str, str] | None:
    """Return ("movement" or "muscle", id) for the name of a row of the strength table.

    Names of movements come first, then names of muscles, then the muscle names of movements.
    """
    movement = _index("movements").find(text, WITH_ALIASES)
    if not movement and (muscle := find("muscles", text)):
        return "muscle", muscle
    movement = movement or find("movements", text)
    return ("movement", movement) if movement else None


def is_of_muscle(movement_name: str) -> bool:
    """Return whether a name finds a movement only because it is the name of a muscle."""
    return _index("movements").find(movement_name, WITH_ALIASES) is None


def row_of(table_name: str, id: str) -> CatalogueRow | None:
    """Return the row of an id, or None. Raises KeyError for an unknown table."""
    return _ids(table_name).get(id)


def label(table_name: str, id: str) -> str:
    """Return the label of an id, or the id without its free-text prefix if it is not in the table.

    Raises KeyError for an unknown table.
    """
    row = row_of(table_name, id)
    return row.label if row else id.removeprefix(AS_TEXT)


def is_listed(table_name: str, id: str) -> bool:
    """Return whether an id is in a table; if not, it is free text or from an older release.

    Raises KeyError for an unknown table.
    """
    return id in _ids(table_name)


def choices(table_name: str) -> list[tuple[str, str]]:
    """Return the (id, label) pairs of all rows. Raises KeyError for an unknown table."""
    return [(row.id, row.label) for row in TABLES[table_name]]


@cache
def _ids(table_name: str) -> dict[str, CatalogueRow]:
    return {row.id: row for row in TABLES[table_name]}


@cache
def _index(table_name: str, groups: tuple[str, ...] = ()) -> NameIndex:
    """Return the NameIndex of a table, or only of the analytes in ``groups``."""
    rows = TABLES[table_name]
    return NameIndex([row for row in rows if not groups or getattr(row, "specimen", "") in groups])

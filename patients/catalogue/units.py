"""Units of measurement: how they are written, and their UCUM codes.

A value keeps its unit as written; the UCUM code shows which spellings mean the same unit.
"""

from functools import cache

from patients.catalogue.names import NameIndex, names_of
from patients.catalogue.table import index, read

ROWS = read("units")
BY_ID = index(ROWS)


def ucum(unit: str | None) -> str | None:
    """Return the UCUM code of a unit as written, such as "ug" for "mcg"; None if unknown."""
    return _index().find(unit) if unit else None


def names() -> tuple[str, ...]:
    """Return every spelling of every unit."""
    return tuple(dict.fromkeys(name for row in ROWS for name in names_of(row)))


@cache
def _index() -> NameIndex:
    return NameIndex(ROWS)

"""Units of measurement: how they are written, and their UCUM codes.

A value keeps its unit as written; the UCUM code shows which spellings mean the same unit.
"""

from functools import cache

from patients.catalogue.table import index, parts, read

ROWS = read("units")
BY_ID = index(ROWS)


def ucum(unit: str | None) -> str | None:
    """Return the UCUM code of a unit as written, such as "ug" for "mcg"; None if unknown.

    Letters are compared exactly first, because "mg" and "Mg" differ; then without case, if only
    one unit matches.
    """
    if not unit:
        return None
    text = unit.strip()
    exact = _by_spelling().get(text)
    if exact:
        return exact
    folded = {code for name, code in _by_spelling().items() if name.casefold() == text.casefold()}
    return folded.pop() if len(folded) == 1 else None


def names() -> tuple[str, ...]:
    """Return every spelling of every unit."""
    return tuple(_by_spelling())


@cache
def _by_spelling() -> dict[str, str]:
    found: dict[str, str] = {}
    for row in ROWS:
        for name in (row.label, *parts(row.aliases), row.id):
            found.setdefault(name, row.id)
    return found

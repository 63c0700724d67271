"""Helpers for the tables: visits as columns, catalogue labels, and merging left and right."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from patients.models import CaseRow, Side, Visit
from patients.models.printed import shown_entry

OTHER_SIDE = {Side.LEFT: Side.RIGHT, Side.RIGHT: Side.LEFT}


def visits_of(rows: Iterable[CaseRow], visits: Sequence[Visit]) -> tuple[Visit | None, ...]:
    """Return the visits that have rows, in order; then None if any row has no visit."""
    used = {id(row.visit) for row in rows if row.visit}
    found = tuple(visit for visit in visits if id(visit) in used)
    return found + ((None,) if any(row.visit is None for row in rows) else ())


def group(rows: Iterable[Any], key: Callable) -> dict:
    """Return {key: rows}, in order of first appearance."""
    found = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return found


def by_visit(rows: Iterable[CaseRow], visits: Sequence[Visit | None]) -> tuple[CaseRow | None, ...]:
    """Return the first row of each visit, or None for a visit without rows."""
    found = {}
    for row in rows:
        found.setdefault(visit_key(row.visit), row)
    return tuple(found.get(visit_key(visit)) for visit in visits)


def visit_key(visit: Visit | None) -> str | None:
    return visit.key if visit else None


def label(row: CaseRow, name: str) -> str:
    """Return the catalogue entry in a column as printed or by its label, or the user's own text."""
    return shown_entry(row, row._meta.get_field(name))


def identity(row: CaseRow, names: Sequence[str]) -> tuple:
    """Return the values of the named columns as a dict key; a visit is represented by its key."""
    return tuple(visit_key(row.visit) if name == "visit" else getattr(row, name) for name in names)


def merge_sides(rows: Sequence[CaseRow], same: Sequence[str]) -> list[tuple[str, CaseRow]]:
    """Return (side, row) pairs, with left and right merged if their columns `same` are equal."""
    by_side = group(rows, lambda row: (row.side, identity(row, same)))
    merged, used = [], set()
    for row in rows:
        if id(row) not in used:
            twins = by_side.get((OTHER_SIDE.get(row.side), identity(row, same)), [])
            twin = next((twin for twin in twins if id(twin) not in used), None)
            used |= {id(row), id(twin)}
            merged.append((row.side if twin is None else Side.BOTH.value, row))
    return merged

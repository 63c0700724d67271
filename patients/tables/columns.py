"""What the tables share: visits as columns, labels of the catalogue, both sides in one row."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from patients.models import CaseRow, Side, Visit

OTHER_SIDE = {Side.LEFT: Side.RIGHT, Side.RIGHT: Side.LEFT}


def visits_of(rows: Iterable[CaseRow], visits: Sequence[Visit]) -> tuple[Visit | None, ...]:
    """The visits that hold any of the rows, in their order; None last, for rows of no visit."""
    used = {id(row.visit) for row in rows if row.visit}
    found = tuple(visit for visit in visits if id(visit) in used)
    return found + ((None,) if any(row.visit is None for row in rows) else ())


def group(rows: Iterable[Any], key: Callable) -> dict:
    """Rows by what `key` says of each, in order of first appearance."""
    found = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return found


def by_visit(rows: Iterable[CaseRow], visits: Sequence[Visit | None]) -> tuple[CaseRow | None, ...]:
    """One row for each visit, the first where there are several; None where there is none."""
    found = {}
    for row in rows:
        found.setdefault(visit_key(row.visit), row)
    return tuple(found.get(visit_key(visit)) for visit in visits)


def visit_key(visit: Visit | None) -> str | None:
    return visit.key if visit else None


def label(row: CaseRow, name: str) -> str:
    """The words of a catalogue column; a text of the user's own as it stands."""
    return row._meta.get_field(name).label(getattr(row, name))


def identity(row: CaseRow, names: Sequence[str]) -> tuple:
    """What the named columns hold, as a key; a visit by its own key."""
    return tuple(visit_key(row.visit) if name == "visit" else getattr(row, name) for name in names)


def merge_sides(rows: Sequence[CaseRow], same: Sequence[str]) -> list[tuple[str, CaseRow]]:
    """(side, row) with left and right put in one row where all that `same` names is equal."""
    waiting = group(rows, lambda row: (row.side, identity(row, same)))
    merged, taken = [], set()
    for row in rows:
        if id(row) not in taken:
            twins = waiting.get((OTHER_SIDE.get(row.side), identity(row, same)), [])
            twin = next((twin for twin in twins if id(twin) not in taken), None)
            taken |= {id(row), id(twin)}
            merged.append((row.side if twin is None else Side.BOTH.value, row))
    return merged

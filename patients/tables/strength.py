"""The strength table: rows by movement or muscle and side, a column per visit, and the change."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from patients.catalogue import mrc
from patients.catalogue.mrc import Grade
from patients.models import Side, StrengthScore, Visit
from patients.reasoning.strength import direction
from patients.tables.columns import by_visit, group, label, visits_of

SIDE_ORDER = (Side.LEFT, Side.RIGHT, Side.BOTH, Side.MIDLINE, Side.NOT_STATED)


@dataclass(frozen=True)
class StrengthRow:
    """One movement or muscle on one side; `grades` has one item per visit, None if ungraded.

    `change` is "better", "worse" or "same", from the `first` to the `last` visit with a grade, or
    None if there are no two such visits or their grades cannot be compared. It has no size,
    because grades are ordinal.
    """

    movement: str
    muscle: str
    label: str
    side: str
    grades: tuple[Grade | None, ...]
    first: Visit | None
    last: Visit | None
    change: str | None


@dataclass(frozen=True)
class Movement:
    """One line of the table: a movement or muscle, with a row or None for each of its sides."""

    label: str
    sides: tuple[StrengthRow | None, ...]

    @property
    def changes(self) -> tuple[str | None, ...]:
        return tuple(row.change for row in self.sides if row)


@dataclass(frozen=True)
class StrengthTable:
    """Rows in the order of entry; `visits` are the columns, `sides` the sides that have rows.

    The last of `visits` is None if any row has no visit.
    """

    visits: tuple[Visit | None, ...]
    sides: tuple[str, ...]
    rows: tuple[StrengthRow, ...]

    @property
    def is_compared(self) -> bool:
        """Whether there are at least two visits to compare."""
        return len([visit for visit in self.visits if visit]) > 1

    @property
    def counts(self) -> Counter:
        """The number of rows for each change; None counts rows that are not comparable."""
        return Counter(row.change for row in self.rows)

    @property
    def movements(self) -> tuple[Movement, ...]:
        """The rows grouped by movement or muscle, with a row or None for each side."""
        found = group(self.rows, lambda row: (row.movement, row.muscle))
        return tuple(
            Movement(rows[0].label, tuple(pick(rows, side) for side in self.sides))
            for rows in found.values()
        )

    @property
    def grades_used(self) -> tuple[str, ...]:
        """Every grade in the table, including both ends of intervals, lowest first."""
        grades = [grade for row in self.rows for grade in row.grades if grade]
        used = {end for grade in grades for end in (grade.low, grade.high) if end}
        return tuple(sorted(used, key=mrc.rank))


def strength_table(rows: Sequence[StrengthScore], visits: Sequence[Visit]) -> StrengthTable:
    """Return the strength table; visits without strength rows have no column."""
    columns = visits_of(rows, visits)
    found = group(rows, lambda row: (row.movement, row.muscle, row.side))
    sides = dict.fromkeys(side for _movement, _muscle, side in found)
    known = [side for side in SIDE_ORDER if side in sides]
    return StrengthTable(
        columns,
        (*known, *(side for side in sides if side not in SIDE_ORDER)),
        tuple(make_row(scores, columns) for scores in found.values()),
    )


def between_visits(rows: Sequence[StrengthScore], before: Visit, after: Visit) -> StrengthTable:
    """Return the table of two visits, in the given order."""
    keys = {before.key, after.key}
    return strength_table(
        [row for row in rows if row.visit and row.visit.key in keys], (before, after)
    )


def make_row(scores, columns):
    grades = tuple(score.grade if score else None for score in by_visit(scores, columns))
    row = scores[0]
    named = row.printed_label or label(row, "movement" if row.movement else "muscle")
    ends = first_and_last(grades, columns)
    return StrengthRow(row.movement, row.muscle, named, row.side, grades, *ends)


def first_and_last(grades, columns):
    """Return (first graded visit, last graded visit, change); three Nones if fewer than two."""
    graded = [pair for pair in zip(columns, grades, strict=True) if all(pair)]
    if len(graded) < 2:
        return None, None, None
    (first, before), (last, after) = graded[0], graded[-1]
    return first, last, direction(before, after)


def pick(rows, side):
    return next((row for row in rows if row.side == side), None)

"""The direction of change between two MRC grades, and the sum score of twelve muscle groups.

Grades are ordinal: a change has a direction but no size. A sum score needs a grade for all of its
groups; a group that was not tested is missing, never 0.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from patients.catalogue import movements, mrc
from patients.catalogue.mrc import Grade
from patients.reasoning.rows import GradedRow

SUM_MOVEMENTS = tuple(row.id for row in movements.ROWS if row.in_mrc_sum_score == "y")
SUM_SIDES = ("left", "right")
MAX_PER_GROUP = 5
SUM_MAXIMUM = len(SUM_MOVEMENTS) * len(SUM_SIDES) * MAX_PER_GROUP
SUM_SOURCE = (
    "Six movements on both sides, 0 to 5 each: standard teaching, used with a cut-off of 48 for "
    "weakness acquired in intensive care (Connolly 2013). A grade with + or − counts as its whole "
    "grade: a choice of this project."
)
# Reasons why a group is missing from a sum score.
REASONS = {
    "not_recorded": "not recorded",
    **mrc.STATES,
    "interval": "an interval across two whole grades",
    "word": "not an MRC grade",
}


@dataclass(frozen=True)
class MissingGroup:
    """A group without a usable grade; `why` is a key of REASONS."""

    movement: str
    side: str
    why: str


@dataclass(frozen=True)
class SumScore:
    """The sum score at one visit; `total` is None if any group is missing."""

    visit: str | None
    total: int | None
    missing: tuple[MissingGroup, ...]

    @property
    def graded(self) -> int:
        """How many of the twelve groups have a usable grade."""
        return len(SUM_MOVEMENTS) * len(SUM_SIDES) - len(self.missing)


def direction(before: Grade | None, after: Grade | None) -> str | None:
    """Return "better", "worse" or "same"; None if the grades cannot be compared."""
    return mrc.compare(before, after) if before and after else None


def sum_score(rows: Iterable[GradedRow], visit: str | None) -> SumScore:
    """Compute the MRC sum score at one visit; a row for both sides counts on each side."""
    grades: dict[tuple[str, str], Grade | None] = {}
    for row in rows:
        if visit_key(row) == visit:
            for side in SUM_SIDES if row.side == "both" else (str(row.side),):
                grades.setdefault((row.movement, side), row.grade)
    groups = [(movement, side) for movement in SUM_MOVEMENTS for side in SUM_SIDES]
    missing = tuple(
        MissingGroup(*group, why) for group in groups if (why := why_uncounted(grades.get(group)))
    )
    total = None if missing else sum(whole_grade(grades[group]) or 0 for group in groups)
    return SumScore(visit, total, missing)


def sum_scores(rows: Sequence[GradedRow], visits: Iterable[str | None]) -> tuple[SumScore, ...]:
    """Compute the sum score at each visit; ``visits`` are visit keys."""
    return tuple(sum_score(rows, visit) for visit in visits)


def why_uncounted(grade: Grade | None) -> str:
    """Return why a grade cannot be counted, as a key of REASONS; "" if it can."""
    if grade is None:
        return "not_recorded"
    if grade.state:
        return grade.state
    if grade.word:
        return "word"
    return "" if whole_grade(grade) is not None else "interval"


def whole_grade(grade: Grade | None) -> int | None:
    """Return the digit of a grade: 3 for "3-" and "3- to 3+", None for "2 to 3" or no grade."""
    if grade is None or grade.low is None:
        return None
    low, high = mrc.BY_ID[grade.low].base, mrc.BY_ID[grade.high or grade.low].base
    return int(low) if low == high else None


def visit_key(row: GradedRow) -> str | None:
    return row.visit.key if row.visit else None


def sum_score_as_data(score: SumScore) -> dict[str, Any]:
    """Return a sum score as JSON-serialisable data; "sum" is None if a group is missing."""
    return {
        "visit": score.visit,
        "sum": score.total,
        "maximum": SUM_MAXIMUM,
        "missing": [
            {"movement": one.movement, "side": one.side, "why": one.why} for one in score.missing
        ],
        "source": SUM_SOURCE,
    }

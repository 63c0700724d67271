"""What two gradings say of each other, and the sum score of twelve muscle groups.

Grades are ordinal: a change has a direction and never a number of steps. A sum score is there only
where every one of its groups has a grade; a group that was not tested is missing, never 0.

Rows are duck-typed: `movement`, `muscle`, `side`, `visit` (with a `key`, or None) and `grade`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from patients.catalogue import movements, mrc
from patients.catalogue.mrc import Grade

SUM_MOVEMENTS = tuple(row.id for row in movements.ROWS if row.in_mrc_sum_score == "y")
SUM_SIDES = ("left", "right")
MOST_PER_GROUP = 5
SUM_MAXIMUM = len(SUM_MOVEMENTS) * len(SUM_SIDES) * MOST_PER_GROUP
SUM_SOURCE = (
    "Six movements of both sides, 0 to 5 each: standard teaching, used with a cut-off of 48 for "
    "weakness acquired in intensive care (Connolly 2013). A grade with + or − counts as its whole "
    "grade: a model of this project."
)
# Why a group is missing from a sum score.
REASONS = {
    "not_recorded": "not recorded",
    **mrc.STATES,
    "interval": "an interval over two whole grades",
}


@dataclass(frozen=True)
class MissingGroup:
    """A group without which there is no sum score; `why` is a key of REASONS."""

    movement: str
    side: str
    why: str


@dataclass(frozen=True)
class SumScore:
    """The sum score at one visit; `total` is None where `missing` says what is not there."""

    visit: str | None
    total: int | None
    missing: tuple[MissingGroup, ...]

    @property
    def graded(self) -> int:
        """How many of the twelve groups can be counted."""
        return len(SUM_MOVEMENTS) * len(SUM_SIDES) - len(self.missing)


def direction(before: Grade | None, after: Grade | None) -> str | None:
    """ "better", "worse" or "same" by rank; None where the two can't be compared."""
    return mrc.compare(before, after) if before and after else None


def sum_score(rows: Iterable[Any], visit: str | None) -> SumScore:
    """The MRC sum score at one visit; a row of both sides counts on either side."""
    grades = {}
    for row in rows:
        if visit_key(row) == visit:
            for side in SUM_SIDES if row.side == "both" else (str(row.side),):
                grades.setdefault((row.movement, side), row.grade)
    groups = [(movement, side) for movement in SUM_MOVEMENTS for side in SUM_SIDES]
    missing = tuple(
        MissingGroup(*group, why) for group in groups if (why := why_uncounted(grades.get(group)))
    )
    total = None if missing else sum(whole_grade(grades[group]) for group in groups)
    return SumScore(visit, total, missing)


def sum_scores(rows: Sequence[Any], visits: Iterable[str | None]) -> tuple[SumScore, ...]:
    """The sum score at each visit, given by its key."""
    return tuple(sum_score(rows, visit) for visit in visits)


def why_uncounted(grade: Grade | None) -> str:
    """Why a grade has no place in a sum, as a key of REASONS; "" where it has."""
    if grade is None:
        return "not_recorded"
    if grade.state:
        return grade.state
    return "" if whole_grade(grade) is not None else "interval"


def whole_grade(grade: Grade) -> int | None:
    """The digit of a grade: 3 of "3-" and of "3- to 3+"; None of "2 to 3"."""
    low, high = mrc.BY_ID[grade.low].base, mrc.BY_ID[grade.high or grade.low].base
    return int(low) if low == high else None


def visit_key(row: Any) -> str | None:
    return row.visit.key if row.visit else None


def sum_score_as_data(score: SumScore) -> dict:
    """A sum score as plain JSON: null with what is missing, or a whole number."""
    return {
        "visit": score.visit,
        "sum": score.total,
        "maximum": SUM_MAXIMUM,
        "missing": [
            {"movement": one.movement, "side": one.side, "why": one.why} for one in score.missing
        ],
        "source": SUM_SOURCE,
    }

"""What two gradings say of each other, and the sum score of twelve muscle groups.

Grades are ordinal: a change has a direction and never a number of steps. A sum score is there only
where every one of its groups has a grade; a group that was not tested is missing, never 0.

Rows are duck-typed: `movement`, `muscle`, `side`, `visit` (with a `key`, or None) and `grade`.
"""

from collections import Counter
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
# Why two gradings can't be compared, and why a group is missing from a sum score.
REASONS = {
    "not_recorded": "not recorded",
    **mrc.STATES,
    "overlap": "the intervals overlap",
    "interval": "an interval over two whole grades",
}


@dataclass(frozen=True)
class Change:
    """One movement or muscle of one side from one visit to another.

    `direction` is "better", "worse" or "same"; None where the two can't be compared, and then
    `reason` is a key of REASONS.
    """

    movement: str
    muscle: str
    side: str
    before: Grade | None
    after: Grade | None
    direction: str | None
    reason: str = ""


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


def why_open(before: Grade | None, after: Grade | None) -> str:
    """Why two gradings can't be compared, as a key of REASONS; "" where they can."""
    if direction(before, after):
        return ""
    if not before or not after:
        return "not_recorded"
    return before.state or after.state or "overlap"


def changes(rows: Iterable[Any], before: str | None, after: str | None) -> tuple[Change, ...]:
    """The change of all that was graded at either of two visits (their keys), in order of entry."""
    found: dict = {}
    for row in rows:
        if visit_key(row) in (before, after):
            grades = found.setdefault((row.movement, row.muscle, str(row.side)), {})
            grades.setdefault(visit_key(row), row.grade)
    return tuple(
        Change(*identity, *pair, direction(*pair), why_open(*pair))
        for identity, grades in found.items()
        for pair in [(grades.get(before), grades.get(after))]
    )


def count_directions(found: Iterable[Change]) -> Counter:
    """How many are better, worse, the same, or not comparable (None)."""
    return Counter(change.direction for change in found)


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


def change_as_data(change: Change) -> dict:
    """A change as plain JSON; grades in their canonical text."""
    named = {"movement": change.movement} if change.movement else {"muscle": change.muscle}
    return {
        **named,
        "side": change.side,
        "before": change.before.text if change.before else None,
        "after": change.after.text if change.after else None,
        "change": change.direction,
        **({"reason": change.reason} if change.reason else {}),
    }


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

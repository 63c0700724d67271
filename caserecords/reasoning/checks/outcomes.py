"""Rules that compare the stated outcome of strength with the grades and their change."""

import re
from collections import Counter

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from caserecords.reasoning.checks.finding import CONTRADICTION, CheckFinding, Rule
from caserecords.reasoning.checks.sides import weak
from caserecords.reasoning.row_references import refer_to, refer_to_rows
from patients.models.course import Direction
from patients.tables.strength import between_visits

OF_STRENGTH = re.compile(r"\b(?:strength|weakness|power|motor|paresis|palsy|muscle)\b", re.I)


def outcomes_of_strength(record):
    return [row for row in record.outcomes if row.visit and OF_STRENGTH.search(row.domain)]


def grades_at(record, visit):
    return {
        (row.movement, row.muscle, row.side): row for row in record.strength if row.visit is visit
    }


def earlier_visits(record, visit):
    """Return, in order, the visits before `visit` that have grades."""
    before = record.visits[: next(n for n, one in enumerate(record.visits) if one is visit)]
    return [one for one in before if grades_at(record, one)]


def changes(record, before, after):
    """Return a Counter of the changes (better, worse, same) between two visits."""
    counts = between_visits(record.strength, before, after).counts
    return Counter({change: count for change, count in counts.items() if change})


def contradicts(direction, counts):
    """Return whether the counts of changes contradict the direction of an outcome."""
    if not counts:
        return False
    if direction == Direction.IMPROVED:
        return not counts["better"]
    if direction == Direction.WORSENED:
        return not counts["worse"]
    if direction == Direction.UNCHANGED:
        return not counts["same"] and len(counts) == 1
    return False


def outcome_against_change(record):
    """An outcome whose direction is contradicted by the change in grades.

    It is recorded as improved although no grade is better, as worsened although none is worse, or
    as unchanged although all changed in the same direction. This must apply both to the change
    since the first graded visit and to the change since the previous one.
    """
    for row in outcomes_of_strength(record):
        before = earlier_visits(record, row.visit)
        compared = [changes(record, one, row.visit) for one in (*before[:1], *before[-1:])]
        if compared and all(contradicts(row.direction, counts) for counts in compared):
            counts = compared[0]
            values = {
                "domain": row.domain,
                "direction": row.get_direction_display(),
                "better": counts["better"],
                "worse": counts["worse"],
                "same": counts["same"],
            }
            message = _(
                "“%(domain)s” is recorded as %(direction)s, but the grades changed as follows: "
                "%(better)s better, %(worse)s worse, %(same)s the same."
            )
            yield CheckFinding(
                message % values,
                (
                    refer_to(record, row),
                    *refer_to_rows(record, grades_at(record, row.visit).values()),
                ),
                (row.domain, row.direction, sorted(counts.items())),
            )


def resolved_but_weak(record):
    """A weakness recorded as resolved at a visit with a grade below 5."""
    for row in outcomes_of_strength(record):
        still = [one for one in grades_at(record, row.visit).values() if weak(one)]
        if row.direction == Direction.RESOLVED and still:
            values = {"domain": row.domain, "visit": row.visit.label, "n": len(still)}
            message = _(
                "“%(domain)s” is recorded as resolved, but the number of grades below 5 at "
                "“%(visit)s” is %(n)s."
            )
            yield CheckFinding(
                message % values,
                refer_to_rows(record, [row, *still]),
                (row.domain, row.visit.label, sorted(str(one) for one in still)),
            )


RULES = (
    Rule(
        "outcome-change",
        CONTRADICTION,
        gettext_lazy("Stated outcome does not match the change in strength"),
        gettext_lazy("Correct the direction of the outcome, or the grades."),
        outcome_against_change,
    ),
    Rule(
        "outcome-resolved",
        CONTRADICTION,
        gettext_lazy("Weakness recorded as resolved, but some grades are below 5"),
        gettext_lazy("Change the outcome to “improved”, or correct the grades."),
        resolved_but_weak,
    ),
)

"""Consistency checks of a record: contradictions, doubts and gaps.

Each Rule in RULES has a pure function that yields CheckFindings from a CaseRecord. Accepting a
check stores a discrepancy with the reason, and with the check's key in `settles`. If the facts
change, so does the key, and the check is open again.
"""

from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import get_language

from caserecords.reasoning.checks import (
    chronology,
    codes,
    doses,
    electrodiagnosis,
    figures,
    grades,
    laboratory,
    outcomes,
    panels,
    repeats,
    sides,
    unrecognised,
    unstated_sides,
)
from caserecords.reasoning.checks.finding import SEVERITIES, Check, make_check
from patients.models import Discrepancy

RULES = (
    *panels.RULES,
    *figures.RULES,
    *sides.RULES,
    *unstated_sides.RULES,
    *grades.RULES,
    *chronology.RULES,
    *doses.RULES,
    *outcomes.RULES,
    *electrodiagnosis.RULES,
    *laboratory.RULES,
    *unrecognised.RULES,
    *codes.RULES,
    *repeats.RULES,
)
CACHED = 64  # maximum number of records per process
__all__ = ["RULES", "SEVERITIES", "Check", "Review", "Settled", "check", "review"]


@dataclass(frozen=True)
class Settled:
    """An accepted check; `row` is the discrepancy with the reason."""

    check: Check
    row: Discrepancy

    @property
    def reason(self):
        return self.row.reading

    def as_data(self):
        return self.check.as_data() | {"reason": self.reason}


@dataclass(frozen=True)
class Review:
    """The open and the accepted checks of a record."""

    open: tuple[Check, ...]
    settled: tuple[Settled, ...]

    def as_data(self):
        return {
            "open": [one.as_data() for one in self.open],
            "settled": [one.as_data() for one in self.settled],
            "rules": [{"id": rule.id, "title": str(rule.title)} for rule in RULES],
        }


def check(record) -> tuple[Check, ...]:
    """Return all checks of a record, most severe first, without duplicates."""
    found = {}
    for _rule, checks in zip(RULES, checks_by_rule(record), strict=True):
        for one in checks:
            found.setdefault(one.key, one)
    order = list(SEVERITIES)
    return tuple(sorted(found.values(), key=lambda one: order.index(one.severity)))


def checks_by_rule(record):
    """Return the checks of each rule, in the order of RULES.

    The checks of rules that do not read images are cached.
    """
    of_record = checks_of_record(get_language(), record.without_parts or record)
    return [
        find_checks(rule, record) if rule.of_images else known
        for rule, known in zip(RULES, of_record, strict=True)
    ]


@lru_cache(maxsize=CACHED)
def checks_of_record(_language, record):
    return tuple(() if rule.of_images else find_checks(rule, record) for rule in RULES)


def find_checks(rule, record):
    return tuple(make_check(rule, one) for one in rule.find(record))


def review(record) -> Review:
    """Return the checks of a record, separated into open and accepted."""
    accepted = {row.settles: row for row in record.discrepancies if row.settles}
    found = check(record)
    return Review(
        tuple(one for one in found if one.key not in accepted),
        tuple(Settled(one, accepted[one.key]) for one in found if one.key in accepted),
    )

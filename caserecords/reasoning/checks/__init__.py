"""The record checked against itself: pure rules over a CaseRecord, each short and with its words.

A rule is a function of the record that yields Findings; RULES is the registry. A check that was
accepted with a reason is a discrepancy whose `settles` holds its key; when the facts change, so
does the key, and the check is open again.
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
    *codes.RULES,
    *repeats.RULES,
)
KEPT = 64  # records whose checks a process keeps
__all__ = ["RULES", "SEVERITIES", "Check", "Review", "Settled", "check", "review"]


@dataclass(frozen=True)
class Settled:
    """A check that was accepted: `row` is the discrepancy that says why."""

    check: Check
    row: Discrepancy

    @property
    def reason(self):
        return self.row.reading

    def as_data(self):
        return self.check.as_data() | {"reason": self.reason}


@dataclass(frozen=True)
class Review:
    """The checks of a record: those that are open, and those that were settled."""

    open: tuple[Check, ...]
    settled: tuple[Settled, ...]

    def as_data(self):
        return {
            "open": [one.as_data() for one in self.open],
            "settled": [one.as_data() for one in self.settled],
            "rules": [{"id": rule.id, "title": str(rule.title)} for rule in RULES],
        }


def check(record) -> tuple[Check, ...]:
    """Return every check of a record, the gravest first, each once."""
    found = {}
    for _rule, checks in zip(RULES, checks_by_rule(record), strict=True):
        for one in checks:
            found.setdefault(one.key, one)
    order = list(SEVERITIES)
    return tuple(sorted(found.values(), key=lambda one: order.index(one.severity)))


def checks_by_rule(record):
    """Return the checks of each rule; those that need no images are found once for a record."""
    of_record = checks_of_record(get_language(), record.without_parts or record)
    return [
        find_checks(rule, record) if rule.of_images else known
        for rule, known in zip(RULES, of_record, strict=True)
    ]


@lru_cache(maxsize=KEPT)
def checks_of_record(_language, record):
    return tuple(() if rule.of_images else find_checks(rule, record) for rule in RULES)


def find_checks(rule, record):
    return tuple(make_check(rule, one) for one in rule.find(record))


def review(record) -> Review:
    """Return the checks of a record, those that were accepted apart with their reason."""
    accepted = {row.settles: row for row in record.discrepancies if row.settles}
    found = check(record)
    return Review(
        tuple(one for one in found if one.key not in accepted),
        tuple(Settled(one, accepted[one.key]) for one in found if one.key in accepted),
    )

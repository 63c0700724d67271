"""The whole reasoning over a case: for its pages, and under `computed` of its document."""

from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import get_language, override

from caserecords.reasoning.care.checklist import Checklist, care
from caserecords.reasoning.checks import Review, review
from caserecords.reasoning.concordance import Concordance, compare_tests
from patients.reasoning.localisation import Localisation, localise
from patients.reasoning.strength import sum_score_as_data, sum_scores
from patients.tables.conduction_reasoning import conduction_reasoning

KEPT = 32  # versions whose reasoning a process keeps
CANDIDATES = 3  # of each side in the document; the API tells more


@dataclass(frozen=True)
class Reasoning:
    """What the pages show of a case, but for what depends on the team that keeps it."""

    localisation: Localisation
    concordance: Concordance
    checks: Review
    care: Checklist


def reason_over(record):
    """Return the Reasoning over a record; of a record that is read again, the one found before."""
    return reason_in(get_language(), record)


@lru_cache(maxsize=KEPT)
def reason_in(_language, record):
    found = localise(record)
    return Reasoning(found, compare_tests(record, found), review(record), care(record))


def reason(record):
    """Return {key: plain JSON} of a record.

    It follows from the record and the tables alone, and so in one language, whoever saves.
    """
    with override("en"):
        found = localise(record)
        visits = [visit.key for visit in record.visits]
        return {
            "sum_scores": [sum_score_as_data(one) for one in sum_scores(record.strength, visits)],
            "conduction": conduction_reasoning(record).as_data(),
            "localisation": found.as_data(CANDIDATES),
            "concordance": compare_tests(record, found).as_data(),
            "checks": review(record).as_data(),
            "care": care(record).as_data(),
        }


def summarise(record):
    """Return what a case's summary says of its checks."""
    return {"open_checks": len(review(record).open)}

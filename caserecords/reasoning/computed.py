"""All reasoning about a case, for its pages and for `computed` in its document."""

from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import get_language, override

from caserecords.reasoning.care.checklist import Checklist, care
from caserecords.reasoning.checks import Review, review
from caserecords.reasoning.concordance import Concordance, compare_tests
from patients.reasoning.localisation import Localisation, localise
from patients.reasoning.strength import sum_score_as_data, sum_scores
from patients.tables.conduction_reasoning import conduction_reasoning

CACHED = 32  # maximum number of cached results per process
CANDIDATES = 3  # maximum number per side in the document; the API returns more


@dataclass(frozen=True)
class Reasoning:
    """The reasoning shown on the pages of a case, except what depends on its team's limits."""

    localisation: Localisation
    concordance: Concordance
    checks: Review
    care: Checklist


def reason_over(record):
    """Return the Reasoning about a record in the active language, from a cache if possible."""
    return reason_in(get_language(), record)


@lru_cache(maxsize=CACHED)
def reason_in(_language, record):
    found = localise(record)
    return Reasoning(found, compare_tests(record, found), review(record), care(record))


def reason(record):
    """Return {key: JSON data} for `computed` in the document of a record.

    The texts are always in English, so that the result depends only on the record and catalogues.
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
    """Return the fields of a case's summary that come from its checks."""
    return {"open_checks": len(review(record).open)}

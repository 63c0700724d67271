"""What the reasoning adds under `computed` of the case document."""

from django.utils.translation import override

from caserecords.reasoning.care import care
from caserecords.reasoning.checks import review
from caserecords.reasoning.concordance import compare_tests
from patients.reasoning.localisation import localise
from patients.reasoning.nerve_conduction import conduction_reasoning
from patients.reasoning.strength import sum_score_as_data, sum_scores

CANDIDATES = 3  # of each side in the document; the API tells more


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
            "care": [part.as_data() for part in care(record)],
        }

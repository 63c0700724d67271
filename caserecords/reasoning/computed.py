"""What the reasoning adds under `computed` of the case document."""

from caserecords.reasoning.concordance import compare_tests
from patients.reasoning.localisation import localise


def reason(record):
    """Return {key: plain JSON} of a record; it follows from the record and the tables alone."""
    found = localise(record)
    return {
        "localisation": found.as_data(),
        "concordance": compare_tests(record, found).as_data(),
    }

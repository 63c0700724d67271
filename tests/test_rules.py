"""Computed results change only if the version of the rules changes."""

import hashlib
import json

import pytest

from patients.record.computed import RULES, compute
from patients.record.document import build, to_bytes
from tests.test_releases import DOCUMENTS

# The version of the rules, and the hash of their results for all released documents. If the test
# fails after an intended change, increase patients.record.computed.RULES and update both values.
KNOWN = ("7", "2a774b3af08762feb4d391952fd6b2fb264bd0878964faa060993d2ff633ee20")


@pytest.mark.django_db
def test_computed_results_change_only_with_the_rules_version():
    found = hashlib.sha256()
    for path in DOCUMENTS:
        found.update(to_bytes(compute(build(json.loads(path.read_text())))))
    assert (RULES, found.hexdigest()) == KNOWN

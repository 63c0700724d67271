"""Computed results change only if the version of the rules changes."""

import hashlib
import json

import pytest

from patients.record.computed import RULES, compute
from patients.record.document import build, to_bytes
from tests.test_releases import DOCUMENTS

# The version of the rules, and the hash of their results for all released documents. If the test
# fails after an intended change, increase patients.record.computed.RULES and update both values.
KNOWN = ("6", "f227d1c048e0e3a2f6790c0c1e5e48abd5c687abb070069bcbd9df91e611a95d")


@pytest.mark.django_db
def test_computed_results_change_only_with_the_rules_version():
    found = hashlib.sha256()
    for path in DOCUMENTS:
        found.update(to_bytes(compute(build(json.loads(path.read_text())))))
    assert (RULES, found.hexdigest()) == KNOWN

"""Computed results change only if the version of the rules changes."""

import hashlib
import json

import pytest

from patients.record.computed import RULES, compute
from patients.record.document import build, to_bytes
from tests.test_releases import DOCUMENTS

# The version of the rules, and the hash of their results for all released documents. If this test
# fails after an intended change: increase patients.record.computed.RULES and update the hash.
KNOWN = ("2", "9359ceb02d7d48c9ada0be7d17b1b01f35625b92f9ff3ffc20a3c035eb9da5d8")


@pytest.mark.django_db
def test_computed_results_change_only_with_the_rules_version():
    found = hashlib.sha256()
    for path in DOCUMENTS:
        found.update(to_bytes(compute(build(json.loads(path.read_text())))))
    assert (RULES, found.hexdigest()) == KNOWN

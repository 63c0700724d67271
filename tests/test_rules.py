"""What is computed changes only together with the version of its rules."""

import hashlib
import json

import pytest

from patients.record.computed import RULES, compute
from patients.record.document import build, to_bytes
from tests.test_releases import DOCUMENTS

# The rules' version, and what it computes of all released documents. Where this test fails because
# a rule was changed on purpose: raise patients.record.computed.RULES and put the new hash here.
KNOWN = ("2", "9359ceb02d7d48c9ada0be7d17b1b01f35625b92f9ff3ffc20a3c035eb9da5d8")


@pytest.mark.django_db
def test_what_is_computed_changes_only_with_the_version_of_the_rules():
    found = hashlib.sha256()
    for path in DOCUMENTS:
        found.update(to_bytes(compute(build(json.loads(path.read_text())))))
    assert (RULES, found.hexdigest()) == KNOWN

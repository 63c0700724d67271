"""The browser code passes its linter and its unit tests (tests/js)."""

import re
from pathlib import Path

import pytest

from tests.node import find_node, run

ROOT = Path(__file__).parent.parent
INSTALLED = ROOT / "node_modules" / ".package-lock.json"
NPM = "lib/node_modules/npm/bin/npm-cli.js"


@pytest.fixture
def node():
    return find_node()


def install(node):
    """Install the linter, unless it was installed from the current package-lock.json."""
    lock = ROOT / "package-lock.json"
    if not INSTALLED.exists() or INSTALLED.stat().st_mtime < lock.stat().st_mtime:
        run(node, node / NPM, "ci", "--no-audit", "--no-fund")


def test_linter_finds_nothing(node):
    install(node)
    run(node, node / NPM, "run", "lint")


def test_unit_tests_pass(node):
    assert re.search(r"pass [1-9]", run(node, node / NPM, "test"))

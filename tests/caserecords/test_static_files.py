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


def get_immutable(client, address):
    """Return the response for a hashed file, after checking that browsers may keep it."""
    response = client.get(address)
    assert response.status_code == 200, address
    assert "immutable" in response["Cache-Control"] and "no-store" not in response["Cache-Control"]
    return response


def read(client, address):
    """Return the text of a hashed file, after checking that it is compressed and immutable."""
    response = get_immutable(client, address)
    assert response["Content-Encoding"] == "gzip"
    return gzip.decompress(b"".join(response.streaming_content)).decode()


@pytest.mark.django_db
def test_a_page_uses_only_hashed_files(client):
    page = gzip_free(client.get("/accounts/login/"))
    named = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
    assert len(named) > 2 and all(HASHED.fullmatch(one) for one in named), named
    for one in named:
        if not one.endswith(".woff2"):
            read(client, one)


@pytest.mark.django_db
def test_preloaded_fonts_are_those_of_the_style_sheet(client):
    page = gzip_free(client.get("/accounts/login/"))
    preloaded = re.findall(r'rel="preload" href="([^"]+)" as="font"', page)
    styles = staticfiles_storage.url("css/fonts.css")
    used = re.findall(r'url\("([^"]+)"\)', read(client, styles))
    used = {posixpath.normpath(posixpath.join(styles, "..", name)) for name in used}
    assert len(preloaded) == 4 and set(preloaded) == used
    for one in used:
        response = get_immutable(client, one)  # WOFF2 is already compressed
        assert response["Content-Type"] == "font/woff2" and "Content-Encoding" not in response


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

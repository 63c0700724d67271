"""What pages load together comes as one file, compressed and for good."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client

from caserecords.joined import PARTS, content, static_path

STATIC = settings.BASE_DIR / "static"


def read(response):
    return b"".join(response.streaming_content)


@pytest.fixture
def client():
    return Client(headers={"accept-encoding": "gzip"})


@pytest.mark.parametrize("name", PARTS)
def test_a_joined_file_is_sent_whole_compressed_and_for_good(client, name):
    response = client.get(f"/static/{static_path(name)}")
    assert response.status_code == 200
    assert "immutable" in response["Cache-Control"] and "no-store" not in response["Cache-Control"]
    assert response["Content-Encoding"] == "gzip"
    sent = gzip.decompress(read(response))
    assert sent == content(name)
    assert all((STATIC / part).read_bytes() in sent for part in PARTS[name])


def test_other_static_files_are_asked_for_again(client):
    response = client.get("/static/js/site.js")
    assert response.status_code == 200 and "immutable" not in response["Cache-Control"]


@pytest.mark.django_db
def test_a_page_loads_one_style_sheet(client):
    page = client.get("/accounts/login/").content.decode()
    assert re.findall(r'rel="stylesheet" href="([^"]+)"', page) == [
        f"/static/{static_path('site.css')}"
    ]


def test_other_contents_have_another_name_and_the_file_before_goes(settings, tmp_path):
    settings.DATA, settings.BASE_DIR, settings.DEBUG = tmp_path / "data", tmp_path, True
    for part in {part for parts in PARTS.values() for part in parts}:
        (tmp_path / "static" / part).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "static" / part).write_text(f"/* {part} */")
    finder = finders.get_finder.__wrapped__("caserecords.joined.JoinedFinder")
    before = [path for path, _storage in finder.list(None)]
    (tmp_path / "static/css/forms.css").write_text("a { color: red }")
    assert not finder.find("joined/site.css") and not finder.find("css/forms.css")
    after = [path for path, _storage in finder.list(None)]
    assert {Path(path).name for path in after} == {
        file.name for file in (tmp_path / "data/static/joined").iterdir()
    }
    assert len(set(before) - set(after)) == 2  # the file and its compressed form
    found = finder.find(static_path("site.css"))
    assert b"color: red" in Path(found).read_bytes()
    assert finder.find(static_path("site.css"), find_all=True) == [found]


def test_parts_are_read_where_the_pages_name_no_other_part():
    """A part that a page also loads by itself would come twice."""
    joined = {part for parts in PARTS.values() for part in parts}
    for template in (settings.BASE_DIR / "templates").rglob("*.html"):
        assert not joined & set(re.findall(r"static '([^']+)'", template.read_text())), template

"""Invalid queries, headers and bodies of every API call get a problem response."""

import pytest

from tests.api import Caller
from tests.caserecords.test_access_table import World

ODD = ["", "\0", "x", "-1", "1e9", "9" * 30, "٣", "nan", "[]", "../../etc/passwd", "é" * 300]
HEADERS = {
    "if-none-match": ["*", '"', "W/", '"x', "\xff"],
    "if-match": ["*", '"', "W/", ""],
    "range": ["bytes=0-", "bytes=9-1", "bytes=-", "bytes=99999999999999999-", "lines=1"],
    "accept": ["text/html", "image/png;q=x", "*", ""],
    "content-type": [
        "application/json",
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "x",
    ],
}
BODIES = [b"", b"\0", b"{", b"[]", b"{}", b'"x"', b'{"case": []}', b'{"case": "x", "panels": {}}']

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path, settings):
    settings.STORAGE_URL, settings.DATA = f"file://{tmp_path / 'files'}", tmp_path
    return World(tmp_path)


@pytest.fixture
def api(world):
    return Caller(world.users["author"])


def calls(api, world):
    """Yield (method, URL of an existing object, query parameters) for every call except DELETE."""
    for address, methods in api.get("/api/schema/").json()["paths"].items():
        for method, operation in methods.items():
            if isinstance(operation, dict) and "responses" in operation and method != "delete":
                asked = [
                    one["name"] for one in operation.get("parameters", []) if one["in"] == "query"
                ]
                yield method.upper(), fill(address, world), asked


def fill(address, world):
    noun = address.split("/")[3]
    key = {
        "cases": world.case.pk,
        "imports": world.job.pk,
        "studies": world.keys["study"],
        "series": world.keys["series"],
        "instances": world.keys["instance"],
        "annotations": world.keys["annotation"],
        "figures": world.keys["figure"],
    }.get(noun)
    filled = address.replace("{id}", str(key)).replace("{number}", "1")
    filled = filled.replace("{form}", "csv").replace("{suffix}", "png").replace("{name}", "muscles")
    return filled.replace("{kind}", "presentation-state")


def check(response, call):
    """Assert that any error is a problem response, and not a server error."""
    if response.streaming:
        b"".join(response.streaming_content)
    if response.status_code >= 400:
        assert response["Content-Type"] == "application/problem+json", call
        assert response.status_code < 500, call


def test_queries(api, world):
    for method, address, names in calls(api, world):
        for name in names:
            for value in ODD:
                if method == "GET":
                    check(api.get(address, {name: value}), (address, name, value))


def test_headers(api, world):
    for method, address, _names in calls(api, world):
        for name, values in HEADERS.items():
            for value in values:
                response = api.generic(method, address, b"{}", headers={name: value})
                check(response, (method, address, name, value))


def test_bodies(api, world):
    for method, address, _names in calls(api, world):
        if method != "GET":
            for body in BODIES:
                headers = {"if-match": "*"}
                for kind in ("application/json", "multipart/form-data; boundary=x"):
                    response = api.generic(method, address, body, kind, headers=headers)
                    check(response, (method, address, body, kind))

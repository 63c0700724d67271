"""Errors of the REST API are problem details; no request causes a 500."""

import copy
import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.exceptions import Throttled, ValidationError

from patients.api.problems import problem_response
from patients.models import ApiToken, Case
from tests.api import LIST, Caller, address_of, assert_problem
from tests.factories import make_case, make_document, make_team, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def author():
    return make_user(team=make_team())


@pytest.fixture
def api(author):
    return Caller(author)


def test_anonymous_requests_get_401(author):
    case = make_case(author)
    for address in (LIST, address_of(case), "/api/v1/schema/case.json", "/api/", "/api/nothing/"):
        response = Client().get(address)
        assert_problem(response, 401)
        assert response["WWW-Authenticate"] == "Bearer"


def test_invalid_tokens_get_401(author):
    token = ApiToken.objects.issue(author)
    for text in (token[:-1], token + "0", "x", "é", "a b", "\xff", "00\x00", "", "0" * 5000):
        client = Client(headers={"authorization": f"Bearer {text}"})
        assert_problem(client.get(LIST), 401)
    assert ApiToken.objects.get().digest != token and token not in ApiToken.objects.get().digest


def test_expired_token_and_inactive_user_get_401(author, api):
    assert api.get(LIST).status_code == 200
    ApiToken.objects.update(expiry=timezone.now() - timedelta(seconds=1))
    assert_problem(api.get(LIST), 401)
    ApiToken.objects.update(expiry=None)
    author.is_active = False
    author.save()
    assert_problem(api.get(LIST), 401)


def test_read_only_token_cannot_write(author):
    case = make_case(author)
    api = Caller(author, read_only=True)
    assert api.get(address_of(case)).status_code == 200
    assert_problem(api.send("POST", LIST, make_document()), 403)
    assert_problem(api.send("PUT", address_of(case), {}, if_match="*"), 403)
    assert_problem(api.delete(address_of(case)), 403)


def test_session_needs_a_csrf_token_to_write(author):
    client = Client(enforce_csrf_checks=True)
    client.force_login(author, "django.contrib.auth.backends.ModelBackend")
    assert client.get(LIST).status_code == 200
    body = json.dumps(make_document())
    assert_problem(client.post(LIST, body, "application/json"), 403)


def test_unknown_addresses_are_404(api):
    for address in (
        "/api/",
        "/api/v1/",
        "/api/v2/cases/",
        "/api/%0a",
        LIST[:-1],
        LIST + "1/",
        LIST + "%00/",
    ):
        for method in ("GET", "POST", "PATCH"):
            assert_problem(api.send(method, address, {}), 404)


def test_other_methods_are_405(api):
    response = api.send("PATCH", LIST, {})
    assert_problem(response, 405)
    assert "POST" in response["Allow"]


def test_other_content_types_are_415(api):
    for kind in ("text/plain", "multipart/form-data; boundary=x", "application/xml", "", "é"):
        response = api.generic("POST", LIST, b"{}", kind)
        assert_problem(response, 415)
    utf8 = "application/json; charset=utf-8"
    assert api.generic("POST", LIST, json.dumps(make_document()), utf8).status_code == 201


def test_large_body_is_413(api, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    assert_problem(api.send("POST", LIST, b" " * 1001), 413)
    assert_problem(api.send("POST", LIST, b" " * 1000), 400)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"schema": "caserecord/1",\n "case": }', "line 2, column 10"),
        (b" ", "line 1, column 2"),
        (b"\xff", "byte 0"),
        (b'{"a": 1, "a": 2}', "twice"),
        (b'{"a": NaN}', "NaN"),
        (b'{"a": -Infinity}', "Infinity"),
        (b'{"a": 1e999}', "1e999"),
        (b'{"a": ' + b"9" * 5000 + b"}", "digits"),
        (b"[" * 40 + b"]" * 40, "32 levels"),
        (b'{"a":' * 100_000, "32 levels"),
        (b'{"\\ud800": 1}', "character"),
        (b'{"' + b"\\ud800" * 100 + b'": 1}', f"“{'?' * 80}…” is too long"),
        (b'{"' + b"a\\udfff" * 50 + b'": 1}', f"“{'a?' * 40}…” is too long"),
    ],
)
def test_invalid_json_is_rejected(api, body, words):
    assert words in assert_problem(api.send("POST", LIST, body), 400)["detail"]


@pytest.mark.parametrize("body", [[], 1, None, "x", True, {}, {"schema": 1}, {"schema": []}])
def test_json_that_is_not_a_document_is_rejected(api, body):
    assert assert_problem(api.send("POST", LIST, body), 400)["errors"]


def test_other_errors_have_their_status():
    for error, status in [
        (Throttled(wait=3), 429),
        (OperationalError("database is locked"), 503),
        (RequestDataTooBig(), 413),
        (SuspiciousOperation(), 400),
    ]:
        response = problem_response(error, {})
        assert response.status_code == status
        assert json.loads(response.content)["status"] == status
    assert problem_response(Throttled(wait=3), {})["Retry-After"] == "3"
    assert problem_response(KeyError("ours"), {}) is None


def test_nested_errors_have_paths():
    error = ValidationError({"panels": [{"row": ["Too many."]}], "non_field_errors": ["No."]})
    body = json.loads(problem_response(error, {}).content)
    assert body["errors"] == [
        {"path": "panels[0].row", "message": "Too many."},
        {"path": "", "message": "No."},
    ]


ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**15) + 1, 10**15 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
    st.sampled_from(
        [
            "",
            "\0",
            "\ud800",
            "text:",
            "1e999999999",
            "9" * 400,
            "-0",
            "1:0",
            "٣",
            "=1+1",
            "x" * 5000,
        ]
    ),
    st.sampled_from([[], {}, [[]], {"": ""}, {"number": 6}, {"number": "1e99999999999999999999"}]),
    st.sampled_from([{"how": "offset", "offset": "9" * 400, "unit": "years"}, {"how": "date"}]),
)


def places(data, path=()):
    """Yield the path of every value in a JSON document."""
    yield path
    if isinstance(data, (dict, list)):
        items = data.items() if isinstance(data, dict) else enumerate(data)
        for key, value in items:
            yield from places(value, (*path, key))


DEMO = Path(__file__).parents[2] / "caserecords" / "demo"
DOCUMENTS = [
    make_document(),
    *(
        json.loads((DEMO / name).read_text())
        for name in ("published_case.json", "invented_case.json")
    ),
]
CHANGE = st.tuples(ODD, st.sampled_from(["replace", "add", "remove"]), st.integers(0, 10**6))


def mutate(document, path, value, how):
    """Replace or remove the value at a path of a JSON document, or add a value next to it."""
    *way, last = path
    for key in way:
        document = document[key]
    if how == "remove":
        del document[last]
    elif isinstance(document, dict):
        document[str(value)[:9] if how == "add" else last] = value
    else:
        document[last : last + (how != "add")] = [value]


@given(st.sampled_from(range(len(DOCUMENTS))), st.lists(CHANGE, min_size=1, max_size=4))
@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_changed_documents_never_cause_a_500(author, api, which, changes):
    document = copy.deepcopy(DOCUMENTS[which])
    for value, how, place in changes:
        if known := [path for path in places(document) if path]:
            mutate(document, known[place % len(known)], copy.deepcopy(value), how)
    before = Case.objects.count()
    response = api.send("POST", LIST, document)
    assert response.status_code in (201, 400)
    assert Case.objects.count() == before + (response.status_code == 201)
    if response.status_code == 201:
        exported = api.get(response["Location"]).content
        again = api.send("POST", LIST, exported)
        assert again.status_code == 201, again.content
        assert api.get(again["Location"]).content == exported
    else:
        assert_problem(response, 400)


@given(st.binary(max_size=200))
@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_random_bytes_never_cause_a_500(api, data):
    assert_problem(api.send("POST", LIST, b" " + data), 400)

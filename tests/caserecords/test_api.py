"""The OpenAPI description and its page, the document's schema, and exports."""

import csv
import json
import re
from pathlib import Path

import jsonschema
import pytest
from django.test import Client
from drf_spectacular.validation import validate_schema

from caserecords.exchange import FORMATS
from patients.api.openapi import REASONS
from tests.api import Caller, address_of, assert_problem
from tests.factories import make_case, make_team, make_user

pytestmark = pytest.mark.django_db
DEMO = Path(__file__).parents[2] / "caserecords" / "demo"


@pytest.fixture
def author():
    return make_user(team=make_team())


@pytest.fixture
def api(author):
    return Caller(author)


@pytest.fixture
def description(api):
    return api.get("/api/schema/").json()


def operations(description):
    for address, methods in description["paths"].items():
        for method, operation in methods.items():
            if method in ("get", "post", "put", "patch", "delete"):
                yield f"{method} {address}", operation


def references(data):
    """Yield every $ref in an OpenAPI description."""
    if isinstance(data, dict):
        yield from [data["$ref"]] if isinstance(data.get("$ref"), str) else []
        for value in data.values():
            yield from references(value)
    elif isinstance(data, list):
        for value in data:
            yield from references(value)


def test_description_is_openapi_3_1(description):
    assert description["openapi"].startswith("3.1")
    validate_schema(description)
    known = {f"#/components/schemas/{name}" for name in description["components"]["schemas"]}
    assert set(references(description)) <= known


def test_every_operation_has_a_unique_name_and_summary(description):
    named = [operation["operationId"] for _name, operation in operations(description)]
    assert len(named) == len(set(named)) > 20
    assert all(operation.get("summary") for _name, operation in operations(description))


def test_every_failure_is_described_as_a_problem(description):
    for name, operation in operations(description):
        answers = operation["responses"]
        assert "401" in answers and "405" in answers, name
        for status, answer in answers.items():
            if int(status) in REASONS:
                assert list(answer["content"]) == ["application/problem+json"], (name, status)
    put = description["paths"]["/api/v1/cases/{id}/"]["put"]["responses"]
    assert {"200", "400", "401", "403", "404", "409", "412", "413", "415", "428"} <= put.keys()


def test_every_url_of_version_1_is_described(description):
    assert "/api/v1/cases/{id}/export/{form}/" in description["paths"]
    assert all(address.startswith("/api/v1/") for address in description["paths"])


def test_served_schema_accepts_exported_documents(api, author):
    schema = api.get("/api/v1/schema/case.json").json()
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    stored = api.get(address_of(make_case(author))).json()
    demo = [
        json.loads((DEMO / f"{name}_case.json").read_text()) for name in ("published", "invented")
    ]
    for document in [stored, *demo]:
        assert [error.json_path for error in validator.iter_errors(document)] == []
        document["strength"][0]["colour"] = "red"
        assert len(list(validator.iter_errors(document))) == 1


def test_demonstration_documents_round_trip(api):
    for name in ("published", "invented"):
        made = api.send("POST", "/api/v1/cases/", (DEMO / f"{name}_case.json").read_bytes())
        assert made.status_code == 201, made.content
        exported = api.get(made["Location"]).content
        again = api.send("POST", "/api/v1/cases/", exported)
        assert api.get(again["Location"]).content == exported


def test_page_lists_every_call_without_inline_scripts(author):
    client = Client()
    client.force_login(author, "django.contrib.auth.backends.ModelBackend")
    page = client.get("/api/docs/")
    html = page.content.decode()
    assert "'unsafe-inline'" not in page["Content-Security-Policy"]
    found = re.findall(r'(?:src|href)="([^"]*)"', html)
    assert found and all(address.startswith(("/", "#")) for address in found)
    assert not re.search(r"<script(?![^>]*src=)|<style|style=|\son\w+=", html)
    for path, calls in client.get("/api/schema/").json()["paths"].items():
        assert f"<code>{path}</code>" in html
        for call in calls.values():
            assert f'<article class="api-call" id="{call["operationId"]}"' in html
    assert Client().get("/api/docs/").status_code == 302


def test_description_is_json_or_yaml(author):
    client = Client()
    client.force_login(author, "django.contrib.auth.backends.ModelBackend")
    assert client.get("/api/schema/").json()["openapi"] == "3.1.0"
    assert client.get("/api/schema/?format=yaml").content.startswith(b"openapi: 3.1.0")


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_every_format_is_a_file_with_an_etag(api, author, form):
    case = make_case(author)
    response = api.get(f"{address_of(case)}export/{form}/")
    assert response["Content-Type"] == FORMATS[form].CONTENT_TYPE
    name = f"case-{case.pk}-1.{FORMATS[form].SUFFIX}"
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    again = api.get(
        f"{address_of(case)}export/{form}/", headers={"if-none-match": response["ETag"]}
    )
    assert again.status_code == 304 and again["ETag"] == response["ETag"]


def test_any_table_is_a_csv_file(api, author):
    case = make_case(author)
    address = f"{address_of(case)}export/csv/"
    response = api.get(f"{address}?table=motor_conduction")
    head, row = csv.reader(response.content.decode().splitlines())
    assert dict(zip(head, row, strict=True))["Amplitude, mV"] == "4.1 % of right"
    assert response["Content-Disposition"].endswith('-1-motor_conduction.csv"')
    assert response["ETag"] != api.get(address)["ETag"]


@pytest.mark.parametrize("query", ["csv/?table=spleen", "csv/?table=%00", "json/?table=strength"])
def test_an_unknown_table_is_a_problem(api, author, query):
    problem = assert_problem(api.get(f"{address_of(make_case(author))}export/{query}"), 400)
    assert problem["errors"][0]["path"] == "table"
    if "json" not in query:
        assert "motor_conduction, sensory_conduction" in problem["errors"][0]["message"]


def test_responses_are_not_cached_by_proxies(api, author):
    case = make_case(author)
    for address in ("/api/v1/cases/", "/api/v1/cases/?documents=1", address_of(case)):
        assert "private" in api.get(address)["Cache-Control"]

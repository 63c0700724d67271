"""The catalogues over REST."""

from urllib.parse import urlencode

import pytest

from patients.catalogue import coding, lookup
from tests.api import Caller, assert_problem
from tests.factories import make_user
from tests.patients.test_vocabulary import LEAST, TERMS

pytestmark = pytest.mark.django_db
LIST = "/api/v1/catalogues/"


@pytest.fixture
def api():
    return Caller(make_user("reader"))


def found(api, query):
    return [one["id"] for one in api.get(f"{LIST}{query}").json()["entries"]]


def test_every_catalogue_is_listed_and_can_be_read(api):
    listed = api.get(LIST).json()["results"]
    assert [one["name"] for one in listed] == list(lookup.TABLES)
    for one in listed:
        entries = api.get(one["url"]).json()["entries"]
        assert len(entries) == one["count"]
        assert all(entry["id"] and entry["label"] and entry["source"] for entry in entries)


def test_an_entry_has_its_names_and_codes(api):
    entries = {one["id"]: one for one in api.get(f"{LIST}diagnoses/").json()["entries"]}
    assert "GBS" in entries["gbs"]["aliases"]
    assert {"system": "ICD-10 (WHO 2019)", "code": "G61.0"} in entries["gbs"]["codes"]
    inexact = {"system": "ICD-11 MMS", "code": "8C01.0", "display": coding.INEXACT}
    assert inexact in entries["gbs"]["codes"]


def test_a_search_returns_matches_best_first_and_similar_names_if_there_are_none(api):
    assert found(api, "muscles/?q=gastroc")[0] == "gastrocnemius"
    assert found(api, "analytes/?q=protein&specimen=csf")[0] == "csf_protein"
    assert set(found(api, "analytes/?specimen=urine")) >= {"urine_protein"}
    similar = api.get(f"{LIST}diagnoses/?q=dermatomyosits").json()["entries"]
    assert similar[0]["id"] == "dermatomyositis" and similar[0]["similar"]
    assert found(api, "muscles/?q=qqqqqq") == []


def test_a_client_that_has_the_answer_gets_304(api):
    first = api.get(f"{LIST}muscles/")
    again = api.get(f"{LIST}muscles/", headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    ("query", "status", "path"),
    [
        ("planets/", 404, None),
        ("muscles/?qq=x", 400, "?qq"),
        ("muscles/?q=x&q=y", 400, "?q"),
        ("muscles/?specimen=csf", 400, "?specimen"),
        ("analytes/?specimen=tears", 400, "?specimen"),
        ("muscles/?q=" + "x" * 81, 400, "?q"),
    ],
)
def test_what_is_not_valid_is_rejected(api, query, status, path):
    problem = assert_problem(api.get(LIST + query), status)
    assert path is None or problem["errors"][0]["path"] == path


def test_anonymous_users_are_rejected(client):
    assert client.get(LIST).status_code == 401


@pytest.mark.any_database
@pytest.mark.parametrize("name", ["diagnoses", "drugs", "units", "analytes", "muscles", "nerves"])
def test_the_terms_that_people_type_are_found_first(api, name):
    """For nearly all terms that people type, the first result is the expected entry."""
    terms = [term for term in TERMS if term["table"] == name]
    missed = []
    for term in terms:
        asked = {"q": term["typed"], "specimen": term["context"]}
        first = found(api, f"{name}/?{urlencode({k: v for k, v in asked.items() if v})}")[:1]
        if first != [term["expected"]]:
            missed.append((term["typed"], first))
    assert len(missed) <= (1 - LEAST) * len(terms), missed

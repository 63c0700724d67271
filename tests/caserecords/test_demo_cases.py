"""The case documents of the demonstration."""

import json

import pytest

from caserecords.demo.load import CASES, HERE, read_case
from caserecords.reasoning.checks import review
from patients.record.document import build, entered_document

NAMES = [name for name, _author, _status in CASES]
FICTITIOUS = [name for name in NAMES if name != "published_case"]
SMALL = [name for name in FICTITIOUS if name != "invented_case"]


def test_every_document_is_loaded():
    documents = {path.stem for path in HERE.glob("*.json")} - {"marks"}
    assert documents == set(NAMES)


def test_each_case_has_its_own_patient():
    codes = [read_case(name)["patient"]["code"] for name in NAMES]
    assert len(set(codes)) == len(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_document_round_trips_byte_for_byte(name):
    again = json.dumps(entered_document(build(read_case(name))), ensure_ascii=False, indent=1)
    assert (HERE / f"{name}.json").read_bytes() == f"{again}\n".encode()


def test_the_published_case_is_labelled_as_published():
    assert read_case("published_case")["case"]["origin"] == "published"


@pytest.mark.parametrize("name", FICTITIOUS)
def test_a_fictitious_case_is_labelled_as_fictitious(name):
    case = read_case(name)["case"]
    assert case["origin"] == "invented"
    assert case["title"].startswith("Fictitious case: ")
    assert case["source"].startswith("Fictitious: ")


@pytest.mark.parametrize("name", FICTITIOUS)
def test_a_fictitious_case_has_no_open_check(name):
    assert [one.message for one in review(build(read_case(name))).open] == []


@pytest.mark.parametrize("name", SMALL)
def test_a_small_case_uses_only_catalogue_entries(name):
    assert '"text:' not in (HERE / f"{name}.json").read_text(encoding="utf-8")

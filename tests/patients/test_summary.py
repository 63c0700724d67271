"""The summary of a case: it agrees with the document and is saved with each version."""

import json

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from imaging.models import Annotation
from patients.language.values import parse_value
from patients.models import CaseSummary, Diagnosis, Status
from patients.record import computed
from patients.versions import saving
from patients.versions.reading import served_text
from patients.versions.saving import save_version
from patients.versions.summary import (
    age_band,
    age_text,
    diagnosis_text,
    leading_diagnosis,
    sides_of,
)
from tests.api import Caller
from tests.caserecords.test_round_trip import filled_document
from tests.factories import make_case, make_document, make_user
from tests.pages import listed
from tests.patients.test_tables import load

pytestmark = pytest.mark.django_db
NOWHERE = {"movement": "hip_flexion", "side": "right", "grade": "2"}  # a grade without a visit
ONCE = {"movement": "elbow_flexion", "side": "left", "grade": "4", "visit": "later"}


def document_of(case):
    return json.loads(served_text(case.versions.get(number=case.version)))


def counts_of(document):
    """Return the values that the case's summary should have, from its document."""
    changes = [one["change"] for one in document["computed"]["strength_changes"]]
    series = [one for study in document["imaging"]["studies"] for one in study["series"]]
    return {
        **{way: changes.count(way) for way in ("better", "worse", "same")},
        "visits": len(document["visits"]),
        "studies": len(document["imaging"]["studies"]),
        "series": len(series),
        "images": sum(len(one["instances"]) for one in series),
        "open_checks": len(document["computed"]["checks"]["open"]),
        "sex": document["patient"].get("sex", "not_recorded"),
    }


@pytest.mark.parametrize(
    "document",
    [
        load("published_case"),
        load("invented_case"),
        filled_document(),
        make_document(strength=[*make_document()["strength"], NOWHERE, ONCE]),
        make_document(strength=[NOWHERE, {**NOWHERE, "visit": "later", "grade": "1"}]),
        {key: make_document()[key] for key in ("schema", "case", "patient")},
    ],
    ids=["published", "invented", "filled", "a grade of no visit", "other visits", "empty"],
)
def test_a_list_counts_what_the_document_counts(client, document):
    case = make_case(document=document)
    counts = counts_of(document_of(case))
    assert {name: getattr(case.summary_row, name) for name in counts} == counts
    client.force_login(case.author)
    page = client.get(reverse("caserecords:home")).content.decode()
    for way, symbol in (("better", "▲"), ("worse", "▼")):
        assert (f"{symbol} {counts[way]} " in page) == bool(counts[way])


def test_a_mark_updates_its_checks_and_recomputes_nothing_else(monkeypatch):
    case = make_case(document=load("published_case"))
    before = document_of(case)
    open_before = case.summary_row.open_checks

    def refuse(*_args):
        raise AssertionError("must be computed on reading, not on saving")

    monkeypatch.setattr(computed, "MORE", [refuse])
    with transaction.atomic():
        Annotation.objects.create(case=case, sop_instance_uid="2.25.1", x=1, y=1, structure="liver")
        version = save_version(case, case.author, only=["imaging/annotations"])
    monkeypatch.undo()
    older = case.versions.get(number=1)
    assert {name for name in version.pieces if version.pieces[name] != older.pieces[name]} == {
        "imaging/annotations"
    }
    case.refresh_from_db()
    counts = counts_of(document_of(case))
    assert CaseSummary.objects.get(case=case).open_checks == counts["open_checks"]
    assert counts["open_checks"] == open_before + 1
    assert document_of(case)["imaging"]["annotations"] != before["imaging"]["annotations"]


def test_a_summary_is_saved_only_with_its_version(monkeypatch):
    case = make_case()
    monkeypatch.setattr(saving, "store_summary", lambda *_args: 1 / 0)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        type(case).objects.filter(pk=case.pk).update(title="changed")
        save_version(case, case.author)
    assert case.versions.count() == 1


def test_lists_read_summaries_and_not_documents(client):
    case = make_case(status=Status.SUBMITTED)
    client.force_login(case.author)
    for address in ("/", "/review/", "/?q=leg", "/api/v1/cases/"):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        sql = " ".join(query["sql"] for query in queries)
        assert "patients_documentpiece" not in sql and '"computed"' not in sql
        assert "COUNT(" not in sql.partition("FROM")[0]


def test_search_finds_words_of_the_title_and_code_ignoring_case(client):
    case = make_case(document=make_document() | {"case": {"title": "ÄRGER mit 100 % Kraft_"}})
    client.force_login(case.author)
    for text in ("ärger", "Ärger MIT", "100 %", "kraft_", case.patient.code):
        found = listed(client.get(reverse("caserecords:home"), {"q": text}))
        assert found == [case], text
    for text in ("1001", "zorn", "P-nowhere"):
        assert listed(client.get(reverse("caserecords:home"), {"q": text})) == []


def test_an_author_who_left_the_team_still_sees_the_case(client):
    case = make_case()
    case.author.memberships.all().delete()
    client.force_login(case.author)
    assert listed(client.get(reverse("caserecords:home"))) == [case]
    assert len(Caller(case.author).get("/api/v1/cases/").json()["results"]) == 1


def test_a_shared_case_of_the_users_team_is_listed_once(client):
    case = make_case()
    colleague = make_user(team=case.team)
    case.co_authors.add(colleague, make_user())
    client.force_login(colleague)
    assert listed(client.get(reverse("caserecords:home"))) == [case]
    stranger = case.co_authors.exclude(pk=colleague.pk).get()
    client.force_login(stranger)
    assert listed(client.get(reverse("caserecords:home"))) == [case]
    assert listed(client.get(reverse("caserecords:home"), {"mine": "on"})) == [case]


@pytest.mark.parametrize(
    ("age", "band"),
    [
        ("74", "70-79"),
        ("74 years", "70-79"),
        ("0", "0-9"),
        ("30 months", "0-9"),
        ("130", "130-139"),
        ("131", ""),
        ("about 70", ""),
        ("60 to 70", ""),
        ("> 90", ""),
        ("not recorded", ""),
    ],
)
def test_only_a_plain_number_has_an_age_band(age, band):
    assert age_band(parse_value(age)) == band


@pytest.mark.parametrize(
    ("age", "text"),
    [("74 years", "74"), ("6 months", "6 months"), ("about 70 years", "about 70")],
)
def test_lists_name_the_unit_of_an_age_other_than_years(age, text):
    assert age_text(parse_value(age)) == text


def test_the_leading_diagnosis_is_never_ruled_out():
    rows = [
        Diagnosis(text="a stroke", status="ruled_out"),
        Diagnosis(text="plexitis", status="working", side="both"),
        Diagnosis(text="right radiculopathy", status="final", side="right"),
    ]
    leading = leading_diagnosis(rows)
    assert diagnosis_text(leading) == "right radiculopathy" and sides_of(leading) == ["right"]
    assert diagnosis_text(leading_diagnosis(rows[:2])) == "plexitis, both sides"
    assert sides_of(rows[1]) == ["left", "right"]
    assert diagnosis_text(leading_diagnosis(rows[:1])) == "" and sides_of(None) == []


@given(st.integers(0, 130))
def test_an_age_is_in_its_band(age):
    low, high = map(int, age_band(parse_value(str(age))).split("-"))
    assert low <= age <= high == low + 9

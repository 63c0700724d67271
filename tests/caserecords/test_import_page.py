"""Importing case documents on a page."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from caserecords.demo.load import read_case
from caserecords.pages import importing
from patients.models import AccessLog, Case, Membership, Role
from patients.versions.reading import served_text
from tests.factories import make_document, make_team, make_user

pytestmark = pytest.mark.django_db
ADDRESS = reverse("caserecords:import-cases")


@pytest.fixture
def clinician(client):
    user = make_user(team=make_team())
    client.force_login(user)
    return user


def titled(title, **changes):
    document = make_document(**changes)
    return document | {"case": document["case"] | {"title": title}}


def as_file(*documents, name="cases.ndjson"):
    lines = [one if isinstance(one, bytes) else json.dumps(one).encode() for one in documents]
    return SimpleUploadedFile(name, b"\n".join(lines))


def upload(client, *files, **texts):
    team = Membership.objects.first().team_id
    return client.post(ADDRESS, {"files": list(files), "team": team} | texts)


def test_one_document_becomes_a_draft_and_its_page_opens(client, clinician):
    document = read_case("published_case")
    text = json.dumps(document, indent=2).encode()
    response = upload(client, SimpleUploadedFile("case.json", text))
    case = Case.objects.get()
    assert response.url == reverse("caserecords:show-case", args=[case.pk])
    assert (case.author, case.status, case.version) == (clinician, "draft", 1)
    stored = json.loads(served_text(case.versions.get()))
    assert {key: stored[key] for key in document} == document
    assert AccessLog.objects.filter(case=case, user=clinician).exists()


def test_each_line_and_each_file_is_a_case(client, clinician):
    first = as_file(titled("First"), b"", titled("Second"))
    response = upload(client, first, as_file(titled("Third"), name="third.json"))
    assert response.status_code == 200
    assert {case.title for case in Case.objects.all()} == {"First", "Second", "Third"}
    assert b"Imported: 3 of 3" in response.content


def test_an_error_is_named_with_its_line_and_field_and_the_other_cases_are_imported(
    client, clinician
):
    wrong = titled("Wrong") | {"signs": [{"side": "up"}]}
    response = upload(client, as_file(titled("Right"), wrong, b"{", titled("Last")))
    page = response.content.decode()
    assert response.status_code == 422 and "Imported: 2 of 4" in page
    assert {case.title for case in Case.objects.all()} == {"Right", "Last"}
    assert "cases.ndjson, line 2" in page and "signs[0].side" in page
    assert "cases.ndjson, line 3" in page and "not valid JSON" in page


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"[1]", b"null", b'"text"', b"{}", b"PK\3\4"])
def test_a_file_that_is_not_a_case_creates_nothing(client, clinician, data):
    response = upload(client, SimpleUploadedFile("case.json", data))
    assert response.status_code == 422 and not Case.objects.exists()


def test_no_file_is_an_error_beside_the_field(client, clinician):
    response = client.post(ADDRESS, {"team": clinician.teams.get().pk})
    assert response.status_code == 422
    assert response.context["form"].errors["files"] == ["Choose one or more files."]


def test_an_upload_is_limited_in_size_and_number(client, clinician, settings, monkeypatch):
    monkeypatch.setattr(importing, "MAX_CASES", 2)
    page = upload(client, as_file(*(titled(f"Case {n}") for n in range(4)))).content.decode()
    assert Case.objects.count() == 2 and "cases.ndjson, line 3" in page
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    assert b"larger than" in upload(client, as_file(b" " * 1001)).content


def test_only_clinicians_import_and_only_to_their_teams(client, clinician):
    other = make_team()
    response = client.post(ADDRESS, {"files": as_file(titled("First")), "team": other.pk})
    assert response.status_code == 422 and not Case.objects.exists()
    client.force_login(make_user(team=other, role=Role.READER))
    assert client.get(ADDRESS).status_code == 403
    assert upload(client, as_file(titled("First"))).status_code == 403


def test_the_same_document_is_imported_once(client, clinician):
    legs, arms = titled("Weak legs"), titled("Weak arms")
    assert upload(client, as_file(legs, name="case.json")).status_code == 302
    again = upload(client, as_file(legs, name="copy.json"))
    assert again.status_code == 422 and Case.objects.count() == 1
    assert "Already imported on" in again.content.decode()
    both = upload(client, as_file(arms, arms))
    assert both.context["created"] == 1 and Case.objects.count() == 2
    Case.objects.filter(title="Weak legs").update(deleted=timezone.now())
    assert upload(client, as_file(legs, name="case.json")).status_code == 302

"""Patients' identities: off by default, on one page only, and visible to few users."""

import json
import logging
import os
import subprocess
import sys
from datetime import date, timedelta

import pytest
from django.conf import settings as site
from django.urls import reverse

from caserecords.exchange import FORMATS
from patients.actions.deleting import erase_case
from patients.actions.importing import replace_case
from patients.models import AccessLog, Case, PatientIdentity, Role, Status
from patients.versions.reading import served_text
from tests.factories import make_case, make_document, make_team, make_user

pytestmark = pytest.mark.django_db
DATA = {"name": "Zebulon Quist", "record_number": "MRN-778812", "birth_date": "1951-03-24"}


@pytest.fixture
def case():
    return make_case()


def url_of(case):
    return reverse("caserecords:edit-identity", args=[case.pk])


def send(client, case, user=None, **data):
    client.force_login(user or case.author)
    return client.post(url_of(case), DATA | data)


def get(client, case, user=None):
    client.force_login(user or case.author)
    return client.get(url_of(case))


def test_the_author_can_enter_change_and_clear_the_identity(client, case):
    assert send(client, case)["Location"] == url_of(case)
    identity = PatientIdentity.objects.get(patient=case.patient)
    assert (identity.name, identity.birth_date) == ("Zebulon Quist", date(1951, 3, 24))
    page = get(client, case).content.decode()
    assert all(f'value="{value}"' in page for value in DATA.values())
    send(client, case, name="Zeb Quist")
    assert PatientIdentity.objects.get().name == "Zeb Quist"
    send(client, case, name="", record_number="", birth_date="")
    assert not PatientIdentity.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "x" * 201),
        ("name", "a\x00b"),
        ("record_number", "x" * 81),
        ("birth_date", "March"),
        ("birth_date", "0001-01-01"),
        pytest.param(
            "birth_date", (date.today() + timedelta(days=2)).isoformat(), id="in the future"
        ),
    ],
)
def test_invalid_input_is_rejected_and_nothing_is_saved(client, case, field, value):
    page = send(client, case, **{field: value})
    assert page.status_code == 200 and "Not saved. Fix the following:" in page.content.decode()
    assert not PatientIdentity.objects.exists()


def test_the_page_gets_404_when_turned_off(client, case, settings):
    send(client, case)
    settings.PATIENT_IDENTIFIERS = False
    assert get(client, case).status_code == 404
    assert send(client, case, name="Other").status_code == 404
    assert PatientIdentity.objects.get().name == "Zebulon Quist"
    desk = client.get(reverse("caserecords:show-case", args=[case.pk])).content.decode()
    assert url_of(case) not in desk


def test_identifiers_are_off_by_default():
    code = "from django.conf import settings; print(settings.PATIENT_IDENTIFIERS)"
    unset = {name: value for name, value in os.environ.items() if name != "PATIENT_IDENTIFIERS"}
    completed = subprocess.run(
        [sys.executable, "-c", code], env=unset, cwd=site.BASE_DIR, capture_output=True, text=True
    )
    assert completed.stdout.strip() == "False"


def test_the_identity_appears_nowhere_else(client, case, caplog):
    caplog.set_level(logging.DEBUG)
    send(client, case)
    replace_case(case, json.loads(served_text(case.versions.get())), case.author, "saved again")
    names = ("show-case", "show-report", "list-versions", "edit-people", "list-accesses")
    pages = [reverse(f"caserecords:{name}", args=[case.pk]) for name in names]
    pages += [reverse("caserecords:show-version", args=[case.pk, 1]), reverse("caserecords:home")]
    pages += [reverse("api:export-case", args=[case.pk, form]) for form in FORMATS]
    pages += [reverse("api:show-case", args=[case.pk]), reverse("api:list-cases")]
    pages += [
        reverse("api:export-cases"),
        reverse("patients:edit-section", args=[case.pk, "patient"]),
    ]
    client.get("/")  # displays the pending message
    shown = {}
    for page in pages:
        answer = client.get(page)
        assert answer.status_code == 200, page
        body = b"".join(answer) if answer.streaming else answer.content
        shown[page] = body.decode(errors="replace")
    shown |= {version.number: served_text(version).decode() for version in case.versions.all()}
    shown |= {f"log {one.pk}": one.what for one in AccessLog.objects.all()}
    shown["log"] = caplog.text
    for marker in DATA.values():
        assert [where for where, text in shown.items() if marker in text] == []
        assert "No cases found" in client.get("/", {"q": marker}).content.decode()


def test_saving_the_identity_creates_no_version(client, case):
    send(client, case)
    assert case.versions.count() == 1


@pytest.mark.parametrize("role", Role.values)
def test_members_who_are_not_authors_get_403(client, case, role):
    send(client, case)
    member = make_user("member", case.team, role)
    assert get(client, case, member).status_code == 403
    assert send(client, case, member, name="Other").status_code == 403
    assert PatientIdentity.objects.get().name == "Zebulon Quist"


def test_an_own_case_does_not_reveal_another_authors_patient(client, case):
    send(client, case)
    curious = make_user("curious", case.team)
    person = json.loads(served_text(case.versions.get()))["patient"]
    own = make_case(curious, case.team, document=make_document(patient=person))
    assert own.patient == case.patient
    assert get(client, own, curious).status_code == 403
    desk = client.get(reverse("caserecords:show-case", args=[own.pk])).content.decode()
    assert url_of(own) not in desk
    own.co_authors.add(case.author)
    assert get(client, case).status_code == 200  # now an author of both cases


def test_user_outside_the_team_gets_404(client, case):
    assert send(client, case, make_user("stranger", make_team())).status_code == 404


def test_the_identity_of_a_submitted_case_cannot_be_edited(client, case):
    Case.objects.filter(pk=case.pk).update(status=Status.SUBMITTED)
    assert get(client, case).status_code == 403


def test_the_identity_is_deleted_with_the_last_case(client, case):
    send(client, case)
    erase_case(case)
    assert not PatientIdentity.objects.exists()


def test_the_identity_is_not_left_to_the_author_of_the_other_case(client, case):
    send(client, case)
    curious = make_user("curious", case.team)
    person = json.loads(served_text(case.versions.get()))["patient"]
    own = make_case(curious, case.team, document=make_document(patient=person))
    erase_case(case)
    assert own.patient.cases.get() == own and not PatientIdentity.objects.exists()


def test_the_identity_is_not_left_to_the_next_case_with_the_code(client, case):
    send(client, case)
    other = make_case(case.author, case.team)
    document = json.loads(served_text(case.versions.get()))
    moved = document | {"patient": json.loads(served_text(other.versions.get()))["patient"]}
    replace_case(case, moved, case.author)
    assert case.patient == other.patient and not PatientIdentity.objects.exists()


def test_the_identity_stays_for_the_authors_other_cases(client, case):
    send(client, case)
    person = json.loads(served_text(case.versions.get()))["patient"]
    make_case(case.author, case.team, document=make_document(patient=person))
    erase_case(case)
    assert PatientIdentity.objects.get().name == "Zebulon Quist"

"""Creating a case with the short form."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from patients.models import Case, Membership, Patient, Role
from patients.versions.reading import served_text
from tests.factories import make_case, make_team, make_user

pytestmark = pytest.mark.django_db
ADDRESS = reverse("patients:create-case")


@pytest.fixture
def clinician(client):
    user = make_user(team=make_team())
    client.force_login(user)
    return user


def texts(user, **changes):
    first = {
        "title": "Weakness",
        "age": "6 months",
        "sex": "female",
        "index": "Admission",
        "event_1": "Weakness",
        "when_1": "-25d",
        "event_2": "Pain",
        "when_2": "5 days before weakness",
        "team": user.teams.first().pk,
    }
    return first | changes


def test_a_case_is_created_with_its_timeline_as_version_1(client, clinician):
    response = client.post(ADDRESS, texts(clinician))
    case = Case.objects.get()
    assert response.url == reverse("caserecords:show-case", args=[case.pk])
    assert (case.author, case.version, case.status) == (clinician, 1, "draft")
    document = json.loads(served_text(case.versions.get()))
    assert document["patient"]["age_at_presentation"] == {"number": "6", "unit": "months"}
    assert document["computed"]["days"] == {"admission": 0, "weakness": -25, "pain": -30}
    assert case.patient.code.startswith("P-") and len(case.patient.code) == 8


def token(client):
    """Load the page for a new case and return the form token from its hidden input."""
    html = client.get(ADDRESS).content.decode()
    return re.search(r'<input type="hidden" name="form_token" value="([0-9a-f-]{36})"', html)[1]


def test_submitting_a_page_twice_creates_one_case(client, clinician):
    sent = texts(clinician, form_token=token(client))
    first, second = (client.post(ADDRESS, sent) for _time in range(2))
    assert first.url == second.url
    assert Case.objects.count() == Patient.objects.count() == 1
    page = client.get(second.url).content.decode()
    assert "This case was already created. To add another, choose New case." in page


def test_cases_with_the_same_title_from_two_pages_are_two_cases(client, clinician):
    urls = {
        client.post(ADDRESS, texts(clinician, form_token=token(client), age=age)).url
        for age in ("6 months", "7 months", "7 months")
    }
    assert Case.objects.count() == len(urls) == 3


def test_a_corrected_page_keeps_its_token(client, clinician):
    sent = texts(clinician, form_token=token(client))
    page = client.post(ADDRESS, sent | {"title": ""}).content.decode()
    assert sent["form_token"] in page and not Case.objects.exists()
    urls = {client.post(ADDRESS, sent).url for _time in range(2)}
    assert Case.objects.count() == len(urls) == 1


def test_a_page_without_a_token_creates_a_case(client, clinician):
    for sent in (texts(clinician), texts(clinician, form_token="")):
        assert client.post(ADDRESS, sent).status_code == 302
    assert Case.objects.count() == 2


@pytest.mark.parametrize("invalid", ["x", "0" * 5000, "\0"])
def test_an_invalid_token_is_reported(client, clinician, invalid):
    form = client.post(ADDRESS, texts(clinician, form_token=invalid)).context["form"]
    assert (
        "This page is no longer valid" in form.errors["form_token"][0] and not Case.objects.exists()
    )


def test_the_token_of_another_user_does_not_lead_to_their_case(client, clinician):
    sent = {"form_token": token(client)}
    first = client.post(ADDRESS, texts(clinician, **sent))
    other = make_user(team=clinician.teams.first())
    client.force_login(other)
    second = client.post(ADDRESS, texts(other, **sent))
    assert first.url != second.url and Case.objects.filter(author=other).count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("code", ["", "P-77"])
def test_submitting_a_page_twice_at_the_same_time_creates_one_case(client, clinician, code):
    sent, both = texts(clinician, form_token=token(client), code=code), Barrier(2)

    def send(_number):
        browser = Client()
        browser.cookies = client.cookies
        both.wait()
        try:
            return browser.post(ADDRESS, sent).url
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        urls = set(pool.map(send, range(2)))
    assert Case.objects.count() == Patient.objects.count() == len(urls) == 1


def test_the_team_field_is_shown_only_to_clinicians_of_several_teams(client, clinician):
    assert client.get(ADDRESS).context["form"]["team"].is_hidden
    Membership.objects.create(user=clinician, team=make_team(), role=Role.CLINICIAN)
    assert not client.get(ADDRESS).context["form"]["team"].is_hidden


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"title": ""}, "title", "Enter a title"),
        ({"age": "elderly"}, "age", "not an age"),
        ({"when_1": "3/4/2011"}, "when_1", "3 April 2011 or 4 March 2011"),
        ({"when_1": "2 days after pain"}, None, "dated relative to each other"),
        ({"event_2": ""}, "event_2", "Enter the event"),
    ],
)
def test_invalid_input_is_rejected_and_no_case_is_created(client, clinician, changes, field, words):
    form = client.post(ADDRESS, texts(clinician, **changes)).context["form"]
    messages = form.errors[field] if field else form.non_field_errors()
    assert words in " ".join(messages)
    assert not Case.objects.exists() and not Patient.objects.exists()


def test_another_team_is_rejected(client, clinician):
    other = make_team()
    Membership.objects.create(user=clinician, team=other, role=Role.READER)
    form = client.post(ADDRESS, texts(clinician, team=other.pk)).context["form"]
    assert "team" in form.errors


def test_a_known_code_is_the_same_patient_unless_the_details_differ(client, clinician):
    first = make_case(clinician, clinician.teams.first())
    code = first.patient.code
    form = client.post(ADDRESS, texts(clinician, code=code)).context["form"]
    assert "a different value" in " ".join(form.errors["sex"])
    client.post(ADDRESS, texts(clinician, code=code, sex="male", title="The next illness"))
    assert Case.objects.filter(patient=first.patient).count() == 2


@pytest.mark.parametrize("role", [Role.READER, Role.REVIEWER])
def test_only_a_clinician_can_create_a_case(client, role):
    client.force_login(make_user(team=make_team(), role=role))
    assert client.get(ADDRESS).status_code == 403
    assert client.post(ADDRESS, {"title": "x"}).status_code == 403

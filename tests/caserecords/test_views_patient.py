"""The page of a patient, and a new case of a known patient."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from patients.models import AccessLog, Case, FollowUp, Patient, Role
from tests.factories import make_case, make_document, make_team, make_user

pytestmark = pytest.mark.django_db
NEW = reverse("patients:create-case")


@pytest.fixture
def team():
    return make_team()


@pytest.fixture
def author(team, client):
    user = make_user("author", team)
    client.force_login(user)
    return user


def document(title, date=None, other_date=None):
    """Return a document of patient P-1, with the given dates for the index and another event."""
    found = make_document(title=title)
    found["patient"] |= {"code": "P-1", "birth_year": 1950}
    if date:
        found["events"][0]["placement"]["date"] = date
    if other_date:
        found["events"][2]["placement"] = {"how": "date", "date": other_date}
    return found


@pytest.fixture
def cases(author, team):
    """{title: case} of five cases of one patient, not created in the order of their dates."""
    rows = [
        ("Undated", None, None),
        ("Third", "2019-05", "2001"),
        ("First", None, "2011"),
        ("Second", "2011-03-14", None),
        ("Undated too", None, None),
    ]
    return {row[0]: make_case(author, team, document=document(*row)) for row in rows}


def address(case):
    return reverse("caserecords:show-patient", args=[case.patient_id])


def titles(answer):
    return [one.line.case.title for one in answer.context["cases"]]


def test_cases_are_in_the_order_of_their_dates_then_as_created(client, cases):
    answer = client.get(address(cases["First"]))
    assert titles(answer) == ["First", "Second", "Third", "Undated", "Undated too"]
    page = answer.content.decode()
    assert "Patient P-1" in page
    assert "Born 1950" in page
    assert "14 March 2011 · Admission" in page
    assert "May 2019 · Admission" in page
    assert page.count("Date not recorded") == 2
    assert "▲ 2 better" in page
    assert "L5 radiculopathy, left" in page


def test_the_code_is_not_in_the_address_and_links_to_the_page(client, cases):
    case = cases["First"]
    assert "P-1" not in address(case)
    for page in (
        reverse("caserecords:home"),
        reverse("caserecords:show-case", args=[case.pk]),
        reverse("patients:edit-section", args=[case.pk, "strength"]),
    ):
        assert f'href="{address(case)}"' in client.get(page).content.decode()


def test_only_cases_that_the_user_may_see_are_listed(client, cases):
    guest = make_user("guest", make_team())
    client.force_login(guest)
    assert client.get(address(cases["First"])).status_code == 404
    cases["Second"].co_authors.add(guest)
    FollowUp.objects.create(case=cases["First"], due=timezone.localdate(), note="Repeat EMG")
    answer = client.get(address(cases["First"]))
    assert titles(answer) == ["Second"]
    page = answer.content.decode()
    assert "Repeat EMG" not in page
    assert NEW not in page  # not a clinician of this team


@pytest.mark.parametrize("role", [Role.READER, Role.REVIEWER])
def test_readers_and_reviewers_cannot_create_a_case(client, cases, team, role):
    client.force_login(make_user(team=team, role=role))
    answer = client.get(address(cases["First"]))
    assert len(titles(answer)) == 5
    assert NEW not in answer.content.decode()


def test_an_unknown_patient_is_404(client, author):
    assert client.get(reverse("caserecords:show-patient", args=[10**30])).status_code == 404


def test_the_next_follow_up_is_the_first_that_is_open(client, cases):
    today = timezone.localdate()
    for title, days, done in [("First", 5, None), ("Second", 3, None), ("Third", 1, today)]:
        FollowUp.objects.create(case=cases[title], due=today + timedelta(days=days), done=done)
    found = client.get(address(cases["First"])).context["next_follow_up"]
    assert found.case_id == cases["Second"].pk


def test_the_page_opens_no_case_and_needs_few_queries(client, cases, django_assert_max_num_queries):
    client.get("/healthz")
    with django_assert_max_num_queries(12):
        client.get(address(cases["First"]))
    assert not AccessLog.objects.exists()


def test_a_new_case_has_the_patient(client, cases):
    patient = cases["First"].patient
    where = f"{NEW}?patient={patient.pk}"
    page = client.get(where).content.decode()
    assert "Patient P-1" in page
    assert 'name="code"' not in page
    wrong = {"title": "Relapse", "code": "P-9", "sex": "female", "team": "1", "index": "Admission"}
    answer = client.post(where, wrong)
    assert answer.status_code == 302
    case = Case.objects.get(title="Relapse")
    assert case.patient == patient
    assert (case.patient.sex, case.patient.birth_year) == ("male", 1950)
    assert Patient.objects.count() == 1


def test_a_new_case_needs_a_patient_of_an_own_team(client, cases):
    patient = cases["First"].patient_id
    outsider = make_user(team=make_team())
    client.force_login(outsider)
    assert client.get(f"{NEW}?patient={patient}").status_code == 404
    cases["First"].co_authors.add(outsider)
    assert client.get(f"{NEW}?patient={patient}").status_code == 403
    assert client.post(f"{NEW}?patient={patient}", {"title": "Mine"}).status_code == 403


@pytest.mark.parametrize("text", ["", "x", "-1", "9" * 30, "\0", "٣"])
def test_a_patient_that_does_not_exist_is_404(client, author, text):
    assert client.get(NEW, {"patient": text}).status_code == 404

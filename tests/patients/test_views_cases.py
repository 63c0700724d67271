"""Creating a case with the short form."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse

from patients.entry import new_case
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


def test_submitting_the_form_twice_creates_one_case(client, clinician, monkeypatch):
    monkeypatch.setattr(new_case, "DUPLICATE_WINDOW", timedelta(hours=1))  # for slow machines
    first, second = (client.post(ADDRESS, texts(clinician)) for _time in range(2))
    assert first.url == second.url
    assert Case.objects.count() == 1


def test_the_team_field_is_shown_only_to_clinicians_of_several_teams(client, clinician):
    assert client.get(ADDRESS).context["form"]["team"].is_hidden
    Membership.objects.create(user=clinician, team=make_team(), role=Role.CLINICIAN)
    assert not client.get(ADDRESS).context["form"]["team"].is_hidden


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"title": ""}, "title", "required"),
        ({"age": "elderly"}, "age", "not an age"),
        ({"when_1": "25"}, "when_1", "add a unit"),
        ({"when_1": "2 days after pain"}, None, "dated relative to each other"),
        ({"event_2": ""}, "event_2", "Enter the event"),
        ({"when_2": "5 days before the flood"}, "when_2", "not an event of this case"),
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

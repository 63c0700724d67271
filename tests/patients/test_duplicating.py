"""Copying a case into a new draft."""

import json
from uuid import uuid4

import pytest
from django.urls import reverse

from caserecords.demo.load import read_case
from patients.actions.deleting import delete_draft
from patients.models import Case, PatientIdentity, Role
from patients.versions.saving import broken_links
from tests.api import LIST, Caller, address_of, assert_problem
from tests.factories import make_case, make_document, make_team, make_user
from tests.imaging.stored import case_with_images

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(client):
    case = make_case(title="Weak leg")
    client.force_login(case.author)
    return case


def duplicate(client, case, **data):
    url = reverse("caserecords:duplicate-case", args=[case.pk])
    title = client.get(url).context["form"]["title"].value()
    sent = {"title": title, "code": "", "team": case.team_id} | data
    return client.post(url, sent, follow=True)


def content(case):
    """Return the case's document without what a copy changes."""
    document = Caller(case.author).get(address_of(case)).json()
    del document["patient"]["code"], document["case"]["title"], document["computed"]
    return document


def test_a_copy_has_everything_but_code_and_title(client, case):
    page = duplicate(client, case)
    copy = Case.objects.exclude(pk=case.pk).get()
    assert page.redirect_chain[-1][0] == reverse("caserecords:show-case", args=[copy.pk])
    assert copy.title == "Copy of Weak leg" and copy.patient != case.patient
    assert content(copy) == content(case)
    assert copy.versions.get().comment == f"Copied from {case.patient.code}, version 1"
    assert list(broken_links(copy)) == []


def test_the_published_case_can_be_copied(client, case):
    published = make_case(case.author, case.team, document=read_case("published_case"))
    duplicate(client, published, title="Again", code="P-again")
    copy = Case.objects.get(title="Again")
    before, after = content(published), content(copy)
    assert before.pop("imaging") and after.pop("imaging")["studies"] == []
    assert after == before and copy.origin == "published" and copy.patient.code == "P-again"


def test_images_are_not_copied(client):
    case = case_with_images(2)
    client.force_login(case.author)
    duplicate(client, case)
    copy = Case.objects.exclude(pk=case.pk).get()
    assert copy.instances.count() == 0 and case.instances.count() == 2


def test_a_copy_of_another_teams_case_names_no_patient(client, case):
    document = make_document(title="Secret")
    document["patient"] |= {"code": "SECRET-7", "birth_year": 1950}
    other = make_case(document=document)
    PatientIdentity.objects.create(patient=other.patient, name="Zebulon Quist")
    other.co_authors.add(case.author)
    duplicate(client, other, title="Copy", team=case.team_id)
    copy = Case.objects.get(title="Copy")
    assert copy.team == case.team and copy.patient.birth_year is None
    history = client.get(reverse("caserecords:list-versions", args=[copy.pk])).content
    served = Caller(case.author).get(address_of(copy)).content
    for page in (history, served):
        assert b"SECRET-7" not in page and b"1950" not in page and b"Quist" not in page
    assert f"Copied from a case of {other.team}".encode() in history
    assert not PatientIdentity.objects.filter(patient=copy.patient).exists()


def test_a_reviewer_who_is_a_clinician_elsewhere_copies_into_that_team(client, case):
    user, team = make_user(team=case.team, role=Role.REVIEWER), make_team()
    team.memberships.create(user=user, role=Role.CLINICIAN)
    client.force_login(user)
    duplicate(client, case, team=team.pk)
    copy = Case.objects.get(team=team)
    assert copy.author == user and copy.status == "draft"
    page = duplicate(client, case, team=case.team_id)  # not a clinician there
    assert page.context["form"].errors["team"]


@pytest.mark.parametrize("role", [Role.READER, Role.REVIEWER])
def test_users_who_are_clinicians_nowhere_cannot_copy(client, case, role):
    client.force_login(make_user(team=case.team, role=role))
    url = reverse("caserecords:duplicate-case", args=[case.pk])
    desk = client.get(reverse("caserecords:show-case", args=[case.pk])).content.decode()
    assert url not in desk
    assert client.get(url).status_code == client.post(url).status_code == 403


def test_the_code_of_a_patient_with_other_details_is_an_error_at_the_field(client, case):
    person = {"code": "P-other", "sex": "female"}
    make_case(case.author, case.team, document=make_document(patient=person))
    page = duplicate(client, case, code="P-other")
    assert "different value" in str(page.context["form"].errors)
    assert b"Copy of Weak leg" in page.content and Case.objects.count() == 2


def test_the_same_page_sent_twice_makes_one_copy(client, case):
    token = str(uuid4())
    first, second = (duplicate(client, case, form_token=token) for _time in range(2))
    assert first.redirect_chain == second.redirect_chain and Case.objects.count() == 2
    duplicate(client, case, form_token=str(uuid4()))
    assert Case.objects.count() == 3


def test_sending_the_page_of_a_deleted_copy_again_leads_to_the_deleted_drafts(client, case):
    token = str(uuid4())
    duplicate(client, case, form_token=token)
    delete_draft(Case.objects.exclude(pk=case.pk).get(), case.author)
    page = duplicate(client, case, form_token=token)
    assert page.redirect_chain[-1][0] == reverse("caserecords:list-deleted")
    assert Case.objects.count() == 2


def test_a_long_title_is_truncated(client, case):
    Case.objects.update(title="x" * 300)
    duplicate(client, case)
    assert len(Case.objects.exclude(pk=case.pk).get().title) == 300


def test_the_api_copies_with_or_without_choices(client, case):
    api, url = Caller(case.author), f"{address_of(case)}copies/"
    response = api.send("POST", url, {"code": "P-new", "title": "New"})
    assert (response.status_code, response["Location"]) == (201, response.json()["url"])
    assert api.get(response["Location"]).json()["patient"]["code"] == "P-new"
    assert api.send("POST", url, {}).json()["title"] == "Copy of Weak leg"
    for wrong in ({"titel": "x"}, {"code": "x" * 41}, {"title": ""}, {"code": []}, []):
        assert_problem(api.send("POST", url, wrong), 400)
    assert len(api.get(LIST).json()["results"]) == 3
    assert json.loads(api.get(response["Location"]).content)["case"]["title"] == "New"

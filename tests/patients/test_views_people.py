"""The people page: the author chooses the co-authors, and the whole team can see them."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from patients.actions.sharing import set_co_authors
from patients.models import Case, Role, Status
from tests.factories import make_case, make_team, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return make_case()


@pytest.fixture
def colleague(case):
    return make_user("colleague", case.team)


def url_of(case):
    return reverse("caserecords:edit-people", args=[case.pk])


def choose(client, case, *users, by=None):
    client.force_login(by or case.author)
    return client.post(url_of(case), {"co_authors": [user.pk for user in users], "save": "1"})


def test_the_author_can_add_and_remove_a_co_author(client, case, colleague):
    assert choose(client, case, colleague).status_code == 302
    assert Case.objects.editable_by(colleague).get() == case
    choose(client, case)
    assert not Case.objects.editable_by(colleague).exists()
    comments = [version.comment for version in case.versions.order_by("number")]
    assert comments == ["", "co-authors changed", "co-authors changed"]


def test_an_unchanged_choice_creates_no_version(client, case, colleague):
    choose(client, case, colleague)
    choose(client, case, colleague)
    assert case.versions.count() == 2


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.READER])
def test_only_clinicians_of_the_team_can_be_chosen(client, case, role):
    for user in (make_user(team=case.team, role=role), make_user(team=make_team()), case.author):
        answer = choose(client, case, user)
        assert answer.status_code == 200
        assert "Not saved. Fix the following:" in answer.content.decode()
    assert not case.co_authors.exists() and case.versions.count() == 1


@pytest.mark.parametrize("key", ["x", "\0", "-1", "9" * 40])
def test_invalid_keys_are_rejected(client, case, key):
    client.force_login(case.author)
    assert client.post(url_of(case), {"co_authors": key}).status_code == 200
    assert case.versions.count() == 1


def test_a_co_author_who_left_the_team_can_be_kept_or_removed(client, case):
    outsider = make_user("outsider")
    case.co_authors.add(outsider)
    client.force_login(case.author)
    assert "outsider" in client.get(url_of(case)).content.decode()
    choose(client, case)
    assert not case.co_authors.exists()


@pytest.mark.parametrize("role", [Role.CLINICIAN, Role.REVIEWER, Role.READER])
def test_other_members_can_see_but_not_change_the_people(client, case, colleague, role):
    case.co_authors.add(colleague)
    other = make_user("other", case.team, role)
    client.force_login(other)
    page = client.get(url_of(case)).content.decode()
    assert all(name in page for name in (case.author.username, "colleague", "other", str(role)))
    assert "Save co-authors" not in page
    assert choose(client, case, other, by=other).status_code == 403
    assert choose(client, case, by=colleague).status_code == 403  # only the author can choose
    assert list(case.co_authors.all()) == [colleague]


def test_user_outside_the_team_gets_404(client, case):
    stranger = make_user("stranger", make_team())
    assert choose(client, case, stranger, by=stranger).status_code == 404


@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.APPROVED])
def test_only_the_authors_of_a_draft_can_change(client, colleague, case, status):
    Case.objects.filter(pk=case.pk).update(status=status)
    assert choose(client, case, colleague).status_code == 403
    with pytest.raises(PermissionDenied):  # the status changed after the page was opened
        set_co_authors(case, [colleague], case.author)
    assert not case.co_authors.exists()

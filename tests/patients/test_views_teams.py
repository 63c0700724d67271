"""Teams: members can see them, and staff can edit them."""

import pytest
from django.urls import reverse

from patients.models import Case, Membership, Role, Team
from tests.factories import make_case, make_team, make_user

pytestmark = pytest.mark.django_db
LIST = reverse("caserecords:list-teams")


@pytest.fixture
def team():
    return make_team("Neurology")


@pytest.fixture
def staff(client, team):
    user = make_user("staff", team)
    user.is_staff = True
    user.save()
    client.force_login(user)
    return user


def post(client, view, /, *args, **data):
    return client.post(reverse(f"caserecords:{view}", args=args), data, follow=True)


def text_of(answer):
    return answer.content.decode()


def test_a_member_sees_only_their_teams_and_no_form(client, team):
    make_user("colleague", team, Role.REVIEWER)
    make_team("Elsewhere")
    client.force_login(make_user("member", team, Role.READER))
    page = text_of(client.get(LIST))
    assert all(words in page for words in ("Neurology", "colleague", "reviewer", "member"))
    assert "Elsewhere" not in page and "Add member" not in page and "Create team" not in page


def test_a_user_without_a_team_sees_what_to_do(client):
    client.force_login(make_user())
    assert "No team yet" in text_of(client.get(LIST))


@pytest.mark.parametrize("role", Role.values)
def test_members_cannot_change_teams(client, team, role):
    member = make_user("member", team, role)
    client.force_login(member)
    own = member.memberships.get()
    assert post(client, "add-team", name="Mine").status_code == 403
    assert post(client, "add-member", team.pk, user="member", role="reader").status_code == 403
    assert post(client, "edit-member", team.pk, own.pk, role="reviewer").status_code == 403
    assert Team.objects.count() == 1 and Membership.objects.get().role == role


def test_staff_can_create_a_team_and_add_a_member(client, staff):
    user = make_user("anna")
    assert "created. Add" in text_of(post(client, "add-team", name="Paediatrics"))
    team = Team.objects.get(name="Paediatrics")
    assert "anna added to “Paediatrics”" in text_of(
        post(client, "add-member", team.pk, user="anna", role="reviewer")
    )
    assert user.memberships.get().role == Role.REVIEWER


@pytest.mark.parametrize("name", ["", " ", "Neurology", "x" * 121])
def test_a_missing_or_duplicate_team_name_is_rejected(client, staff, name):
    page = text_of(post(client, "add-team", name=name))
    assert "Not saved. Fix the following:" in page
    assert ("Enter the name of the new team." in page) == (not name.strip())
    assert Team.objects.count() == 1


@pytest.mark.parametrize(
    ("user", "role", "why"),
    [
        ("nobody", "reader", "There is no active user “nobody”. Check the username."),
        ("gone", "reader", "There is no active user “gone”. Check the username."),
        ("staff", "reader", "“staff” is already in this team."),
        ("anna", "owner", "owner is not one of the available choices."),
        ("", "reader", "Enter a username."),
        ("anna", "", "Choose a role."),
    ],
)
def test_an_invalid_member_is_rejected(client, staff, team, user, role, why):
    make_user("anna")
    gone = make_user("gone")
    gone.is_active = False
    gone.save()
    page = text_of(post(client, "add-member", team.pk, user=user, role=role))
    assert why in page
    assert team.memberships.count() == 1


def test_staff_can_change_a_role(client, staff, team):
    member = make_user("anna", team).memberships.get()
    page = text_of(post(client, "edit-member", team.pk, member.pk, role="reader"))
    assert "anna is now a reader in “Neurology”." in page
    assert "not one of the available" in text_of(
        post(client, "edit-member", team.pk, member.pk, role="owner")
    )
    member.refresh_from_db()
    assert member.role == Role.READER


def test_a_removed_member_keeps_their_cases_and_the_team_keeps_all(client, staff, team):
    anna = make_user("anna", team)
    own, other = make_case(anna, team), make_case(staff, team)
    page = text_of(post(client, "edit-member", team.pk, anna.memberships.get().pk, remove="1"))
    assert "removed from “Neurology”. To undo this, add them again." in page
    assert set(Case.objects.visible_to(anna)) == {own}
    assert set(team.cases.all()) == {own, other}


def test_staff_cannot_remove_themselves(client, staff, team):
    page = text_of(post(client, "edit-member", team.pk, staff.memberships.get().pk, remove="1"))
    assert "You cannot remove yourself" in page
    assert team.memberships.count() == 1


def test_a_member_of_another_team_gets_404(client, staff, team):
    other = make_user("anna", make_team("Elsewhere")).memberships.get()
    assert post(client, "edit-member", team.pk, other.pk, remove="1").status_code == 404
    assert post(client, "add-member", 10**6, user="anna", role="reader").status_code == 404


def test_the_number_of_queries_does_not_grow_with_the_teams(
    client, staff, django_assert_max_num_queries
):
    for _number in range(5):
        make_user(team=make_team())
    with django_assert_max_num_queries(12):
        client.get(LIST)

"""The management command create_user."""

from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from patients.models import Team
from tests.factories import make_team, make_user

pytestmark = pytest.mark.django_db


def create(*args):
    out = StringIO()
    call_command("create_user", *args, stdout=out, stderr=StringIO())
    return out.getvalue().strip()


def test_the_printed_password_can_be_used_to_sign_in(client):
    password = create("anna", "--team", "Neurology", "--role", "clinician", "--make-team")
    user = User.objects.get(username="anna")
    assert password not in user.password
    assert not user.is_staff and not user.is_superuser
    assert [(m.team.name, m.role) for m in user.memberships.all()] == [("Neurology", "clinician")]
    answer = client.post("/accounts/login/", {"username": "anna", "password": password})
    assert answer.status_code == 302


def test_passwords_differ_and_an_existing_team_is_used():
    team = make_team("Neurology")
    names = ("a", "b")
    made = {create(name, "--team", "Neurology", "--role", "reader", "--staff") for name in names}
    assert len(made) == 2 and team.memberships.count() == 2
    assert User.objects.filter(is_staff=True, is_superuser=False).count() == 2


@pytest.mark.parametrize(
    ("args", "why"),
    [
        (("anna", "--team", "Nowhere", "--role", "reader"), "Use --make-team"),
        (("known", "--team", "Neurology", "--role", "reader"), "already exists"),
        (("two words", "--team", "New", "--role", "reader", "--make-team"), "valid username"),
        (("anna", "--team", "Neurology", "--role", "owner"), "invalid choice"),
        (("anna", "--team", "x" * 121, "--role", "reader", "--make-team"), "at most 120"),
    ],
)
def test_invalid_arguments_create_nothing(args, why):
    make_team("Neurology")
    make_user("known")
    with pytest.raises(CommandError, match=why):
        create(*args)
    assert User.objects.count() == 1 and Team.objects.count() == 1

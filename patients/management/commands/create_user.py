"""Create a user as a member of a team, and print the initial password once."""

import secrets

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from patients.models import Membership, Role, Team

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # without characters that are easily confused
GROUPS, LENGTH = 4, 4  # 31 ** 16 passwords, 79 bits


class Command(BaseCommand):
    help = "Create a user as a member of a team. The random password is shown only once."

    def add_arguments(self, parser):
        parser.add_argument("name", help="the username")
        parser.add_argument("--team", required=True, help="the name of the team")
        parser.add_argument("--role", required=True, choices=Role.values)
        parser.add_argument(
            "--make-team", action="store_true", help="create the team if it does not exist"
        )
        parser.add_argument(
            "--staff", action="store_true", help="allow the user to edit teams and members"
        )

    @transaction.atomic
    def handle(self, *, name, team, role, make_team, staff, **options):
        found = find_team(team, make_team)
        password = new_password()
        user = User(username=name, is_staff=staff)
        user.set_password(password)
        save(user)
        Membership.objects.create(team=found, user=user, role=role)
        text = _("%(user)s created as %(role)s in %(team)s. Password, shown only once:")
        self.stderr.write(text % {"user": name, "role": Role(role).label, "team": found})
        self.stdout.write(password)


def find_team(name, create):
    """Return the team with this name, creating it if `create` is true.

    Raises CommandError if there is no such team and `create` is false, or if the name is not valid.
    """
    team = Team.objects.filter(name=name).first() or Team(name=name)
    if team.pk is None and not create:
        raise CommandError(_("There is no team “%s”. Use --make-team to create it.") % name)
    save(team)
    return team


def save(instance):
    """Validate and save an instance. Raises CommandError if it is not valid."""
    try:
        instance.full_clean()
    except ValidationError as error:
        raise CommandError(" ".join(error.messages)) from None
    instance.save()


def new_password():
    """Return a random password that is easy to read aloud and type."""
    groups = ("".join(secrets.choice(LETTERS) for _n in range(LENGTH)) for _group in range(GROUPS))
    return "-".join(groups)

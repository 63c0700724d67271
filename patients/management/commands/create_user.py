"""Makes a user, a member of a team, and shows the first password, this one time."""

import secrets

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from patients.models import Membership, Role, Team

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that can be mistaken for another
GROUPS, LENGTH = 4, 4  # 31 ** 16, 79 bits


class Command(BaseCommand):
    help = "Make a user of a team. The password is random, stored hashed and shown only now."

    def add_arguments(self, parser):
        parser.add_argument("name", help="the name to sign in with")
        parser.add_argument("--team", required=True, help="the name of the team")
        parser.add_argument("--role", required=True, choices=Role.values)
        parser.add_argument("--make-team", action="store_true", help="make the team if it is new")
        parser.add_argument("--staff", action="store_true", help="may change teams and members")

    @transaction.atomic
    def handle(self, *, name, team, role, make_team, staff, **options):
        found = find_team(team, make_team)
        password = new_password()
        user = User(username=name, is_staff=staff)
        user.set_password(password)
        save(user)
        Membership.objects.create(team=found, user=user, role=role)
        text = _("%(user)s is made, as %(role)s in %(team)s. Password, shown only now:")
        self.stderr.write(text % {"user": name, "role": Role(role).label, "team": found})
        self.stdout.write(password)


def find_team(name, make):
    """Return the team of a name, made if it is new and may be made."""
    team = Team.objects.filter(name=name).first() or Team(name=name)
    if team.pk is None and not make:
        raise CommandError(_("There is no team “%s”; --make-team makes it.") % name)
    save(team)
    return team


def save(instance):
    """Save what is valid; CommandError says what is not."""
    try:
        instance.full_clean()
    except ValidationError as error:
        raise CommandError(" ".join(error.messages)) from None
    instance.save()


def new_password():
    """Return a random password that can be read out and typed."""
    words = ("".join(secrets.choice(LETTERS) for _n in range(LENGTH)) for _group in range(GROUPS))
    return "-".join(words)

"""Create an API token for a user and print it once."""

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from patients.models import ApiToken


class Command(BaseCommand):
    help = "Create an API token for a user. The token is shown only once: only its hash is stored."

    def add_arguments(self, parser):
        parser.add_argument("user", help="the username")
        parser.add_argument("--read-only", action="store_true", help="create a read-only token")
        parser.add_argument(
            "--days", type=int, default=90, help="days until the token expires (default: 90)"
        )

    def handle(self, *, user, read_only, days, **options):
        if not 1 <= days <= 3650:
            raise CommandError(_("--days must be from 1 to 3650."))
        owner = User.objects.filter(username=user, is_active=True).first()
        if owner is None:
            raise CommandError(_("There is no active user “%s”. Check the username.") % user)
        self.stdout.write(ApiToken.objects.issue(owner, read_only=read_only, days=days))

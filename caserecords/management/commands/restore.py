"""Puts a backup back, after reading all of it."""

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from caserecords.operations.backup import BackupError, restore


class Command(BaseCommand):
    help = "Restore a backup; a damaged one is refused. Stop the site first."

    def add_arguments(self, parser):
        parser.add_argument("folder", metavar="DIR")
        parser.add_argument(
            "--replace", action="store_true", help="throw away what the database holds now"
        )

    def handle(self, *, folder, replace, **options):
        try:
            count = restore(folder, replace)
        except (BackupError, OSError) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(_("%d files are back. Run migrate, then verify.") % count)

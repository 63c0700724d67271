"""Restore a backup."""

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from caserecords.operations.backup import BackupError, restore


class Command(BaseCommand):
    help = "Check a backup for damage, then restore it. Stop the site first."

    def add_arguments(self, parser):
        parser.add_argument("folder", metavar="DIR")
        parser.add_argument(
            "--replace", action="store_true", help="delete the current contents of the database"
        )

    def handle(self, *, folder, replace, **options):
        try:
            count = restore(folder, replace)
        except (BackupError, OSError) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(_("Files restored: %d. Now run migrate, then verify.") % count)

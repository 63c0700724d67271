"""Backs up database and image files together."""

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from caserecords.operations.backup import BackupError, back_up


class Command(BaseCommand):
    help = "Back up the database and the image files, while the site runs. DIR is new or empty."

    def add_arguments(self, parser):
        parser.add_argument("folder", metavar="DIR")

    def handle(self, *, folder, **options):
        try:
            count = back_up(folder)
        except (BackupError, OSError) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(_("%(count)d files in %(folder)s.") % {"count": count, "folder": folder})

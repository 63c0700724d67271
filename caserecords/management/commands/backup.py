"""Back up the database and the image files."""

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from caserecords.operations.backup import BackupError, back_up


class Command(BaseCommand):
    help = (
        "Back up the database and the image files to a new or empty DIR. The site can keep running."
    )

    def add_arguments(self, parser):
        parser.add_argument("folder", metavar="DIR")

    def handle(self, *, folder, **options):
        try:
            count = back_up(folder)
        except (BackupError, OSError) as error:
            raise CommandError(str(error)) from None
        values = {"count": count, "folder": folder}
        self.stdout.write(_("Files backed up to %(folder)s: %(count)d.") % values)

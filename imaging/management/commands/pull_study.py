"""manage.py pull_study CASE STUDY --from URL: a study from another DICOMweb server into a case."""

import os
import re
import sys

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from rich.console import Console

from imaging.dicomweb.client import (
    Unreachable,
    count_images,
    fetch_study,
    server_of,
    temporary_folder,
)
from imaging.file_store import limits
from imaging.intake.importing import import_paths
from imaging.management.commands.import_dicom import bar, find_case, find_user, report
from imaging.models import Source

PASSWORD = "PULL_PASSWORD"  # an environment variable, as a command line can be read by others
TOKEN = "PULL_TOKEN"


class Command(BaseCommand):
    help = "Fetch a study from another DICOMweb server into a case that is a draft."

    def add_arguments(self, parser):
        parser.add_argument("case", help="the key (UUID) of the case")
        parser.add_argument("study", help="Study Instance UID, as the other server knows it")
        parser.add_argument("--from", required=True, dest="address", help="its DICOMweb root")
        parser.add_argument("--login", default="", help=f"user there; the password is {PASSWORD}")
        parser.add_argument("--user", help="in whose name here; the case's author unless told")

    def handle(self, *args, case, study, address, login, user, **options):
        found = find_case(case)
        if not re.fullmatch(r"[0-9]+(\.[0-9]+)*", study, re.ASCII) or len(study) > 64:
            raise CommandError(_("“%s” is no Study Instance UID.") % study)
        console = Console(file=self.stdout, highlight=False)
        try:
            secret = os.environ.get(PASSWORD, "")
            server = server_of(address, os.environ.get(TOKEN, ""), login, secret)
            job = self.take(console, server, study, found, find_user(user) or found.author)
        except Unreachable as error:
            raise CommandError(str(error)) from None
        if report(console, job):
            sys.exit(1)

    def take(self, console, server, study, case, user):
        """Fetch the study and import it; return the finished job."""
        with bar(console) as progress, temporary_folder() as folder:
            total = count_images(server, study)
            fetching = progress.add_task(_("Fetching"), total=total)
            most = limits().file_bytes
            paths = fetch_study(
                server, study, folder, most, lambda n: progress.update(fetching, completed=n)
            )
            if not paths:
                raise Unreachable(_("The server has no image of this study."))
            if total and len(paths) < total:
                words = _("The server told of %(total)d images and sent %(count)d.")
                console.print(words % {"total": total, "count": len(paths)})
            reading = progress.add_task(_("Reading files"), total=len(paths))
            return import_paths(
                case,
                user,
                paths,
                lambda done, total: progress.update(reading, completed=done, total=total),
                source=Source.PULL,
            )

"""manage.py pull_study CASE STUDY --from URL: import a study from another DICOMweb server."""

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

PASSWORD = "PULL_PASSWORD"  # an environment variable, as other users can see command lines
TOKEN = "PULL_TOKEN"


class Command(BaseCommand):
    help = "Import a study from another DICOMweb server into a draft case."

    def add_arguments(self, parser):
        parser.add_argument("case", help="UUID of the case")
        parser.add_argument("study", help="Study Instance UID on the other server")
        parser.add_argument(
            "--from", required=True, dest="address", help="DICOMweb URL of the other server"
        )
        parser.add_argument(
            "--login",
            default="",
            help=f"username on the other server; set the password in {PASSWORD}",
        )
        parser.add_argument("--user", help="username of the importer (default: the case's author)")

    def handle(self, *args, case, study, address, login, user, **options):
        found = find_case(case)
        if not re.fullmatch(r"[0-9]+(\.[0-9]+)*", study, re.ASCII) or len(study) > 64:
            message = _("“%s” is not a Study Instance UID. Enter one such as 1.2.840.99.3.")
            raise CommandError(message % study)
        console = Console(file=self.stdout, highlight=False)
        try:
            secret = os.environ.get(PASSWORD, "")
            server = server_of(address, os.environ.get(TOKEN, ""), login, secret)
            job = self.pull(console, server, study, found, find_user(user) or found.author)
        except Unreachable as error:
            raise CommandError(str(error)) from None
        if report(console, job):
            sys.exit(1)

    def pull(self, console, server, study, case, user):
        """Fetch the study and import it; return the finished job. Raises Unreachable."""
        with bar(console) as progress, temporary_folder() as folder:
            total = count_images(server, study)
            fetching = progress.add_task(_("Fetching"), total=total)
            most = limits().file_bytes
            paths = fetch_study(
                server, study, folder, most, lambda n: progress.update(fetching, completed=n)
            )
            if not paths:
                raise Unreachable(
                    _("The server has no images of this study. Check the Study Instance UID.")
                )
            if total and len(paths) < total:
                message = _("The server announced %(total)d images but sent %(count)d.")
                console.print(message % {"total": total, "count": len(paths)})
            reading = progress.add_task(_("Reading files"), total=len(paths))
            return import_paths(
                case,
                user,
                paths,
                lambda done, total: progress.update(reading, completed=done, total=total),
                source=Source.PULL,
            )

"""manage.py import_dicom CASE PATH...: import files, folders and zip archives into a case."""

import sys
from pathlib import Path

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from imaging.intake.importing import import_paths
from imaging.intake.policy import policy_of
from imaging.models import FileOutcome, State
from patients.models import Case


class Command(BaseCommand):
    help = "Import DICOM files, folders or zip archives into a draft case."

    def add_arguments(self, parser):
        parser.add_argument("case", help="UUID of the case")
        parser.add_argument("path", nargs="+", type=Path)
        parser.add_argument("--user", help="username of the importer (default: the case's author)")

    def handle(self, *args, case, path, user, **options):
        found = find_case(case)
        console = Console(file=self.stdout, highlight=False)
        for one in path:
            if not one.exists():
                message = _("There is no file or folder at %(path)s. Check the path.")
                raise CommandError(message % {"path": one})
        with bar(console) as progress:
            task = progress.add_task(_("Reading files"), total=None)
            job = import_paths(
                found,
                find_user(user) or found.author,
                path,
                lambda done, total: progress.update(task, completed=done, total=total),
            )
        if report(console, job):
            sys.exit(1)


def bar(console):
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, console=console)


def find_case(key):
    try:
        return Case.objects.kept().select_related("patient", "author").get(pk=key)
    except (Case.DoesNotExist, ValidationError):
        message = _("There is no case with the UUID %(key)s. Copy it from the case page's URL.")
        raise CommandError(message % {"key": key}) from None


def find_user(name):
    if not name:
        return None
    user = get_user_model().objects.filter(username=name).first()
    if user is None:
        raise CommandError(_("There is no user “%(name)s”. Check the username.") % {"name": name})
    return user


def report(console, job):
    """Print the outcome of an import; return whether it failed or any file was rejected."""
    counts = job.counts()
    table = Table("File", "Outcome", "Reason", title=_("Files not added as images"))
    listed = (
        FileOutcome.REFUSED,
        FileOutcome.QUARANTINED,
        FileOutcome.INDEX,
        FileOutcome.ANNOTATIONS,
    )
    for line in job.files.filter(outcome__in=listed):
        table.add_row(line.name, line.get_outcome_display(), line.translated_reason)
    if table.row_count:
        console.print(table)
    console.print(
        _("%(stored)s stored, %(duplicate)s already stored, %(refused)s rejected, "
          "%(quarantined)s to be checked.") % counts
    )  # fmt: skip
    console.print(policy_of(job.case.team).words)
    if job.state == State.FAILED:
        console.print(job.error)
    return job.state == State.FAILED or counts["refused"] > 0

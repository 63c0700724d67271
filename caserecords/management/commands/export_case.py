"""Writes a case in one of the export formats."""

import sys
import uuid
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from caserecords.exchange import FORMATS
from patients.history import current_versions
from patients.models import Case


class Command(BaseCommand):
    help = "Write a case in an export format, to a file or to standard output."

    def add_arguments(self, parser):
        parser.add_argument("case", help="the case's id")
        parser.add_argument("--format", required=True, choices=sorted(FORMATS), dest="form")
        parser.add_argument("--output", help="the file to write; standard output where left out")

    def handle(self, *, case, form, output, **options):
        data = FORMATS[form].export(find_version(case))
        if output is None:
            sys.stdout.buffer.write(data)
            return
        try:
            Path(output).write_bytes(data)
        except OSError as error:
            raise CommandError(f"{output}: {error.strerror}") from None


def find_version(text):
    """Return the newest version of the case with that id; CommandError where there is none."""
    try:
        pk = uuid.UUID(text)
    except ValueError:
        raise CommandError(_("“%s” is not the id of a case.") % text) from None
    version = current_versions(Case.objects.filter(pk=pk)).first()
    if version is None:
        raise CommandError(_("There is no case %s.") % pk)
    return version

"""Export a case to a file or to standard output."""

import sys
import uuid
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from caserecords.exchange import FORMATS
from caserecords.exchange.table import UnknownTable
from patients.models import Case
from patients.versions.saving import current_versions


class Command(BaseCommand):
    help = "Export a case to a file or to standard output."

    def add_arguments(self, parser):
        parser.add_argument("case", help="ID of the case")
        parser.add_argument("--format", required=True, choices=sorted(FORMATS), dest="form")
        parser.add_argument(
            "--table", default="", help="with csv: the key of a table in the document"
        )
        parser.add_argument("--output", help="file to write (default: standard output)")

    def handle(self, *, case, form, table, output, **options):
        if table and form != "csv":
            raise CommandError(_("--table requires --format csv."))
        data = export(find_version(case), FORMATS[form], table)
        if output is None:
            sys.stdout.buffer.write(data)
            return
        try:
            Path(output).write_bytes(data)
        except OSError as error:
            raise CommandError(f"{output}: {error.strerror}") from None


def export(version, form, table):
    """Return the bytes of an export; raise CommandError for an unknown table."""
    try:
        return form.export(version, table) if table else form.export(version)
    except UnknownTable as error:
        raise CommandError(str(error)) from None


def find_version(text):
    """Return the current version of the case with this ID; raise CommandError if there is none."""
    try:
        pk = uuid.UUID(text)
    except ValueError:
        raise CommandError(
            _("“%s” is not a case ID. Copy it from the case page's URL.") % text
        ) from None
    version = current_versions(Case.objects.kept().filter(pk=pk)).first()
    if version is None:
        raise CommandError(_("There is no case with the ID %s. Check the case page's URL.") % pk)
    return version

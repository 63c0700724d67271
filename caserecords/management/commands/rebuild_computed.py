"""Recompute the stored results and summaries of cases."""

import zlib

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import track

from patients.models import Case, CaseVersion
from patients.versions.reading import load_record, rebuild, record_piece
from patients.versions.summary import store_index, store_summary


class Command(BaseCommand):
    help = (
        "Recompute the stored results of each version with the rules of this release, and the "
        "summaries shown in lists. Signed versions keep their stored results."
    )

    def handle(self, **options):
        unsigned = CaseVersion.objects.filter(computed__isnull=False, is_signed=False)
        rebuilt = self.each(keys_of(unsigned), _("Versions"), rebuild_version)
        summarised = self.each(keys_of(Case.objects.all()), _("Summaries"), summarise_case)
        values = {"versions": rebuilt, "cases": summarised}
        self.stdout.write(_("Versions rebuilt: %(versions)d. Summaries: %(cases)d.") % values)

    def each(self, keys, label, rebuild_one):
        """Call `rebuild_one` for each primary key; return how many rows were rebuilt.

        Rows that cannot be read are reported and skipped.
        """
        count = 0
        for pk in track(keys, label, console=Console(stderr=True)):
            try:
                count += bool(rebuild_one(pk))
            except (LookupError, zlib.error):
                message = _("The row with primary key %s cannot be read. Run “manage.py verify”.")
                self.stderr.write(message % pk)
        return count


def keys_of(rows):
    return list(rows.order_by("pk").values_list("pk", flat=True))


def rebuild_version(pk):
    """Recompute an unsigned version if it is out of date; return whether it was recomputed."""
    version = CaseVersion.objects.filter(pk=pk).first()  # its case may have been deleted meanwhile
    return version is not None and rebuild(version)


@transaction.atomic
def summarise_case(pk):
    """Rebuild a case's summary and search terms; return False if it has no current version."""
    case = Case.objects.select_for_update().select_related("patient").filter(pk=pk).first()
    version = case and case.versions.filter(number=case.version).first()
    if version is not None:
        summary = store_summary(case, load_record(version))
        store_index(case, record_piece(version), summary["movements"])
    return version is not None

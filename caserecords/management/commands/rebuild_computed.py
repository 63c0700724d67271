"""Computes anew what is kept beside the stored cases."""

import zlib

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import track

from patients.models import Case, CaseVersion
from patients.versions.reading import load_record, rebuild
from patients.versions.summary import store_summary


class Command(BaseCommand):
    help = (
        "Compute anew, by the rules of this release, what is kept beside each version, and the "
        "summaries that lists show. Signed versions keep what was computed when they were signed."
    )

    def handle(self, **options):
        kept = CaseVersion.objects.filter(computed__isnull=False, is_signed=False)
        rebuilt = self.each(keys_of(kept), _("Versions"), rebuild_version)
        summarised = self.each(keys_of(Case.objects.all()), _("Summaries"), summarise_case)
        values = {"versions": rebuilt, "cases": summarised}
        self.stdout.write(_("%(versions)d versions and %(cases)d summaries rebuilt.") % values)

    def each(self, keys, words, rebuild_one):
        """Rebuild what has each key; name what cannot be read, and return how many were rebuilt."""
        count = 0
        for pk in track(keys, words, console=Console(stderr=True)):
            try:
                count += bool(rebuild_one(pk))
            except (LookupError, zlib.error):
                self.stderr.write(_("%s cannot be read; run verify.") % pk)
        return count


def keys_of(rows):
    return list(rows.order_by("pk").values_list("pk", flat=True))


def rebuild_version(pk):
    """Compute one version anew; tell whether its rules were older ones."""
    version = CaseVersion.objects.filter(pk=pk).first()  # a draft may be deleted meanwhile
    return version is not None and rebuild(version)


@transaction.atomic
def summarise_case(pk):
    """Store the summary of a case's newest version anew; tell whether there was one."""
    case = Case.objects.select_for_update().select_related("patient").filter(pk=pk).first()
    version = case and case.versions.filter(number=case.version).first()
    if version is not None:
        store_summary(case, load_record(version))
    return version is not None

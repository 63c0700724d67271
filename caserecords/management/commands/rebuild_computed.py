"""Computes anew what is kept beside the stored cases."""

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import track

from patients.models import Case, CaseVersion
from patients.summary import store_summary
from patients.versions import load_record, rebuild


class Command(BaseCommand):
    help = (
        "Compute anew, by the rules of this release, what is kept beside each version, and the "
        "summaries that lists show. Signed versions keep what was computed when they were signed."
    )

    def handle(self, **options):
        kept = CaseVersion.objects.filter(computed__isnull=False, is_signed=False)
        versions = keys_of(kept)
        rebuilt = sum(map(rebuild_version, progress(versions, _("Versions"))))
        cases = keys_of(Case.objects.all())
        for pk in progress(cases, _("Summaries")):
            summarise_case(pk)
        values = {"versions": rebuilt, "cases": len(cases)}
        self.stdout.write(_("%(versions)d versions and %(cases)d summaries rebuilt.") % values)


def keys_of(rows):
    return list(rows.order_by("pk").values_list("pk", flat=True))


def progress(keys, words):
    return track(keys, words, console=Console(stderr=True))


def rebuild_version(pk):
    """Compute one version anew; tell whether its rules were older ones."""
    version = CaseVersion.objects.filter(pk=pk).first()  # a draft may be deleted meanwhile
    return version is not None and rebuild(version)


@transaction.atomic
def summarise_case(pk):
    """Store the summary of a case's newest version anew."""
    case = Case.objects.select_for_update().select_related("patient").filter(pk=pk).first()
    if case is not None and case.version:
        store_summary(case, load_record(case.versions.get(number=case.version)))

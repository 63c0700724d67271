"""Undoing an import: what it stored leaves the case, and comes back with the version before."""

from django.db import transaction
from django.utils.translation import gettext as _

from imaging.intake.indexing import number_series
from imaging.models import REMOVED, FileOutcome
from patients.versions.saving import save_version


def images_of(job):
    """Return the images of the case that are there because of an import, set apart ones aside."""
    stored = job.files.filter(outcome=FileOutcome.STORED)
    rows = job.case.instances.filter(held=True, quarantine="")
    return rows.filter(sop_instance_uid__in=stored.values("sop_instance_uid"))


@transaction.atomic
def take_back(job, case, user):
    """Take an import's images out of a case as one new version; return how many.

    `case` is held for this transaction. The files stay: History restores the version before.
    """
    count = images_of(job).update(quarantine=REMOVED)
    if count:
        number_series(case)
        when = f"{job.created:%Y-%m-%d %H:%M}"
        values = {"count": count, "when": when}
        comment = _("%(count)s images of the import of %(when)s taken back") % values
        save_version(case, user, comment)
    return count

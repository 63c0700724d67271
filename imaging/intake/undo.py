"""Undo an import by removing its images from the case.

Restoring the previous version brings them back.
"""

from django.db import transaction
from django.utils.translation import ngettext

from imaging.intake.indexing import number_series
from imaging.models import REMOVED, FileOutcome
from patients.versions.saving import save_version


def images_of(job):
    """Return the images that an import stored and that are part of the case."""
    stored = job.files.filter(outcome=FileOutcome.STORED)
    rows = job.case.instances.filter(held=True, quarantine="")
    return rows.filter(sop_instance_uid__in=stored.values("sop_instance_uid"))


@transaction.atomic
def undo_import(job, case, user):
    """Remove an import's images, if any, from a case as one new version; return their number.

    `case` must be locked in this transaction. Files are kept, so that the earlier version can be
    restored.
    """
    count = images_of(job).update(quarantine=REMOVED)
    if count:
        number_series(case)
        when = f"{job.created:%Y-%m-%d %H:%M}"
        comment = ngettext(
            "Import of %(when)s undone: %(count)s image removed",
            "Import of %(when)s undone: %(count)s images removed",
            count,
        )
        save_version(case, user, comment % {"count": count, "when": when})
    return count

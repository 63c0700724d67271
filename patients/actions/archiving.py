"""Archive a case, which takes it out of the work list, and unarchive it."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from patients.access.permissions import may_archive
from patients.models import Case
from patients.versions.saving import save_version


@transaction.atomic
def archive_case(case, user):
    """Archive a case and record this in its history; archiving an archived case has no effect.

    Raises PermissionDenied if the user may not archive it.
    """
    case = lock_to_archive(case, user)
    if case.archived is None:
        save_version(case, user, _("Archived"), only=())
        Case.objects.filter(pk=case.pk).update(archived=timezone.now())


@transaction.atomic
def unarchive_case(case, user):
    """Return an archived case to the work list and record this in its history.

    Has no effect if the case is not archived. Raises PermissionDenied as `archive_case` does.
    """
    case = lock_to_archive(case, user)
    if case.archived is not None:
        Case.objects.filter(pk=case.pk).update(archived=None)
        save_version(case, user, _("Unarchived"), only=())


def lock_to_archive(case, user):
    case = Case.objects.select_for_update().select_related("team").get(pk=case.pk)
    if case.deleted or not may_archive(case, user):
        raise PermissionDenied(
            _("Only the authors of a case and its team's reviewers can archive or unarchive it.")
        )
    return case

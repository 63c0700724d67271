"""Delete a draft, restore it, and erase it for good after `KEPT_DAYS` days."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from patients.access.identifiers import forget_identity
from patients.models import ROW_MODELS, Case, Status
from patients.record.parts import PARTS
from patients.versions.saving import save_version

KEPT_DAYS = 30


class NotDeletable(Exception):
    """The case is not a draft or was approved; the message says what to do instead."""


def may_delete(case, user):
    """Return whether a user may delete a case.

    Only its author may, and only if it is a draft that has never been approved.
    """
    return case.author_id == user.pk and why_kept(case) is None


def why_kept(case):
    """Return a message to the author on why a case cannot be deleted, or None if it can."""
    if case.status != Status.DRAFT:
        return _("Only a draft can be deleted. Archive the case instead.")
    if case.was_approved:
        return _("A case that was approved cannot be deleted. Archive it instead.")
    return None


@transaction.atomic
def delete_draft(case, user):
    """Delete a draft: nobody sees it any more, but its author can restore it.

    Raises PermissionDenied if the user is not the author, and NotDeletable if the case must be
    kept. Deleting a deleted draft has no effect.
    """
    case = Case.objects.select_for_update().get(pk=case.pk)
    if case.author_id != user.pk:
        raise PermissionDenied(_("Only the author of a case can delete it."))
    if case.deleted:
        return
    reason = why_kept(case)
    if reason is not None:
        raise NotDeletable(reason)
    save_version(case, user, _("Draft deleted"), only=())
    Case.objects.filter(pk=case.pk).update(deleted=timezone.now())


@transaction.atomic
def restore_draft(case, user):
    """Restore a deleted draft to the work list; has no effect if it is not deleted.

    The patient may have been edited through another case meanwhile, so all pieces are stored again.
    """
    deleted = Case.objects.deleted_by(user).filter(pk=case.pk)
    restored = deleted.update(deleted=None, archived=None)
    if restored:
        save_version(case, user, _("Draft restored"))


def erased_on(case):
    """Return the time from which `erase_expired` erases a deleted draft."""
    return case.deleted + timedelta(days=KEPT_DAYS)


def erase_expired():
    """Erase the drafts that were deleted more than KEPT_DAYS ago; return how many."""
    expired = Case.objects.filter(deleted__lte=timezone.now() - timedelta(days=KEPT_DAYS))
    return sum(map(erase_if_deleted, list(expired)))


@transaction.atomic
def erase_if_deleted(case):
    """Erase a deleted draft; return False if it was restored or erased in the meantime."""
    found = Case.objects.select_for_update().filter(pk=case.pk, deleted=case.deleted).first()
    if found is None:
        return False
    erase_case(found)
    return True


@transaction.atomic
def erase_case(case):
    """Erase a case with its rows and parts, and its patient if the patient has no other case.

    The identity of a patient who is kept may be deleted too (see forget_identity). Rows that other
    rows refer to are deleted last. Files that no other case uses are deleted after the transaction
    commits.
    """
    for part in PARTS:
        part.discard(case)
    for model in reversed(ROW_MODELS):
        model.objects.filter(case=case).delete()
    patient = case.patient
    case.delete()
    forget_identity(patient, case.author)
    if not patient.cases.exists():
        patient.delete()

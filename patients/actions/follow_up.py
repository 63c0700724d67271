"""Change when a case is due for follow-up."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from patients.actions.review import is_writer
from patients.models import Case, FollowUp


class FollowUpChanged(Exception):
    """The follow-up is no longer the one that the user saw."""


def find_follow_up(case):
    """Return the stored follow-up of a case, or None."""
    return FollowUp.objects.filter(case=case).first()


def tag_of(follow_up):
    return follow_up.tag if follow_up else ""


def check_may_follow_up(case, user):
    """Raise PermissionDenied unless the user is an author or co-author.

    The status of the case does not matter.
    """
    if not is_writer(case, user):
        raise PermissionDenied(_("Only the authors of this case can change its follow-up."))


@transaction.atomic
def store_follow_up(case, user, wanted, seen=None):
    """Replace the follow-up of a case and return the previous one, or None.

    `wanted` is an unsaved FollowUp, or None to delete the stored one. `seen` is the tag of the
    follow-up that the user saw (see `tag_of`). Raises PermissionDenied, FollowUpChanged if `seen`
    is given but the stored follow-up has changed since, and Http404 if the case has been erased.
    """
    case = get_object_or_404(Case.objects.select_for_update(), pk=case.pk)
    check_may_follow_up(case, user)
    before = find_follow_up(case)
    if seen is not None and seen != tag_of(before):
        raise FollowUpChanged
    if wanted is not None:
        wanted.case = case
        wanted.save()
    elif before is not None:
        FollowUp.objects.filter(case=case).delete()
    return before

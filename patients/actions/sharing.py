"""Who writes a case with its author."""

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from patients.models import Case, Role
from patients.versions.saving import save_version


def may_share(case, user):
    """Tell whether a user may choose the co-authors: the author, while the case is a draft."""
    return case.author_id == user.pk and case.is_draft


def possible_co_authors(case):
    """Return the clinicians of the case's team, and who is a co-author already; never the author.

    A co-author who has left the team is among them, so that the author can see and remove them.
    """
    clinicians = Q(memberships__team=case.team_id, memberships__role=Role.CLINICIAN, is_active=True)
    users = get_user_model().objects.filter(clinicians | Q(shared_cases=case))
    return users.exclude(pk=case.author_id).distinct().order_by("username")


@transaction.atomic
def set_co_authors(case, chosen, user):
    """Make the chosen users a case's co-authors, as its next version; tell whether any changed.

    PermissionDenied where the user may not, or the case was submitted meanwhile.
    """
    case = Case.objects.select_for_update().get(pk=case.pk)
    if not may_share(case, user):
        raise PermissionDenied(_("Only the author may change who writes a case, while a draft."))
    if set(case.co_authors.all()) == set(chosen):
        return False
    case.co_authors.set(chosen)
    save_version(case, user, _("co-authors changed"), only=())
    return True

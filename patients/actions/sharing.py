"""Change the co-authors of a case."""

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from patients.models import Case, Role
from patients.versions.saving import save_version


def may_share(case, user):
    """Return whether a user may change the co-authors; only the author of a draft may."""
    return case.author_id == user.pk and case.is_open


def possible_co_authors(case):
    """Return the team's active clinicians and the current co-authors, except the author.

    Co-authors who have left the team are included, so that the author can remove them.
    """
    clinicians = Q(memberships__team=case.team_id, memberships__role=Role.CLINICIAN, is_active=True)
    users = get_user_model().objects.filter(clinicians | Q(shared_cases=case))
    return users.exclude(pk=case.author_id).distinct().order_by("username")


@transaction.atomic
def set_co_authors(case, chosen, user):
    """Set a case's co-authors and save a new version; return False if nothing changed.

    Raises PermissionDenied if the user is not the author or the case is no longer a draft.
    """
    case = Case.objects.select_for_update().get(pk=case.pk)
    if not may_share(case, user):
        raise PermissionDenied(_("Only the author of a draft can change its co-authors."))
    if set(case.co_authors.all()) == set(chosen):
        return False
    case.co_authors.set(chosen)
    save_version(case, user, _("co-authors changed"), only=())
    return True

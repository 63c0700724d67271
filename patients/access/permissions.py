"""Who may open a case: 404, 403 and the access log, in one place."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from patients.models import AccessLog, Case, Role, Team


def get_case(request, pk, *, edit=False, opening=True):
    """Return a case: 404 where the user may not see it, 403 where not change it; log the opening.

    `request` is Django's or the REST framework's, with its user. What a page sends of itself, such
    as a draft, is no opening.
    """
    visible = Case.objects.visible_to(request.user).select_related("patient", "team", "author")
    case = get_object_or_404(visible, pk=pk)
    if edit and not is_editable(case, request.user):
        raise PermissionDenied(_("Only its authors may change this case, while it is a draft."))
    if opening:
        record_access(request, case)
    return case


def get_team(request, pk, *, edit=False):
    """Return a team: 404 for whoever is not in it, 403 where they may not keep its references.

    Its clinicians and reviewers keep them, and who runs the site.
    """
    user = request.user
    known = Team.objects.all() if user.is_staff else Team.objects.filter(members=user)
    team = get_object_or_404(known, pk=pk)
    if edit and not keeps_references(team, user):
        raise PermissionDenied(_("Only clinicians and reviewers of the team may change this."))
    return team


def keeps_references(team, user):
    """Tell whether a user may add and retire a team's reference sets."""
    keepers = team.memberships.filter(user=user, role__in=(Role.CLINICIAN, Role.REVIEWER))
    return user.is_staff or keepers.exists()


def is_editable(case, user):
    """Tell whether a user may change a case now."""
    return Case.objects.editable_by(user).filter(pk=case.pk).exists()


def may_read_accesses(case, user):
    """Tell whether a user sees who opened a case: its authors, and the reviewers of its team."""
    if case.author_id == user.pk or case.co_authors.filter(pk=user.pk).exists():
        return True
    return case.team.memberships.filter(user=user, role=Role.REVIEWER).exists()


def record_access(request, case):
    """Write down who opened what, from where. Addresses come from the connection alone."""
    opening(request, case.pk).save()


def record_accesses(request, case_pks):
    """Write down the opening of several cases by one request, each once."""
    openings = [opening(request, pk) for pk in sorted(set(case_pks), key=str)]
    AccessLog.objects.bulk_create(openings)


def opening(request, case_pk):
    return AccessLog(
        case_id=case_pk,
        user=request.user,
        what=f"{request.method} {request.path}"[:200],
        address=request.META.get("REMOTE_ADDR") or None,
    )

"""Look up cases and teams, check permissions and log access to cases."""

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from patients.models import AccessLog, Case, CaseVersion, Patient, Role, Status, Team
from patients.models.case import APPROVES


def get_case(request, pk, *, edit=False, opening=True):
    """Return a case and log the access.

    Raises Http404 if the user may not see the case, and PermissionDenied if `edit` is true and the
    user may not edit it. `request` is a Django or REST framework request. Pass `opening=False` for
    background requests such as autosaves, which are not logged.
    """
    visible = Case.objects.visible_to(request.user)
    related = ("patient", "team", "author", "follow_up")
    approvals = CaseVersion.objects.filter(APPROVES, case=OuterRef("pk"))
    visible = visible.select_related(*related).annotate(was_approved=Exists(approvals))
    case = get_object_or_404(visible, pk=pk)
    if edit and not is_editable(case, request.user):
        raise PermissionDenied(why_not_editable(case))
    if opening:
        record_access(request, case)
    return case


def why_not_editable(case):
    if case.archived:
        return _("This case is archived. Unarchive it on its page before you edit it.")
    if case.status == Status.SUBMITTED:
        return _("This case is under review and cannot be edited.")
    if case.status == Status.APPROVED:
        return _("This case is approved and cannot be edited.")
    return _("Only the authors can edit this case.")


def get_patient(request, pk):
    """Return a patient with the team. Raises Http404 unless the user may see a case of the patient.

    This does not open any of the cases, so it is not logged; nor are lists of cases.
    """
    patients = Patient.objects.select_related("team").defer("image_key")
    seen = Case.objects.visible_to(request.user).filter(patient=OuterRef("pk"))
    return get_object_or_404(patients.filter(Exists(seen)), pk=pk)


def get_team(request, pk, *, edit=False):
    """Return a team.

    Raises Http404 if the user is neither a member nor staff, and PermissionDenied if `edit` is true
    and the user may not edit the team's reference sets.
    """
    user = request.user
    known = Team.objects.all() if user.is_staff else Team.objects.filter(members=user)
    team = get_object_or_404(known, pk=pk)
    if edit and not may_edit_references(team, user):
        raise PermissionDenied(
            _(
                "Only the team's clinicians and reviewers and the site administrators can change "
                "its reference sets."
            )
        )
    return team


def may_edit_references(team, user):
    """Return whether a user may add and retire a team's reference sets.

    Only staff and the team's clinicians and reviewers may do so.
    """
    editors = team.memberships.filter(user=user, role__in=(Role.CLINICIAN, Role.REVIEWER))
    return user.is_staff or editors.exists()


def get_template_team(request, pk, *, edit=False):
    """Return a team whose case templates the user may read or, if `edit` is true, change.

    Raises Http404 and PermissionDenied as `get_team` does.
    """
    team = get_team(request, pk)
    if edit and not may_edit_templates(team, request.user):
        raise PermissionDenied(
            _("Only the team's clinicians and the site administrators can change its templates.")
        )
    return team


def may_edit_templates(team, user):
    """Return whether a user may change a team's case templates.

    Only staff and the team's clinicians may do so.
    """
    return user.is_staff or team.memberships.filter(user=user, role=Role.CLINICIAN).exists()


def is_editable(case, user):
    """Return whether a user may edit a case in its current status."""
    return Case.objects.editable_by(user).filter(pk=case.pk).exists()


def is_editable_by_authors(case, user, co_authors):
    """Return what `is_editable` returns, without a query; `co_authors` are those of the case."""
    return user.is_active and case.is_open and user in (case.author, *co_authors)


def may_read_accesses(case, user):
    """Return whether a user may see a case's access log.

    Only the case's authors and the team's reviewers may see it.
    """
    if case.author_id == user.pk or case.co_authors.filter(pk=user.pk).exists():
        return True
    return case.team.memberships.filter(user=user, role=Role.REVIEWER).exists()


def may_archive(case, user):
    """Return whether a user may archive and unarchive a case.

    These are the same users as those who may read its access log.
    """
    return may_read_accesses(case, user)


def record_access(request, case):
    """Log an access to a case. The IP address is REMOTE_ADDR, because headers can be forged."""
    opening(request, case.pk).save()


def record_accesses(request, case_pks):
    """Log the access of one request to several cases, with one entry per case."""
    openings = [opening(request, pk) for pk in sorted(set(case_pks), key=str)]
    AccessLog.objects.bulk_create(openings)


def opening(request, case_pk):
    return AccessLog(
        case_id=case_pk,
        user=request.user,
        what=f"{request.method} {request.path}"[:200],
        address=request.META.get("REMOTE_ADDR") or None,
    )

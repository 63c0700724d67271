"""Teams: users see their own teams; staff create teams and manage their members.

Teams cannot be deleted, so a case always has a team.
"""

from functools import wraps

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from patients.forms.people import name_of
from patients.forms.teams import MemberForm, RoleForm, TeamForm
from patients.models import Membership, Role, Team


def staff_only(view):
    """Decorate a view to raise PermissionDenied for non-staff users before it makes any query."""

    @wraps(view)
    def wrapper(request, *args, **kwargs):
        if not request.user.is_staff:
            raise PermissionDenied(_("Only site administrators can change teams."))
        return view(request, *args, **kwargs)

    return wrapper


@require_safe
def list_teams(request):
    """Show the user's teams with their members; staff see all teams, with forms."""
    return show_teams(request)


@require_POST
@staff_only
def add_team(request):
    """Create a team without members."""
    form = TeamForm(request.POST)
    if not form.is_valid():
        return show_teams(request, form, form)
    team, _created = Team.objects.get_or_create(name=form.cleaned_data["name"])
    messages.success(request, _("Team “%s” created. Add its members.") % team)
    return redirect("caserecords:list-teams")


@require_POST
@staff_only
def add_member(request, team_pk):
    """Add a user to a team."""
    team = get_object_or_404(Team, pk=team_pk)
    form = MemberForm(request.POST, team=team)
    if not form.is_valid():
        return show_teams(request, form)
    user, role = form.cleaned_data["user"], form.cleaned_data["role"]
    Membership.objects.get_or_create(team=team, user=user, defaults={"role": role})
    text = _("%(user)s added to “%(team)s” as %(role)s.")
    facts = {"user": name_of(user), "team": team, "role": Role(role).label}
    messages.success(request, text % facts)
    return redirect("caserecords:list-teams")


@require_POST
@staff_only
def edit_member(request, team_pk, member_pk):
    """Change a member's role, or remove the member."""
    members = Membership.objects.select_related("user", "team")
    member = get_object_or_404(members, pk=member_pk, team=team_pk)
    if "remove" in request.POST:
        remove_member(request, member)
        return redirect("caserecords:list-teams")
    form = RoleForm(request.POST, instance=member)
    if not form.is_valid():
        return show_teams(request, form)
    form.save()
    text = _("%(user)s is now a %(role)s in “%(team)s”.")
    facts = {"user": name_of(member.user), "role": member.get_role_display(), "team": member.team}
    messages.success(request, text % facts)
    return redirect("caserecords:list-teams")


def remove_member(request, member):
    """Remove a member and add a message on how to undo it; staff cannot remove themselves."""
    if member.user == request.user:
        text = _("You cannot remove yourself from “%s”. Ask another site administrator.")
        messages.error(request, text % member.team)
        return
    member.delete()
    text = _("%(user)s (%(role)s) removed from “%(team)s”. To undo this, add them again.")
    facts = {"user": name_of(member.user), "role": member.get_role_display(), "team": member.team}
    messages.success(request, text % facts)


def show_teams(request, failed=None, team_form=None):
    """Render the page of teams; `failed` is the invalid form, if any."""
    is_staff = request.user.is_staff
    teams = Team.objects.all() if is_staff else Team.objects.filter(members=request.user)
    members = Membership.objects.select_related("user").order_by("user__username")
    teams = teams.order_by("name").prefetch_related(Prefetch("memberships", members))
    context = {
        "form": failed,
        "team_form": team_form or (TeamForm() if is_staff else None),
        "roles": Role.choices,
        "teams": [(team, member_form(team, failed)) for team in teams],
    }
    return render(request, "patients/teams.html", context)


def member_form(team, failed):
    """Return the form for adding a member: `failed` if it belongs to this team, else a new one."""
    if isinstance(failed, MemberForm) and failed.team == team:
        return failed
    return MemberForm(team=team)

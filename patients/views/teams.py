"""Teams: everybody sees their own; staff make them and say who is in them.

A team is never deleted here, so its cases keep their place whoever leaves.
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
    """Refuse whoever does not run the site, before anything is looked up."""

    @wraps(view)
    def answer(request, *args, **kwargs):
        if not request.user.is_staff:
            raise PermissionDenied(_("Only who runs the site may change teams."))
        return view(request, *args, **kwargs)

    return answer


@require_safe
def list_teams(request):
    """My teams with their members and roles; for staff all teams, to change."""
    return show_teams(request)


@require_POST
@staff_only
def add_team(request):
    """Make a team, with nobody in it yet."""
    form = TeamForm(request.POST)
    if not form.is_valid():
        return show_teams(request, form, form)
    team, _made = Team.objects.get_or_create(name=form.cleaned_data["name"])
    messages.success(request, _("The team “%s” is made. Add its members.") % team)
    return redirect("caserecords:list-teams")


@require_POST
@staff_only
def add_member(request, team_pk):
    """Take a user into a team."""
    team = get_object_or_404(Team, pk=team_pk)
    form = MemberForm(request.POST, team=team)
    if not form.is_valid():
        return show_teams(request, form)
    user, role = form.cleaned_data["user"], form.cleaned_data["role"]
    Membership.objects.get_or_create(team=team, user=user, defaults={"role": role})
    text = _("%(user)s is in “%(team)s” now, as %(role)s.")
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
    text = _("%(user)s is %(role)s in “%(team)s” now.")
    facts = {"user": name_of(member.user), "role": member.get_role_display(), "team": member.team}
    messages.success(request, text % facts)
    return redirect("caserecords:list-teams")


def remove_member(request, member):
    """Remove a member and say how to undo it; nobody removes themselves."""
    if member.user == request.user:
        text = _("You cannot remove yourself from “%s”: let somebody else who runs the site do it.")
        messages.error(request, text % member.team)
        return
    member.delete()
    text = _("%(user)s (%(role)s) is removed from “%(team)s”. To undo it, add them again.")
    facts = {"user": name_of(member.user), "role": member.get_role_display(), "team": member.team}
    messages.success(request, text % facts)


def show_teams(request, failed=None, team_form=None):
    """The page of teams; `failed` is the form that was refused."""
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
    """Return the form that takes a member into a team: the refused one, if it is this team's."""
    if isinstance(failed, MemberForm) and failed.team == team:
        return failed
    return MemberForm(team=team)

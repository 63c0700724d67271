"""Edit a team's imaging policy."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from imaging.forms import PolicyForm
from imaging.intake.policy import MEGABYTE, policy_of, quota_bytes, used_bytes
from patients.models import Team
from patients.views.teams import staff_only


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def edit_policy(request, team_pk):
    """Edit how a team's images are de-identified from now on, and its storage quota."""
    team = get_object_or_404(Team, pk=team_pk)
    form = PolicyForm(request.POST or None, instance=policy_of(team))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved. This applies to images imported from now on."))
        return redirect("imaging:edit-policy", team.pk)
    most = quota_bytes(team)
    context = {"team": team, "form": form, "used": used_bytes(team) // MEGABYTE}
    context["most"] = most and most // MEGABYTE
    status = 422 if form.is_bound else 200
    return render(request, "imaging/policy.html", context, status=status)

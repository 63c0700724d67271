"""The page that lists a case's authors and its team's members."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from patients.access.permissions import get_case
from patients.actions.sharing import may_share, set_co_authors
from patients.forms.people import CoAuthorsForm


@require_http_methods(["GET", "HEAD", "POST"])
def edit_people(request, case_pk):
    """Show who can edit and see a case; the author of a draft can change the co-authors."""
    case = get_case(request, case_pk)
    can_share = may_share(case, request.user)
    if request.method == "POST" and not can_share:
        raise PermissionDenied(_("Only the author of a draft can change its co-authors."))
    # If no box is ticked, the browser sends only the button.
    is_sent = bool({"save", "co_authors"} & request.POST.keys())
    form = CoAuthorsForm(request.POST if is_sent else None, case=case)
    if request.method == "POST" and (not is_sent or form.is_valid()):
        if is_sent and set_co_authors(case, form.cleaned_data["co_authors"], request.user):
            messages.success(request, _("Co-authors changed."))
        return redirect("caserecords:edit-people", case.pk)
    context = {
        "case": case,
        "form": form,
        "can_share": can_share,
        "co_authors": case.co_authors.order_by("username"),
        "memberships": case.team.memberships.select_related("user").order_by("user__username"),
    }
    return render(request, "patients/people.html", context)

"""The page for creating a case."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from patients.entry.new_case import NewCaseForm, clinician_teams


@require_http_methods(["GET", "HEAD", "POST"])
@transaction.atomic
def create_case(request):
    """Create a case from a short form and redirect to its page."""
    if not clinician_teams(request.user).exists():
        raise PermissionDenied(_("You need the clinician role in a team to create a case."))
    form = NewCaseForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        case = form.create()
        if case is not None:
            messages.success(request, _("Case created. Saved as version 1."))
            return redirect("caserecords:show-case", case.pk)
    return render(request, "patients/case_form.html", {"form": form})

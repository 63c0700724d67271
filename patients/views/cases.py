"""The page for creating a case."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from patients.entry.new_case import NewCaseForm, clinician_teams

CREATED = gettext_lazy("Case created. Saved as version 1.")
CREATED_BEFORE = gettext_lazy("This case was already created. To add another, choose New case.")


@require_http_methods(["GET", "HEAD", "POST"])
@transaction.atomic
def create_case(request):
    """Create a case from a short form and redirect to its page."""
    if not clinician_teams(request.user).exists():
        raise PermissionDenied(_("You need the clinician role in a team to create a case."))
    form = NewCaseForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        case, is_new = form.get_or_create()
        if case is not None:
            messages.success(request, CREATED if is_new else CREATED_BEFORE)
            return redirect("caserecords:show-case", case.pk)
    return render(request, "patients/case_form.html", {"form": form})

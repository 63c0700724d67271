"""The page for creating a case."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from patients.access.permissions import get_patient
from patients.entry.new_case import NewCaseForm, clinician_teams


@require_http_methods(["GET", "HEAD", "POST"])
@transaction.atomic
def create_case(request):
    """Create a case from a short form and redirect to its page.

    `?patient=` is the primary key of a patient whose details the new case has.
    """
    teams = clinician_teams(request.user)
    if not teams.exists():
        raise PermissionDenied(_("You need the clinician role in a team to create a case."))
    patient = asked_patient(request)
    if patient and not teams.filter(pk=patient.team_id).exists():
        raise PermissionDenied(_("Only clinicians of this patient's team can create a case."))
    form = NewCaseForm(request.POST or None, user=request.user, patient=patient)
    if request.method == "POST" and form.is_valid():
        case = form.create()
        if case is not None:
            messages.success(request, _("Case created. Saved as version 1."))
            return redirect("caserecords:show-case", case.pk)
    return render(request, "patients/case_form.html", {"form": form})


def asked_patient(request):
    """Return the patient that the address names, or None. Raises Http404 if it is not visible."""
    text = request.GET.get("patient")
    if text is None:
        return None
    try:
        return get_patient(request, int(text))
    except (ValueError, OverflowError):
        raise Http404 from None

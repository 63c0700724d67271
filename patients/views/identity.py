"""The page for a patient's identity, available if the PATIENT_IDENTIFIERS setting is on."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from patients.access.identifiers import get_identity, may_identify, save_identity
from patients.access.permissions import get_case
from patients.forms.identity import IdentityForm


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def edit_identity(request, case_pk):
    """Edit the name, record number and birth date of a case's patient."""
    if not settings.PATIENT_IDENTIFIERS:
        raise Http404
    case = get_case(request, case_pk, edit=True)
    if not may_identify(case, request.user):
        raise PermissionDenied(
            _("Only an author of all of this patient's cases can see the patient's identity.")
        )
    data = request.POST if request.method == "POST" else None
    form = IdentityForm(data, instance=get_identity(case.patient))
    if form.is_valid():
        save_identity(case.patient, form.cleaned_data)
        messages.success(request, _("Patient's identity saved."))
        return redirect("caserecords:edit-identity", case.pk)
    return render(request, "patients/identity.html", {"case": case, "form": form})

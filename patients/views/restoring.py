"""View for restoring an earlier version, after confirmation."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from patients.access.permissions import get_case
from patients.actions import restoring
from patients.actions.review import CaseChanged
from patients.forms.status import SeenForm
from patients.record.document import DocumentError


@require_http_methods(["GET", "HEAD", "POST"])
def restore_version(request, case_pk, number):
    """Ask for confirmation, then restore the version."""
    case = get_case(request, case_pk, edit=True)
    if not 1 <= number < case.version:
        raise Http404
    form = SeenForm(request.POST if request.method == "POST" else None, version=case.version)
    errors = []
    if form.is_valid():
        errors = restore(request, case, number, form.cleaned_data["version"])
        if not errors:
            return redirect("caserecords:show-case", case.pk)
    versions = case.versions.defer("computed").select_related("saved_by")
    version = get_object_or_404(versions, number=number)
    context = {"case": case, "version": version, "form": form, "errors": errors}
    return render(request, "patients/restore.html", context)


def restore(request, case, number, seen):
    """Restore the version and add a success message, or return a list of ("", error message)."""
    try:
        newest = restoring.restore_version(case, number, request.user, seen)
    except CaseChanged:
        text = _(
            "The case has changed since you opened this page. "
            "Check it again before you restore this version."
        )
        return [("", text)]
    except DocumentError as error:
        return [("", f"{path}: {message}") for path, message in error.errors]
    text = _("Version %(old)s restored. Saved as version %(new)s.")
    messages.success(request, text % {"old": number, "new": newest.number})
    return []

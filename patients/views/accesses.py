"""The page that shows a case's access log."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from patients.access.permissions import get_case, may_read_accesses

PAGE = 100


@require_safe
def list_accesses(request, case_pk):
    """Show the access log of a case, newest first, to its authors and reviewers."""
    case = get_case(request, case_pk)
    if not may_read_accesses(case, request.user):
        raise PermissionDenied(
            _("Only the authors and reviewers of a case can see its access log.")
        )
    accesses = case.accesses.select_related("user").order_by("-pk")
    before = request.GET.get("before", "")
    if before.isascii() and before.isdecimal() and len(before) < 19:
        accesses = accesses.filter(pk__lt=int(before))
    accesses = list(accesses[: PAGE + 1])
    context = {
        "case": case,
        "accesses": accesses[:PAGE],
        "before": accesses[PAGE - 1].pk if len(accesses) > PAGE else None,
    }
    return render(request, "patients/accesses.html", context)

"""Views of the review page, status changes and the history, and the health check."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from caserecords.pages.case_list import case_lines, page_of
from patients.access.permissions import get_case, is_editable, may_read_accesses
from patients.actions.review import STEPS, CaseChanged, open_steps, take_step
from patients.entry.drafts import unsaved_by_others
from patients.forms.status import StepForm
from patients.lists.cases import newest, ways_to_review, ways_to_see
from patients.models import Case, Status
from patients.versions.differences import differences
from patients.versions.reading import document_of
from patients.views.unsaved import ask_about_drafts

FEW = 5  # cases in a short list
VERSIONS = 50  # versions per page of the history


# Lists


@require_safe
def list_submitted(request):
    """List the cases awaiting review and those approved recently."""
    approved = Case.objects.current().filter(status=Status.APPROVED)
    recent = newest(approved, ways_to_see(request.user), "updated", FEW)
    waiting = Case.objects.reviewable_by(request.user)
    found, after = page_of(waiting, ways_to_review(request.user), request.GET.get("after"))
    context = {"waiting": found, "after": after, "approved": case_lines(recent)}
    return render(request, "caserecords/review.html", context)


# Status


@require_http_methods(["GET", "HEAD", "POST"])
def change_status(request, case_pk):
    """Ask for confirmation, then apply one review step, which changes the status of a case."""
    case = get_case(request, case_pk)
    step = STEPS.get(request.POST.get("step") or request.GET.get("step"))
    if step is None:
        raise Http404
    if step not in open_steps(case, request.user):
        raise PermissionDenied(
            _("Your role does not allow this, or the status of the case has already changed.")
        )
    if step.start == Status.DRAFT and (asked := ask_about_drafts(request, case, step)):
        return asked
    form = StepForm(request.POST or None, step=step, version=case.version)
    if request.method == "POST" and form.is_valid():
        apply_step(request, case, step, form.cleaned_data)
        return redirect("caserecords:show-case", case.pk)
    others = unsaved_by_others(case, request.user) if step.start == Status.DRAFT else []
    context = {
        "case": case,
        "step": step,
        "form": form,
        "others": others,
        "open_checks": case.summary_row.open_checks if step.start != Status.APPROVED else 0,
    }
    return render(request, "caserecords/status.html", context)


def apply_step(request, case, step, data):
    """Change the status; add a success message, or an error if the case has changed meanwhile."""
    try:
        take_step(case, step, request.user, data["reason"], data["version"])
    except CaseChanged:
        text = _(
            "“%s” has changed since you opened this page. Check it before you change its status."
        )
        messages.error(request, text % case.title)
    else:
        messages.success(request, f"{case.title}: {step.past}.")


# History


@require_safe
def list_versions(request, case_pk):
    """List the versions of a case, newest first, without loading their computed results."""
    case = get_case(request, case_pk)
    versions = case.versions.defer("computed").select_related("saved_by").order_by("-number")
    before = request.GET.get("before", "")
    if before.isascii() and before.isdecimal() and len(before) < 10:
        versions = versions.filter(number__lt=int(before))
    versions = list(versions[: VERSIONS + 1])
    context = {
        "case": case,
        "versions": versions[:VERSIONS],
        "before": versions[VERSIONS - 1].number if len(versions) > VERSIONS else None,
        "may_read_accesses": may_read_accesses(case, request.user),
    }
    return render(request, "caserecords/history.html", context)


@require_safe
def show_version(request, case_pk, number):
    """Show the changes in one version, field by field."""
    case = get_case(request, case_pk)
    if not 1 <= number <= case.version:
        raise Http404
    versions = case.versions.select_related("saved_by").filter(number__in=(number - 1, number))
    version, *before = versions.order_by("-number")
    documents = [document_of(found) for found in (*before, version)]
    context = {
        "case": case,
        "version": version,
        "is_first": not before,
        "changes": differences(*documents) if before else [],
        "has_next": number < case.version,
        "can_restore": number < case.version and is_editable(case, request.user),
    }
    return render(request, "caserecords/version.html", context)


# Health


@login_not_required
@require_safe
def report_health(request):
    """Return 200 if the site and its database respond, otherwise 503, for monitoring."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"status": "database does not respond"}, status=503)
    return JsonResponse({"status": "ok"})

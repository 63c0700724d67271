"""Views for copying, archiving and deleting cases, and for deleted drafts."""

from django.contrib import messages
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from patients.access.permissions import get_case, record_access
from patients.actions import archiving, deleting
from patients.entry.copy_case import CopyForm
from patients.models import Case
from patients.views.cases import require_clinician, show_created
from patients.views.undoing import WITH_ACTION

COPIED = gettext_lazy("Case copied. You are the author of this draft.")


@require_http_methods(["GET", "HEAD", "POST"])
@transaction.atomic
def duplicate_case(request, case_pk):
    """Ask for a title, patient code and team, then copy the case into the user's new draft."""
    case = get_case(request, case_pk)
    require_clinician(request.user)
    form = CopyForm(request.POST or None, case=case, user=request.user)
    if request.method == "POST" and form.is_valid():
        copy, is_new = form.get_or_create()
        if copy is not None:
            return show_created(request, copy, is_new and COPIED)
    has_other_team = form.fields["team"].queryset.exclude(pk=case.team_id).exists()
    context = {"case": case, "form": form, "has_other_team": has_other_team}
    return render(request, "patients/duplicate.html", context)


@require_POST
def archive_case(request, case_pk):
    case = get_case(request, case_pk)
    archiving.archive_case(case, request.user)
    return redirect("caserecords:show-case", case.pk)


@require_POST
def unarchive_case(request, case_pk):
    case = get_case(request, case_pk)
    archiving.unarchive_case(case, request.user)
    messages.success(request, _("The case is back on the work list."))
    return redirect("caserecords:show-case", case.pk)


# Deleting


@require_POST
def delete_case(request, case_pk):
    """Delete a draft; the work list then offers to undo this."""
    case = get_case(request, case_pk)
    try:
        deleting.delete_draft(case, request.user)
    except deleting.NotDeletable as error:
        messages.error(request, str(error))
        return redirect("caserecords:show-case", case.pk)
    text = render_to_string("patients/_deleted.html", {"case": case}, request)
    messages.success(request, text, extra_tags=WITH_ACTION)
    return redirect("caserecords:home")


@require_safe
def list_deleted(request):
    """List the user's deleted drafts, the most recently deleted first."""
    found = Case.objects.deleted_by(request.user).select_related("patient").order_by("-deleted")
    drafts = [(case, deleting.erased_on(case)) for case in found]
    context = {"drafts": drafts, "days": deleting.KEPT_DAYS}
    return render(request, "patients/deleted.html", context)


@require_POST
def restore_draft(request, case_pk):
    case = get_deleted(request, case_pk)
    deleting.restore_draft(case, request.user)
    record_access(request, case)
    messages.success(request, _("Draft restored."))
    return redirect("caserecords:show-case", case.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def erase_draft(request, case_pk):
    """Ask for confirmation, then erase a deleted draft for good."""
    case = get_deleted(request, case_pk)
    if request.method == "POST":
        if not deleting.erase_if_deleted(case):
            messages.error(request, _("The draft was restored meanwhile, so it was not erased."))
            return redirect("caserecords:list-deleted")
        messages.success(request, _("“%s” was erased.") % case.title)
        return redirect("caserecords:list-deleted")
    context = {
        "case": case,
        "images": case.summary_row.images,
        "is_last": not case.patient.cases.exclude(pk=case.pk).exists(),
    }
    return render(request, "patients/erase.html", context)


def get_deleted(request, case_pk):
    """Return one of the user's deleted drafts; raise Http404 for any other case."""
    deleted = Case.objects.deleted_by(request.user).select_related("patient", "team")
    return get_object_or_404(deleted, pk=case_pk)

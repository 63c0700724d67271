"""Download a study's DICOM objects, and import annotations from a presentation state."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from imaging.dicom.refusal import Refused
from imaging.intake.receiving import receive_annotations
from imaging.marks.dicom_objects import KINDS, write_object
from imaging.models import Study
from imaging.refusals import refusal_text
from patients.access.permissions import get_case
from patients.actions.sent_once import once


@require_safe
def show_object(request, case_pk, pk, kind):
    """Download one of a study's DICOM objects."""
    case = get_case(request, case_pk)
    study = get_object_or_404(Study, pk=pk, case=case)
    if kind not in KINDS:
        raise Http404
    try:
        data = write_object(study, kind)
    except Refused as refused:
        messages.error(request, refusal_text(refused))
        return redirect("imaging:list-series", case.pk)
    return as_file(data, kind)


def as_file(data, kind):
    """Return a DICOM object as a file download."""
    response = HttpResponse(data, content_type="application/dicom")
    response["Content-Disposition"] = f'attachment; filename="{kind}.dcm"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-cache"
    return response


@require_POST
@once
def add_presentation_state(request, case_pk):
    """Import the annotations of a presentation state into the case."""
    case = get_case(request, case_pk, edit=True)
    upload = request.FILES.get("file")
    if upload is None:
        messages.error(request, _("Choose a presentation state file first."))
        return redirect("imaging:list-series", case.pk)
    try:
        taken = receive_annotations(case, request.user, upload)
    except Refused as refused:
        messages.error(request, refusal_text(refused))
    else:
        report(request, taken)
    return redirect("imaging:list-series", case.pk)


def report(request, taken):
    count = len(taken.marks)
    message = ngettext("%d annotation imported.", "%d annotations imported.", count) % count
    messages.success(request, " ".join([message, *taken.notes]))

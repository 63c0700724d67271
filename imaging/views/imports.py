"""Receiving files: file by file with progress, or all at once from a plain form."""

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from imaging.models import ImportJob, State
from imaging.receiving import open_job, receive, start
from imaging.views.series import is_editable
from patients.access import get_case


@require_POST
def add_import(request, case_pk):
    """Open an import: with files it starts at once; a script opens it empty and sends each."""
    case = get_case(request, case_pk, edit=True)
    files = request.FILES.getlist("files") + request.FILES.getlist("folder")
    if not files and not wants_json(request):
        messages.error(request, _("No file was picked. Choose files, a folder or a zip archive."))
        return redirect("imaging:list-series", case.pk)
    job = open_job(case, request.user)
    for file in files:
        receive(job, file)
    if files:
        start(job)
    if wants_json(request):
        return JsonResponse(progress_of(job), status=201)
    return redirect("imaging:show-import", case.pk, job.pk)


def wants_json(request):
    return "application/json" in request.headers.get("Accept", "")


@require_POST
def add_file(request, case_pk, pk):
    """Receive one more file; the answer is given when it is safe on disk."""
    case = get_case(request, case_pk, edit=True)
    job = get_object_or_404(ImportJob, pk=pk, case=case, user=request.user)
    file = request.FILES.get("file")
    if job.state != State.RECEIVING:
        return JsonResponse({"error": _("This import takes no more files.")}, status=409)
    if file is None:
        return JsonResponse({"error": _("No file arrived.")}, status=400)
    line = receive(job, file, request.POST.get("name", ""))
    return JsonResponse({"name": line.name, "outcome": line.outcome, "reason": line.reason})


@require_POST
def start_import(request, case_pk, pk):
    """Read what has arrived; also again, after a failure."""
    case = get_case(request, case_pk, edit=True)
    job = get_object_or_404(ImportJob, pk=pk, case=case)
    start(job)
    if wants_json(request):
        return JsonResponse(progress_of(job))
    return redirect("imaging:show-import", case.pk, job.pk)


@require_safe
def show_import(request, case_pk, pk):
    """Show what became of each file."""
    case = get_case(request, case_pk)
    job = get_object_or_404(ImportJob.objects.select_related("user"), pk=pk, case=case)
    counts = job.counts()
    context = {
        "case": case,
        "job": job,
        "counts": counts,
        "total": sum(counts.values()),
        "problems": job.files.filter(outcome__in=("refused", "quarantined")),
        "files": job.files.all()[:2000],
        "reading": job.state in (State.QUEUED, State.RUNNING),
        "can_start": job.state in (State.RECEIVING, State.FAILED) and is_editable(request, case),
    }
    return render(request, "imaging/import.html", context)


@require_safe
def show_progress(request, case_pk, pk):
    """Return the state of an import for the page's script."""
    job = get_object_or_404(ImportJob.objects.visible_to(request.user), pk=pk, case_id=case_pk)
    return JsonResponse(progress_of(job), headers={"Cache-Control": "no-store"})


def progress_of(job):
    counts = job.counts()
    return {
        "id": str(job.pk),
        "state": job.state,
        "words": job.get_state_display(),
        "counts": counts,
        "total": sum(counts.values()),
        "error": job.error,
        "page": reverse("imaging:show-import", args=[job.case_id, job.pk]),
        "files": reverse("imaging:add-file", args=[job.case_id, job.pk]),
        "start": reverse("imaging:start-import", args=[job.case_id, job.pk]),
        "progress": reverse("imaging:show-progress", args=[job.case_id, job.pk]),
    }

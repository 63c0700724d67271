"""Receiving files: file by file with progress, or all at once from a plain form."""

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from imaging.intake.receiving import open_job, receive, start, stop
from imaging.intake.undo import images_of, undo_import
from imaging.models import FileOutcome, ImportJob, State
from patients.access.permissions import get_case, is_editable
from patients.tables.spreadsheet import as_csv

LINES_A_PAGE = 500
NOT_TAKEN = (FileOutcome.REFUSED, FileOutcome.QUARANTINED, FileOutcome.NOT_READ)
NO_IMAGES = (FileOutcome.INDEX, FileOutcome.ANNOTATIONS)


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


@require_http_methods(["GET", "HEAD", "POST"])
def add_file(request, case_pk, pk):
    """Receive one more file, the answer is given when it is safe on disk; GET names the arrived."""
    case = get_case(request, case_pk, edit=True, opening=False)
    job = get_object_or_404(ImportJob, pk=pk, case=case, user=request.user)
    if request.method != "POST":
        names = list(job.files.values_list("name", flat=True))
        return JsonResponse({"names": names}, headers={"Cache-Control": "no-store"})
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


@require_POST
def stop_import(request, case_pk, pk):
    """End an import before its end; what is stored stays."""
    case = get_case(request, case_pk, edit=True)
    job = get_object_or_404(ImportJob, pk=pk, case=case)
    stop(job)
    if job.state == State.STOPPED:
        messages.success(request, _("The import is stopped. What was stored before stays."))
    else:
        messages.info(request, _("The import had ended already; nothing was stopped."))
    return redirect("imaging:show-import", case.pk, job.pk)


@require_POST
def take_back_import(request, case_pk, pk):
    """Take what an import stored out of the case again."""
    case = get_case(request, case_pk, edit=True)
    job = get_object_or_404(ImportJob, pk=pk, case=case)
    if job.finished is None:
        messages.error(request, _("The import goes on; stop it first."))
        return redirect("imaging:show-import", case.pk, job.pk)
    count = undo_import(job, case, request.user)
    words = _("%d images left the case. History can restore the version before.")
    messages.success(request, words % count)
    return redirect("imaging:show-import", case.pk, job.pk)


@require_safe
def show_import(request, case_pk, pk):
    """Show what became of each file."""
    case = get_case(request, case_pk)
    job = get_object_or_404(ImportJob.objects.select_related("user"), pk=pk, case=case)
    editable = is_editable(case, request.user)
    counts = job.counts()
    receiving = job.state == State.RECEIVING
    reading = job.state in (State.QUEUED, State.RUNNING)
    context = {
        "case": case,
        "job": job,
        "counts": counts,
        "total": sum(counts.values()),
        "problems": job.files.filter(outcome__in=NOT_TAKEN)[:LINES_A_PAGE],
        "told": job.files.filter(outcome__in=NO_IMAGES)[:LINES_A_PAGE],
        "files": job.files.all()[:LINES_A_PAGE],
        "shown": LINES_A_PAGE,
        "reading": reading or (job.state == State.STOPPED and job.finished is None),
        "can_start": editable and (receiving or job.state == State.FAILED),
        "can_send": editable and receiving and job.user == request.user,
        "can_stop": editable and (receiving or reading),
        "to_look_at": editable and counts[FileOutcome.QUARANTINED] and is_any_apart(case),
        "taken": images_of(job).count() if editable and job.finished else 0,
    }
    return render(request, "imaging/import.html", context)


def is_any_apart(case):
    return case.instances.exclude(quarantine="").exists()


@require_safe
def list_files(request, case_pk, pk):
    """Return every line of an import as CSV."""
    case = get_case(request, case_pk)
    job = get_object_or_404(ImportJob, pk=pk, case=case)
    rows = [
        (line.name, line.get_outcome_display() or _("not read yet"), _(line.reason or " ").strip())
        for line in job.files.all()
    ]
    body = as_csv([(_("File"), _("Outcome"), _("Why")), *rows])
    response = HttpResponse(body, content_type="text/csv; charset=utf-8")
    name = f"import-{job.created:%Y%m%d-%H%M}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


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
        "ended": job.state in (State.DONE, State.FAILED) or job.finished is not None,
        "page": reverse("imaging:show-import", args=[job.case_id, job.pk]),
        "files": reverse("imaging:add-file", args=[job.case_id, job.pk]),
        "start": reverse("imaging:start-import", args=[job.case_id, job.pk]),
        "progress": reverse("imaging:show-progress", args=[job.case_id, job.pk]),
    }

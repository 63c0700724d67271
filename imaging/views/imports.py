"""Import files, uploaded one by one by a script or all at once with a form; undo imports."""

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from imaging.intake.receiving import open_job, receive, start, stop
from imaging.intake.undo import images_of, undo_import
from imaging.models import FileOutcome, ImportJob, State
from patients.access.permissions import get_case, is_editable
from patients.tables.spreadsheet import as_csv

LINES_A_PAGE = 500
PROBLEMS = (FileOutcome.REFUSED, FileOutcome.QUARANTINED, FileOutcome.NOT_READ)
NOT_IMAGES = (FileOutcome.INDEX, FileOutcome.ANNOTATIONS)


@require_POST
def add_import(request, case_pk):
    """Create an import and start it with the posted files; a script may upload its files later."""
    case = get_case(request, case_pk, edit=True)
    files = request.FILES.getlist("files") + request.FILES.getlist("folder")
    if not files and not wants_json(request):
        messages.error(request, _("Choose files, a folder or a zip archive first."))
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
    """Receive one more file, and respond when it is synced to disk; GET lists received files."""
    case = get_case(request, case_pk, edit=True, opening=False)
    job = get_object_or_404(ImportJob, pk=pk, case=case, user=request.user)
    if request.method != "POST":
        names = list(job.files.values_list("name", flat=True))
        return JsonResponse({"names": names}, headers={"Cache-Control": "no-store"})
    file = request.FILES.get("file")
    if job.state != State.RECEIVING:
        error = _("This import has already started. Create a new one.")
        return JsonResponse({"error": error}, status=409)
    if file is None:
        return JsonResponse(
            {"error": _("No file was received. Choose a file and try again.")}, status=400
        )
    line = receive(job, file, request.POST.get("name", ""))
    body = {"name": line.name, "outcome": line.outcome, "reason": line.translated_reason}
    return JsonResponse(body)


@require_POST
def start_import(request, case_pk, pk):
    """Start an import, or retry one that failed."""
    case = get_case(request, case_pk, edit=True)
    job = get_object_or_404(ImportJob, pk=pk, case=case)
    start(job)
    if wants_json(request):
        return JsonResponse(progress_of(job))
    return redirect("imaging:show-import", case.pk, job.pk)


@require_POST
def stop_import(request, case_pk, pk):
    """Cancel an import; images already stored are kept."""
    case = get_case(request, case_pk, edit=True)
    job = get_object_or_404(ImportJob, pk=pk, case=case)
    stop(job)
    if job.state == State.STOPPED:
        messages.success(request, _("Import cancelled. Images already stored stay in the case."))
    else:
        messages.info(request, _("The import had already finished."))
    return redirect("imaging:show-import", case.pk, job.pk)


@require_POST
def take_back_import(request, case_pk, pk):
    """Undo an import."""
    case = get_case(request, case_pk, edit=True)
    job = get_object_or_404(ImportJob, pk=pk, case=case)
    if job.finished is None:
        messages.error(request, _("The import is still running. Cancel it first."))
        return redirect("imaging:show-import", case.pk, job.pk)
    count = undo_import(job, case, request.user)
    done = ngettext("Import undone: %d image removed.", "Import undone: %d images removed.", count)
    hint = _("You can restore the earlier version in History.")
    messages.success(request, f"{done % count} {hint}")
    return redirect("imaging:show-import", case.pk, job.pk)


@require_safe
def show_import(request, case_pk, pk):
    """Show an import with the outcomes of its files, at most LINES_A_PAGE in each list."""
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
        "problems": job.files.filter(outcome__in=PROBLEMS)[:LINES_A_PAGE],
        "told": job.files.filter(outcome__in=NOT_IMAGES)[:LINES_A_PAGE],
        "files": job.files.all()[:LINES_A_PAGE],
        "shown": LINES_A_PAGE,
        "reading": reading or (job.state == State.STOPPED and job.finished is None),
        "can_start": editable and (receiving or job.state == State.FAILED),
        "can_send": editable and receiving and job.user == request.user,
        "can_stop": editable and (receiving or reading),
        "to_look_at": editable and counts[FileOutcome.QUARANTINED] and has_quarantined(case),
        "taken": images_of(job).count() if editable and job.finished else 0,
    }
    return render(request, "imaging/import.html", context)


def has_quarantined(case):
    return case.instances.exclude(quarantine="").exists()


@require_safe
def list_files(request, case_pk, pk):
    """Return a list of an import's files with their outcomes as CSV."""
    case = get_case(request, case_pk)
    job = get_object_or_404(ImportJob, pk=pk, case=case)
    rows = [
        (line.name, line.get_outcome_display() or _("not read yet"), line.translated_reason)
        for line in job.files.all()
    ]
    body = as_csv([(_("File"), _("Outcome"), _("Reason")), *rows])
    response = HttpResponse(body, content_type="text/csv; charset=utf-8")
    name = f"import-{job.created:%Y%m%d-%H%M}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_safe
def show_progress(request, case_pk, pk):
    """Return the progress of an import for the page's script."""
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

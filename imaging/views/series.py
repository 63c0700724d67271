"""The list of studies and series, with forms for imports, visits and quarantined images."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from imaging.dicom.limits import MEGABYTE
from imaging.document.pieces import OF_STUDIES
from imaging.file_cleanup import remove_unheld
from imaging.file_store import limits
from imaging.forms import StudyForm
from imaging.intake.acceptance import OTHER_PATIENT
from imaging.intake.indexing import number_series
from imaging.intake.policy import policy_of, quota_bytes, used_bytes
from imaging.models import REMOVED, Inbox, Instance, Series, Study
from imaging.views.inbox import targets
from patients.access.permissions import get_case, is_editable
from patients.entry.navigation import navigation_of
from patients.versions.saving import save_version


@dataclass(frozen=True)
class SeriesLine:
    """A series in the list; `thumbnail` is the key of its middle stored image, or None."""

    series: Series
    count: int
    held: int
    thumbnail: int | None


@require_safe
def list_series(request, case_pk):
    """List studies and series with their metadata, and show the import forms."""
    case = get_case(request, case_pk)
    editable = is_editable(case, request.user)
    apart = case.instances.exclude(quarantine="").select_related("series").defer("header")
    bounds = limits()
    context = {
        "case": case,
        "navigation": navigation_of(case, request.user, can_edit=editable),
        "studies": [
            (study, visit_form(study) if editable else None, lines)
            for study, lines in study_lines(case)
        ],
        "figures": case.figures.all(),
        "imports": case.imports.all()[:5],
        "apart": apart if editable else [],
        "other_patient": OTHER_PATIENT,
        "removed": REMOVED,
        "editable": editable,
        "largest_file": bounds.file_bytes // MEGABYTE,
        "largest_archive": bounds.archive_bytes // MEGABYTE,
        "is_inbox": is_inbox(case, request.user),
        "received": targets(request.user, case),
        "policy": policy_of(case.team),
        "room": usage_text(case.team),
        "ohif": settings.OHIF_URL.rstrip("/"),
    }
    return render(request, "imaging/series_list.html", context)


def is_inbox(case, user):
    return Inbox.objects.filter(case=case, user=user).exists()


def usage_text(team):
    """Return a sentence on how much of a team's quota is used, or "" without a quota."""
    most = quota_bytes(team)
    if most is None:
        return ""
    values = {"used": used_bytes(team) // MEGABYTE, "most": most // MEGABYTE}
    return _("%(used)s of the team's %(most)s MB are used.") % values


def visit_form(study, data=None):
    return StudyForm(data, instance=study, prefix=f"study-{study.pk}")


def study_lines(case):
    """Return [(study, [SeriesLine])] of a case's released images, in three queries."""
    images = {}
    shown = case.instances.released().order_by("position", "pk")
    for series, pk, held in shown.values_list("series", "pk", "held"):
        images.setdefault(series, []).append((pk, held))
    lines = {}
    for series in case.series.select_related("study__visit").order_by("position", "pk"):
        series.case = case
        if series.pk in images:
            lines.setdefault(series.study_id, []).append(make_line(series, images[series.pk]))
    studies = case.studies.select_related("visit", "case")
    return [(study, lines[study.pk]) for study in studies if study.pk in lines]


def make_line(series, images):
    stored = [pk for pk, held in images if held]
    middle = stored[len(stored) // 2] if stored else None
    return SeriesLine(series, len(images), len(stored), middle)


@require_POST
def edit_study(request, case_pk, pk):
    """Set the visit of a study."""
    case = get_case(request, case_pk, edit=True)
    form = visit_form(get_object_or_404(Study, pk=pk, case=case), request.POST)
    if form.is_valid():
        with transaction.atomic():
            form.save()
            save_version(case, request.user, only=OF_STUDIES)
        messages.success(request, _("Visit saved."))
    else:
        messages.error(request, _("Not saved. Choose a visit of this case."))
    return redirect("imaging:list-series", case.pk)


@require_POST
def release_image(request, case_pk, pk):
    """Release a quarantined or removed image into the case, unless it is of another patient."""
    case = get_case(request, case_pk, edit=True)
    image = get_object_or_404(Instance.objects.exclude(quarantine=""), pk=pk, case=case)
    if image.quarantine == OTHER_PATIENT:
        messages.error(request, _("An image of another patient cannot be added to this case."))
        return redirect("imaging:list-series", case.pk)
    with transaction.atomic():
        Instance.objects.filter(pk=image.pk).update(quarantine="")
        number_series(case)
        save_version(case, request.user, _("Image released after review"))
    messages.success(request, _("The image is now part of the case."))
    return redirect("imaging:list-series", case.pk)


@require_POST
def delete_image(request, case_pk, pk):
    """Delete a quarantined image and its file permanently.

    Images that were removed from the case cannot be deleted, as History can restore them.
    """
    case = get_case(request, case_pk, edit=True)
    apart = Instance.objects.exclude(quarantine__in=("", REMOVED))
    image = get_object_or_404(apart, pk=pk, case=case)
    with transaction.atomic():
        image.delete()
        remove_empty(image.series)
        save_version(case, request.user, only=OF_STUDIES)
        transaction.on_commit(lambda: remove_unheld([image.sha256]))
    messages.success(request, _("The image and its file were deleted."))
    return redirect("imaging:list-series", case.pk)


def remove_empty(series):
    """Delete a series that has no images left, and its study if that has no other series."""
    if not series.instances.exists():
        series.delete()
        if not series.study.series.exists():
            series.study.delete()

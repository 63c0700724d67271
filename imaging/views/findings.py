"""Add findings in the viewer, and list those of a study."""

from django.contrib import messages
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from imaging.forms import FindingForm
from imaging.pixels.responses import viewer_address
from imaging.views.levels import find_slice
from patients.access.permissions import get_case
from patients.actions.sent_once import once
from patients.models import ImagingFinding
from patients.versions.pieces import of_record
from patients.versions.saving import save_version


@require_POST
@once
def add_finding(request, case_pk, pk):
    """Add a finding that a slice of a series shows."""
    case = get_case(request, case_pk, edit=True)
    series = get_object_or_404(case.series.select_related("study__visit"), pk=pk)
    place, number = find_slice(request, series)
    form = FindingForm(request.POST)
    if place is None or not form.is_valid():
        wrong = [
            f"{form.fields[name].label}: {' '.join(found)}"
            for name, found in form.errors.items()
            if name in form.fields
        ]
        messages.error(request, _("The finding was not added. ") + " ".join(wrong))
    else:
        store_finding(case, request.user, series, place, form)
    return redirect(viewer_address(case.pk, series.pk, number, request.POST.get("view", "")))


def store_finding(case, user, series, place, form):
    """Save a finding as the last one, and a version of the case."""
    finding = form.save(commit=False)
    finding.case, finding.visit = case, series.study.visit
    finding.modality = "MRI" if series.modality == "MR" else series.modality or _("imaging")
    finding.sequence = str(series)[:120]
    finding.plane, finding.contrast = series.plane, series.contrast_bolus_agent[:80]
    finding.study_instance_uid = series.study.study_instance_uid
    finding.sop_instance_uid, finding.frame = place.sop_instance_uid, place.frame
    finding.position = ImagingFinding.objects.filter(case=case).count()
    with transaction.atomic():
        finding.full_clean()
        finding.save()
        save_version(case, user, only=of_record())


def findings_of(study, case):
    """Return the findings that refer to a study."""
    return list(
        ImagingFinding.objects.filter(case=case, study_instance_uid=study.study_instance_uid)
    )

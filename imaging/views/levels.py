"""Set the level of a slice."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from imaging.document.pieces import OF_LEVELS
from imaging.models import SliceLevel
from imaging.pixels.responses import viewer_address
from imaging.slices.navigation import slices_of
from patients.access.permissions import get_case
from patients.versions.saving import save_version


@require_POST
def name_level(request, case_pk, pk):
    """Set the level of one slice of a series; an empty value removes it."""
    case = get_case(request, case_pk, edit=True)
    series = get_object_or_404(case.series, pk=pk)
    place, number = find_slice(request, series)
    if place is None or "level" not in request.POST:
        messages.error(request, _("The level was not saved. Choose a slice of this series."))
        return redirect("imaging:show-series", case.pk, series.pk)
    try:
        store_level(case, request.user, place, request.POST.get("level", "").strip()[:190])
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(viewer_address(case.pk, series.pk, number, request.POST.get("view", "")))


def find_slice(request, series):
    """Return (Slice, its number from 1) from the form, (None, 1) for an invalid number."""
    slices = slices_of(series)
    number = request.POST.get("slice", "")
    is_number = number.isascii() and number.isdigit() and len(number) < 7
    known = is_number and 1 <= int(number) <= len(slices)
    return (slices[int(number) - 1], int(number)) if known else (None, 1)


def store_level(case, user, place, text):
    """Save or delete a slice's level, and save a version of the case. Raises ValidationError."""
    here = {"sop_instance_uid": place.sop_instance_uid, "frame": place.frame}
    with transaction.atomic():
        row = case.slice_levels.filter(**here).first()
        if not text:
            if row:
                row.delete()
                save_version(case, user, only=OF_LEVELS)
            return
        row = row or SliceLevel(case=case, position=case.slice_levels.count(), **here)
        row.level = SliceLevel._meta.get_field("level").read(text)
        row.full_clean()
        row.save()
        save_version(case, user, only=OF_LEVELS)

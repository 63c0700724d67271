"""Add, edit and delete marks with HTML forms."""

from django.contrib import messages
from django.db import transaction
from django.db.models import Max
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from imaging.document.pieces import OF_ANNOTATIONS
from imaging.forms import AnnotationForm, PlaceForm, structure_choices
from imaging.models import Annotation, Instance
from imaging.pixels.responses import viewer_address
from imaging.slices.navigation import frames_of, slices_of
from patients.access.permissions import get_case
from patients.actions.sent_once import once
from patients.versions.saving import save_version
from patients.views.undoing import offer_restore


@require_POST
@once
def add_annotation(request, case_pk, pk):
    """Add a mark to a slice of a series; `slice` is the slice's number, from 1."""
    case = get_case(request, case_pk, edit=True)
    series = get_object_or_404(case.series, pk=pk)
    slices = slices_of(series)
    number = request.POST.get("slice", "")
    known = number.isascii() and number.isdigit() and 1 <= int(number[:6]) <= len(slices)
    place = slices[int(number) - 1] if known else None
    if place is None:
        messages.error(request, _("The annotation was not added. Choose a slice of this series."))
        return redirect("imaging:show-series", case.pk, series.pk)
    mark = Annotation(case=case, sop_instance_uid=place.sop_instance_uid, frame=place.frame)
    form = PlaceForm(request.POST, instance=mark, place=place)
    view = request.POST.get("view", "")
    back = viewer_address(case.pk, series.pk, int(number), view)
    if form.is_valid():
        store_mark(form, case, request.user)
        return redirect(back)
    context = {"case": case, "form": form, "mark": None, "structures": structure_choices()}
    context |= {"back": back, "slice": number, "view": view}
    return render(request, "imaging/annotation_form.html", context, status=422)


def store_mark(form, case, user):
    """Save the mark of a valid form (a new one goes last) and a version of the case."""
    with transaction.atomic():
        mark = form.save(commit=False)
        if mark._state.adding:
            mark.position = next_position(case)
        mark.full_clean()
        mark.save()
        save_version(case, user, only=OF_ANNOTATIONS)


def next_position(case):
    last = case.annotations.aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


@require_http_methods(["GET", "HEAD", "POST"])
def edit_annotation(request, case_pk, pk):
    """Edit a mark."""
    case = get_case(request, case_pk, edit=True)
    mark = get_object_or_404(Annotation, pk=pk, case=case)
    place, back = find_place(case, mark)
    options = {"instance": mark} | ({"place": place} if place else {})
    form = (PlaceForm if place else AnnotationForm)(request.POST or None, **options)
    if request.method == "POST" and form.is_valid():
        store_mark(form, case, request.user)
        return redirect(back)
    context = {"case": case, "form": form, "mark": mark, "structures": structure_choices()}
    context |= {"back": back, "words": str(get_object_or_404(Annotation, pk=pk, case=case))}
    status = 422 if form.is_bound else 200
    return render(request, "imaging/annotation_form.html", context, status=status)


def find_place(case, mark):
    """Return (Slice, viewer URL) of a mark, or (None, URL of the list) if its image is missing.

    If only its frame is missing, the Slice is None.
    """
    uid = mark.sop_instance_uid
    image = Instance.objects.filter(case=case, sop_instance_uid=uid, quarantine="").first()
    if image is None:
        return None, reverse("imaging:list-series", args=[case.pk])
    places = [(one.sop_instance_uid, one.frame) for one in slices_of(image.series)]
    number = places.index((uid, mark.frame)) + 1 if (uid, mark.frame) in places else 1
    here = [one for one in frames_of(image) if one.frame == mark.frame]
    return (here[0] if here else None), viewer_address(case.pk, image.series_id, number)


@require_POST
def delete_annotation(request, case_pk, pk):
    """Delete a mark."""
    case = get_case(request, case_pk, edit=True)
    mark = get_object_or_404(Annotation, pk=pk, case=case)
    _place, back = find_place(case, mark)
    with transaction.atomic():
        mark.delete()
        version = save_version(case, request.user, only=OF_ANNOTATIONS)
    offer_restore(request, case, version, _("Deleted: %(mark)s.") % {"mark": mark})
    return redirect(back)

"""The REST API for marks and figures."""

from django.db import transaction
from django.db.models import Max
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import parse_etags
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response

from imaging.api import serializers
from imaging.api.images import (
    BINARY,
    FILTERS,
    as_problem,
    filtered,
    find,
    list_page,
    list_together,
    read_key,
)
from imaging.document.pieces import OF_ANNOTATIONS, OF_FIGURES
from imaging.document.reading import to_document
from imaging.document.shapes import ANNOTATION, FIGURE
from imaging.marks.viewer_marks import measured_data, tag_of
from imaging.models import Annotation, Figure, Panel
from imaging.views.images import answer_figure
from patients.access.permissions import get_case
from patients.api.idempotency import idempotent
from patients.api.openapi import (
    CREATING,
    ETAG,
    IDEMPOTENCY_KEY,
    IF_NONE_MATCH,
    LOCATION,
    PAGING,
    READING,
    WRITING,
    describe,
    page_of,
    query,
)
from patients.api.parameters import DescribedView
from patients.api.problems import StaleVersion
from patients.versions.saving import save_version

# Marks

IF_MATCH_MARK = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description="The ETag that you received with the mark.",
)


class AnnotationList(DescribedView):
    @describe(
        "list_annotations",
        "Marks on the images of the cases that you may see",
        answers={200: page_of(serializers.MARK_SCHEMA)},
        parameters=[FILTERS[0], *PAGING],
    )
    def get(self, request):
        rows = filtered(request, Annotation.objects.visible_to(request.user), {"case": "case"})
        return list_together(request, rows, measured_data)

    @describe(
        "add_annotation",
        "Add a mark; coordinates are in pixels of the source frame",
        answers={200: serializers.MARK_SCHEMA, 201: serializers.MARK_SCHEMA},
        fails=CREATING,
        request={"application/json": serializers.MARK_SENT},
        parameters=[IDEMPOTENCY_KEY, LOCATION, ETAG],
    )
    @idempotent
    def post(self, request):
        case, data = read_body(request)
        mark, _none = serializers.read_row(ANNOTATION, data)
        before = case.annotations.filter(key=mark.key).first()
        if before and tag_of(before) == tag_of(mark):
            return answer_mark(before)  # a retry by a client that did not get the first response
        with transaction.atomic():
            mark.case, mark.position = case, next_position(case.annotations)
            serializers.check_mark_place(mark)
            serializers.check_row(mark)
            mark.save()
            save_version(case, request.user, only=OF_ANNOTATIONS)
        where = serializers.address(request, "show-annotation", mark.pk)
        return answer_mark(mark, status=201, Location=where)


def answer_mark(mark, status=200, **headers):
    """Return a response with a mark and its ETag."""
    (data,) = measured_data([mark])
    return Response(data, status, headers={"ETag": tag_of(mark), **headers})


def read_body(request):
    """Return (case that the user may edit, rest of the body). Raises ValidationError."""
    if not isinstance(request.data, dict):
        raise ValidationError({"non_field_errors": [_("Send a JSON object.")]})
    data = dict(request.data)
    key = data.pop("case", None)
    if not isinstance(key, str):
        raise ValidationError({"case": [_("Enter the id of a case.")]})
    return get_case(request, read_key("case", key), edit=True), data


def next_position(rows):
    last = rows.aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


class AnnotationDetail(DescribedView):
    @describe(
        "get_annotation", "One mark", answers={200: serializers.MARK_SCHEMA}, parameters=[ETAG]
    )
    def get(self, request, pk):
        return answer_mark(find(request, Annotation.objects.visible_to(request.user), pk))

    @describe(
        "change_annotation",
        "Change a mark; with If-Match, only if it is unchanged since you read it",
        answers={200: serializers.MARK_SCHEMA},
        fails=(*WRITING, 412),
        request={"application/json": serializers.MARK_CHANGED},
        parameters=[IF_MATCH_MARK, ETAG],
    )
    def patch(self, request, pk):
        before = editable_mark(request, pk)
        if not isinstance(request.data, dict):
            raise ValidationError({"non_field_errors": [_("Send a JSON object.")]})
        whole = to_document(ANNOTATION, before) | request.data
        known = {name: value for name, value in whole.items() if value is not None}
        mark, _none = serializers.read_row(ANNOTATION, known)
        mark.pk, mark._state.adding = before.pk, False
        mark.case, mark.position = before.case, before.position
        with transaction.atomic():
            serializers.check_mark_place(mark)
            serializers.check_row(mark)
            mark.save()
            save_version(mark.case, request.user, only=OF_ANNOTATIONS)
        return answer_mark(mark)

    @describe(
        "delete_annotation",
        "Delete a mark; with If-Match, only if it is unchanged since you read it",
        answers={204: "Deleted."},
        fails=(*READING, 412),
        parameters=[IF_MATCH_MARK],
    )
    def delete(self, request, pk):
        mark = editable_mark(request, pk)
        with transaction.atomic():
            mark.delete()
            save_version(mark.case, request.user, only=OF_ANNOTATIONS)
        return HttpResponse(status=204)


def editable_mark(request, pk):
    """Return a mark; 404 if the user may not see it, 403 if the user may not change it.

    Raises StaleVersion if If-Match does not match the stored mark.
    """
    mark = get_object_or_404(Annotation.objects.visible_to(request.user), pk=pk)
    mark.case = get_case(request, mark.case_id, edit=True)
    wanted = request.headers.get("If-Match", "").strip()
    if wanted not in ("", "*") and tag_of(mark) not in parse_etags(wanted):
        raise StaleVersion(
            _("The mark has changed since you read it. Read it again, then repeat your change.")
        )
    return mark


# Figures


class FigureList(DescribedView):
    @describe(
        "list_figures",
        "Figures of the cases that you may see",
        answers={200: page_of(serializers.FIGURE_SCHEMA)},
        parameters=[FILTERS[0], *PAGING],
    )
    def get(self, request):
        visible = Figure.objects.visible_to(request.user).prefetch_related("panels")
        rows = filtered(request, visible, {"case": "case"})
        return list_page(request, rows, serializers.figure_data)

    @describe(
        "add_figure",
        "Add a figure; its rows are levels and its columns are series",
        answers={201: serializers.FIGURE_SCHEMA},
        fails=CREATING,
        request={"application/json": serializers.FIGURE_SENT},
        parameters=[IDEMPOTENCY_KEY, LOCATION],
    )
    @idempotent
    def post(self, request):
        case, data = read_body(request)
        figure, panels = serializers.read_row(FIGURE, data)
        with transaction.atomic():
            figure.case, figure.position = case, next_position(case.figures)
            serializers.check_row(figure)
            check_panels(case, panels)
            figure.save()
            for panel in panels:
                panel.figure = figure
            Panel.objects.bulk_create(panels)
            save_version(case, request.user, only=OF_FIGURES)
        data = serializers.figure_data(figure, request)
        where = serializers.address(request, "get-figure", figure.pk)
        return Response(data, status=201, headers={"Location": where})


def check_panels(case, panels):
    """Raise ValidationError for panels of images or frames that the case does not have."""
    shown = case.instances.released().values_list("sop_instance_uid", "number_of_frames")
    frames = dict(shown)
    message = _(
        "This case has no such image or frame. Enter the UID and frame of one of its images."
    )
    serializers.raise_errors(
        [
            (f"panels[{at}].sop_instance_uid", message)
            for at, panel in enumerate(panels)
            if not 1 <= panel.frame <= frames.get(panel.sop_instance_uid, 0)
        ]
    )


class FigureDetail(DescribedView):
    @describe("get_figure", "One figure", answers={200: serializers.FIGURE_SCHEMA})
    def get(self, request, pk):
        row = find(request, Figure.objects.visible_to(request.user), pk)
        return Response(serializers.figure_data(row, request))

    @describe("delete_figure", "Delete a figure", answers={204: "Deleted."}, fails=READING)
    def delete(self, request, pk):
        figure = get_object_or_404(Figure.objects.visible_to(request.user), pk=pk)
        case = get_case(request, figure.case_id, edit=True)
        with transaction.atomic():
            figure.delete()
            save_version(case, request.user, only=OF_FIGURES)
        return HttpResponse(status=204)


class FigureImage(DescribedView):
    @describe(
        "get_figure_image",
        "A figure as PNG, JPEG or SVG, with its marks",
        answers={200: ("image/png", BINARY), 304: "Your copy is current."},
        fails=(*READING, 422),
        parameters=[
            query("width_mm", int, description="Printed width in mm, 40 to 300."),
            query("dpi", int, description="Resolution, 72 to 600; default 300."),
            IF_NONE_MATCH,
            ETAG,
        ],
    )
    def get(self, request, pk, suffix):
        visible = Figure.objects.visible_to(request.user).select_related("case")
        return as_problem(answer_figure(request, get_object_or_404(visible, pk=pk), suffix))

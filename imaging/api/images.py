"""The REST API for imports, studies, series and images."""

import re
import uuid

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import parse_etags
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response

from imaging.api import serializers
from imaging.file_store import store
from imaging.intake.receiving import open_job, receive, start
from imaging.models import ImportJob, Instance, Series, Study
from imaging.pixels.pictures import CONTENT_TYPES
from imaging.pixels.responses import picture_response, with_cache_headers
from patients.access.permissions import get_case, record_access, record_accesses
from patients.api.idempotency import idempotent
from patients.api.openapi import (
    CREATING,
    ETAG,
    IDEMPOTENCY_KEY,
    IF_NONE_MATCH,
    LOCATION,
    PAGING,
    READING,
    describe,
    page_of,
    query,
)
from patients.api.parameters import DescribedView
from patients.api.problems import problem
from patients.lists.keyset import KeysetPagination

RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})", re.ASCII)
BINARY = {"type": "string", "format": "binary"}
FILTERS = [query("case", uuid.UUID), query("study", int), query("series", int)]
PICTURE = [
    query("frame", int, description="Frame number, from 1."),
    query("center", float, description="Window centre in modality values; requires width."),
    query("width", float),
    query("size", int, description="Longest side in pixels, 16 to 2048."),
    query("annotations", int, enum=[0, 1]),
    IF_NONE_MATCH,
    ETAG,
]


class Pages(KeysetPagination):
    """Pages of rows in descending order of their primary keys."""

    keyset = ("pk", "pk")


def filtered(request, rows, names):
    """Filter rows by query parameters. Raises ValidationError.

    `names` maps a parameter to a field path.
    """
    for name, path in names.items():
        text = request.query_params.get(name)
        if text:
            rows = rows.filter(**{path: read_key(name, text)})
    return rows


def read_key(name, text):
    """Parse the UUID of a case or the integer key of another row. Raises ValidationError."""
    try:
        if name == "case":
            return uuid.UUID(text)
        if text.isascii() and text.isdigit() and len(text) < 16:
            return int(text)
    except ValueError:
        pass
    raise ValidationError({name: [_("This is not a valid id. Enter the id of a %s.") % name]})


def list_page(request, rows, show):
    """Return a response with one page of rows, each shown by show(row, request)."""
    return list_together(request, rows, lambda page: [show(row, request) for row in page])


def list_together(request, rows, show_all):
    """Return a response with one page of rows, all shown by show_all(rows), and log access."""
    pages = Pages()
    page = pages.paginate_queryset(rows, request)
    record_accesses(request, {row.case_id for row in page})
    return pages.get_paginated_response(show_all(page))


def find(request, rows, pk):
    """Return one row by its key, and log access to its case. Raises Http404."""
    row = get_object_or_404(rows.select_related("case"), pk=pk)
    record_access(request, row.case)
    return row


# Imports


class ImportList(DescribedView):
    parser_classes = [MultiPartParser]

    @describe(
        "add_import",
        "Upload DICOM files or zip archives; the response confirms that they are stored on disk",
        answers={202: serializers.JOB_SCHEMA},
        fails=CREATING,
        request={
            "multipart/form-data": {
                "type": "object",
                "properties": {"files": {"type": "array", "items": BINARY}},
                "required": ["files"],
            }
        },
        parameters=[IDEMPOTENCY_KEY, LOCATION],
    )
    @idempotent(atomic=False)  # an upload may take too long for a single transaction
    def post(self, request, pk):
        case = get_case(request, pk, edit=True)
        files = request.FILES.getlist("files")
        if not files:
            raise ValidationError({"files": [_("Send at least one file in this field.")]})
        job = open_job(case, request.user)
        for file in files:
            receive(job, file)
        start(job)
        where = serializers.address(request, "show-import", job.pk)
        data = serializers.job_data(job, request)
        return Response(data, status=202, headers={"Location": where})


class ImportDetail(DescribedView):
    @describe(
        "get_import",
        "An import and the outcome of each file",
        answers={200: serializers.JOB_SCHEMA},
    )
    def get(self, request, pk):
        job = find(request, ImportJob.objects.visible_to(request.user), pk)
        return Response(serializers.job_data(job, request))


# Metadata


def studies(user):
    return Study.objects.visible_to(user).select_related("visit")


def series(user):
    return Series.objects.visible_to(user).select_related("study", "case")


def instances(user):
    return Instance.objects.visible_to(user).released().select_related("series")


class StudyList(DescribedView):
    @describe(
        "list_studies",
        "Studies of the cases that you may see",
        answers={200: page_of(serializers.STUDY_SCHEMA)},
        parameters=[FILTERS[0], *PAGING],
    )
    def get(self, request):
        rows = filtered(request, studies(request.user), {"case": "case"})
        return list_page(request, rows, serializers.study_data)


class StudyDetail(DescribedView):
    @describe("get_study", "One study", answers={200: serializers.STUDY_SCHEMA})
    def get(self, request, pk):
        row = find(request, studies(request.user), pk)
        return Response(serializers.study_data(row, request))


class SeriesList(DescribedView):
    @describe(
        "list_series",
        "Series of the cases that you may see",
        answers={200: page_of(serializers.SERIES_SCHEMA)},
        parameters=[*FILTERS[:2], *PAGING],
    )
    def get(self, request):
        rows = filtered(request, series(request.user), {"case": "case", "study": "study"})
        return list_page(request, rows, serializers.series_data)


class SeriesDetail(DescribedView):
    @describe("get_series", "One series", answers={200: serializers.SERIES_SCHEMA})
    def get(self, request, pk):
        row = find(request, series(request.user), pk)
        return Response(serializers.series_data(row, request))


class InstanceList(DescribedView):
    @describe(
        "list_instances",
        "Images of the cases that you may see; `position` is an image's index in its series",
        answers={200: page_of(serializers.INSTANCE_SCHEMA)},
        parameters=[*FILTERS, *PAGING],
    )
    def get(self, request):
        names = {"case": "case", "study": "series__study", "series": "series"}
        rows = filtered(request, instances(request.user).defer("header"), names)
        return list_page(request, rows, serializers.instance_data)


class InstanceDetail(DescribedView):
    @describe(
        "get_instance",
        "One image with its header",
        answers={200: serializers.INSTANCE_SCHEMA},
    )
    def get(self, request, pk):
        row = find(request, instances(request.user), pk)
        return Response(serializers.instance_detail(row, request))


# Pictures and files


class InstanceImage(DescribedView):
    @describe(
        "get_instance_image",
        "One frame as PNG or JPEG",
        answers={200: ("image/png", BINARY), 304: "Your copy is current."},
        fails=(*READING, 422),
        parameters=PICTURE,
    )
    def get(self, request, pk, suffix):
        if suffix not in CONTENT_TYPES:
            raise Http404
        image = Instance.objects.viewable(request.user, pk)
        if image is None:
            raise Http404
        return as_problem(picture_response(request, image, suffix))


def as_problem(response):
    """Return a response; a plain-text error is converted to the API's problem format."""
    if response.status_code < 400:
        return response
    return problem(response.status_code, response.content.decode())


class InstanceFile(DescribedView):
    @describe(
        "get_instance_file",
        "The stored DICOM file; a single byte range is supported",
        answers={
            200: ("application/dicom", BINARY),
            206: ("application/dicom", BINARY),
            304: "Your copy is current.",
            416: "The range is outside the file.",
        },
        parameters=[IF_NONE_MATCH, ETAG],
    )
    def get(self, request, pk):
        image = find(request, instances(request.user).defer("header"), pk)
        if not image.held:
            return problem(404, _("The file of this image is not stored on this server."))
        try:
            return stored_file(request, image)
        except OSError:
            return problem(503, _("The image file cannot be read. Contact an administrator."))


def stored_file(request, image):
    """Return a response with a stored file or one byte range of it.

    The status is 304 if the client's copy is current, 416 for a range outside the file. An invalid
    range is ignored. Raises OSError if the file cannot be read.
    """
    etag = f'"{image.sha256}"'
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        return with_cache_headers(HttpResponse(status=304), request, etag)
    path = store().path(image.sha256)
    size = path.stat().st_size
    span = read_range(request.headers.get("Range", ""), size)
    if span is None:
        response = FileResponse(path.open("rb"), content_type="application/dicom")
    else:
        first, last = span
        if first > last:
            return problem(416, _("The file has %d bytes. Request a range inside it.") % size)
        response = part_of(path, first, last, size)
    response["Content-Disposition"] = f'attachment; filename="{image.sha256[:16]}.dcm"'
    response["Accept-Ranges"] = "bytes"
    return with_cache_headers(response, request, etag)


def read_range(header, size):
    """Return (first byte, last byte) of a Range header, or None if it is invalid (RFC 9110, 14.1).

    If the range is empty or outside the file, the first number is greater than the last.
    """
    span = RANGE.fullmatch(header)
    first, last = span.groups() if span else ("", "")
    if not first:
        return (max(0, size - int(last)), size - 1 if int(last) else -1) if last else None
    if last and int(last) < int(first):
        return None
    return int(first), min(int(last), size - 1) if last else size - 1


def part_of(path, first, last, size):
    with path.open("rb") as file:
        file.seek(first)
        data = file.read(last - first + 1)
    response = HttpResponse(data, status=206, content_type="application/dicom")
    response["Content-Range"] = f"bytes {first}-{last}/{size}"
    return response

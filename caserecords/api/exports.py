"""REST views for case exports and the OpenAPI description, and the API documentation page."""

from functools import cache

from django.db.models import F
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from drf_spectacular.views import SpectacularAPIView
from rest_framework.exceptions import ValidationError
from rest_framework.negotiation import DefaultContentNegotiation

from caserecords.api.documentation import explain_problems, read_chapters
from caserecords.exchange import FORMATS, table
from patients.access.permissions import record_accesses
from patients.api.cases import PRIVATE, visible_version
from patients.api.filters import FILTER_PARAMETERS, filters_of
from patients.api.openapi import ETAG, IF_NONE_MATCH, describe, query
from patients.api.parameters import DescribedView
from patients.lists.filters import visible_cases
from patients.models import Case
from patients.versions.reading import etag_of, served_texts
from patients.versions.saving import current_versions

NDJSON = "application/x-ndjson"
CHUNK = 25  # documents in memory at a time
TABLE = query("table", description="For csv only: the key of a table in the case document.")


class CaseExport(DescribedView):
    @describe(
        "export_case",
        "Export a case as json, or one of its tables as csv (by default, strength)",
        answers={
            200: ("*/*", {"type": "string", "format": "binary"}),
            304: "Your copy is current.",
        },
        parameters=[IF_NONE_MATCH, ETAG, TABLE],
    )
    def get(self, request, pk, form):
        if form not in FORMATS:
            raise Http404
        version = visible_version(request, pk, number=F("case__version"))
        name = request.query_params.get("table", "")
        if name and form != "csv":
            raise ValidationError({"table": _("A table can only be exported as CSV.")})
        try:
            return export_response(request, version, FORMATS[form], name)
        except table.UnknownTable as error:
            raise ValidationError({"table": str(error)}) from None


class AllCases(DescribedView):
    @describe(
        "export_cases",
        "Export the cases that you have permission to see, one case document per line",
        answers={200: (NDJSON, {"type": "string"})},
        parameters=FILTER_PARAMETERS,
    )
    def get(self, request):
        cases = visible_cases(request.user, filters_of(request))
        lines = stream_documents(request, cases)
        return StreamingHttpResponse(lines, content_type=NDJSON, headers={"Cache-Control": PRIVATE})


def export_response(request, version, form, name=""):
    """Return an export as a download, or 304 if the client's copy is current.

    The file name does not identify the patient.
    """
    content = form.export(version, name) if name else form.export(version)
    etag = f'{etag_of(version)[:-1]}-{name}{form.SUFFIX}"'
    stem = f"case-{version.case_id}-{version.number}"
    file_name = f"{stem}-{name}.{form.SUFFIX}" if name else f"{stem}.{form.SUFFIX}"
    headers = {
        "ETag": etag,
        "Cache-Control": PRIVATE,
        "Content-Disposition": f'attachment; filename="{file_name}"',
    }
    response = HttpResponse(content, content_type=form.CONTENT_TYPE, headers=headers)
    return get_conditional_response(request, etag=etag, response=response)


def stream_documents(request, cases):
    """Yield the current document of each case as NDJSON, in whole lines, and log each access.

    Each chunk is queried separately by primary key, so no cursor or transaction stays open.
    """
    last, size = None, 1  # send the first line immediately
    while chunk := chunk_after(cases, last, size):
        record_accesses(request, [version.case_id for version in chunk])
        yield b"".join(text + b"\n" for text in served_texts(chunk).values())
        last, size = chunk[-1].case_id, CHUNK


def chunk_after(cases, last, size):
    """Return the current versions of the next `size` cases after the primary key `last`."""
    rest = cases if last is None else cases.filter(pk__gt=last)
    keys = list(rest.order_by("pk").values_list("pk", flat=True)[:size])
    return list(current_versions(Case.objects.filter(pk__in=keys)).order_by("case_id"))


class Description(DescribedView, SpectacularAPIView):
    """The OpenAPI 3.1 description of the API, as JSON, or as YAML with `?format=yaml`."""

    renderer_classes = [OpenApiJsonRenderer, OpenApiYamlRenderer]
    content_negotiation_class = DefaultContentNegotiation
    query_names = {"format": False}


@cache
def description():
    """Return the OpenAPI description, cached because it is the same for all users."""
    return SchemaGenerator().get_schema(request=None, public=True)


@require_safe
def show_docs(request):
    """Show every API operation with its parameters, responses and an example."""
    schema = description()
    context = {
        "chapters": read_chapters(schema, request.build_absolute_uri("/").rstrip("/")),
        "problems": explain_problems(schema),
    }
    return render(request, "api/docs.html", context)

"""The REST API of whole cases: exports, everything as NDJSON, and the page that explains it."""

from itertools import islice

from django.contrib.auth.decorators import login_required
from django.db.models import F
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.utils.cache import get_conditional_response
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerSplitView
from rest_framework.views import APIView

from caserecords.exchange import FORMATS
from patients.api import PRIVATE, log_all, visible_version
from patients.describing import ETAG, IF_NONE_MATCH, describe
from patients.history import current_versions
from patients.models import Case

NDJSON = "application/x-ndjson"
CHUNK = 100


class CaseExport(APIView):
    @describe(
        "export_case",
        "A case in one of the export formats: json, csv (its strength table)",
        answers={200: ("*/*", {"type": "string", "format": "binary"}), 304: "Yours is the same."},
        parameters=[IF_NONE_MATCH, ETAG],
    )
    def get(self, request, pk, form):
        if form not in FORMATS:
            raise Http404
        version = visible_version(request, pk, number=F("case__version"))
        return export_response(request, version, FORMATS[form])


class AllCases(APIView):
    @describe(
        "export_cases",
        "Every case that you may see, one case document a line",
        answers={200: (NDJSON, {"type": "string"})},
    )
    def get(self, request):
        cases = Case.objects.visible_to(request.user)
        lines = stream_documents(request, current_versions(cases).order_by("case_id"))
        return StreamingHttpResponse(lines, content_type=NDJSON, headers={"Cache-Control": PRIVATE})


def export_response(request, version, form):
    """Return one export as a file to keep; its name says nothing of the patient."""
    etag = f'"{version.sha256}-{form.SUFFIX}"'
    name = f"case-{version.case_id}-{version.number}.{form.SUFFIX}"
    headers = {
        "ETag": etag,
        "Cache-Control": PRIVATE,
        "Content-Disposition": f'attachment; filename="{name}"',
    }
    response = HttpResponse(form.export(version), content_type=form.CONTENT_TYPE, headers=headers)
    return get_conditional_response(request, etag=etag, response=response)


def stream_documents(request, versions):
    """Yield each version's document as one line; every chunk is written into the access log."""
    rows = versions.iterator(chunk_size=CHUNK)
    while chunk := list(islice(rows, CHUNK)):
        log_all(request, chunk)
        yield b"".join(version.document.encode() + b"\n" for version in chunk)


class Description(SpectacularJSONAPIView):
    """OpenAPI 3.1 of the whole API, as JSON."""


class DescriptionPage(SpectacularSwaggerSplitView):
    """The page that shows the description; its script comes from here, under the strict CSP."""

    template_name = "api/docs.html"


show_docs = login_required(DescriptionPage.as_view(url_name="api:show-schema"))

"""What every DICOMweb answer shares: its form, and the access log."""

import json

from django.http import HttpResponse
from rest_framework.views import APIView

from patients.models import AccessLog

JSON = "application/dicom+json"


class StandardView(APIView):
    """A view whose description is the standard's, and so no part of the API's own."""

    schema = None


def dicom_json(data, status=200):
    """Return data, or text that is JSON already, in the DICOM JSON model."""
    body = data if isinstance(data, str) else json.dumps(data, separators=(",", ":"))
    response = HttpResponse(body, content_type=JSON, status=status)
    response["Cache-Control"] = "private, no-cache"
    return response


def log_openings(request, cases):
    """Write down that cases were opened, each once a request."""
    AccessLog.objects.bulk_create(
        AccessLog(
            case_id=case,
            user=request.user,
            what=f"{request.method} {request.path}"[:200],
            address=request.META.get("REMOTE_ADDR") or None,
        )
        for case in sorted(cases, key=str)
    )

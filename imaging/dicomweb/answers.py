"""What every DICOMweb answer shares: its form."""

import json
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpResponse
from rest_framework.views import APIView

JSON = "application/dicom+json"


class StandardView(APIView):
    """A view whose description is the standard's, and so no part of the API's own."""

    schema = None

    def dispatch(self, request, *args, **kwargs):
        """Let the OHIF viewer of OHIF_URL read from its own origin; no other page may."""
        if request.method == "OPTIONS" and is_ohif(request):
            return for_ohif(HttpResponse(status=204))
        response = super().dispatch(request, *args, **kwargs)
        return for_ohif(response) if is_ohif(request) else response


def is_ohif(request):
    address = urlsplit(settings.OHIF_URL)
    origin = f"{address.scheme}://{address.netloc}"
    return bool(address.netloc) and request.headers.get("Origin") == origin


def for_ohif(response):
    """Add what a browser asks before a page of another origin may read an answer."""
    address = urlsplit(settings.OHIF_URL)
    response["Access-Control-Allow-Origin"] = f"{address.scheme}://{address.netloc}"
    response["Access-Control-Allow-Headers"] = "Authorization, Accept, Content-Type"
    response["Access-Control-Allow-Methods"] = "GET, POST, OPTIONS"
    response["Access-Control-Max-Age"] = "600"
    response["Vary"] = "Origin"
    return response


def dicom_json(data, status=200):
    """Return data, or text that is JSON already, in the DICOM JSON model."""
    body = data if isinstance(data, str) else json.dumps(data, separators=(",", ":"))
    response = HttpResponse(body, content_type=JSON, status=status)
    response["Cache-Control"] = "private, no-cache"
    return response

"""The base view and the JSON response for DICOMweb."""

import json
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpResponse
from rest_framework.views import APIView

JSON = "application/dicom+json"


class StandardView(APIView):
    """A DICOMweb view, excluded from the OpenAPI schema because PS3.18 already describes it."""

    schema = None

    def dispatch(self, request, *args, **kwargs):
        """Answer preflight requests and add CORS headers, only for the OHIF viewer at OHIF_URL."""
        if request.method == "OPTIONS" and is_ohif(request):
            return for_ohif(HttpResponse(status=204))
        response = super().dispatch(request, *args, **kwargs)
        return for_ohif(response) if is_ohif(request) else response


def is_ohif(request):
    address = urlsplit(settings.OHIF_URL)
    origin = f"{address.scheme}://{address.netloc}"
    return bool(address.netloc) and request.headers.get("Origin") == origin


def for_ohif(response):
    """Add the CORS headers that let the viewer's origin read a response; return the response."""
    address = urlsplit(settings.OHIF_URL)
    response["Access-Control-Allow-Origin"] = f"{address.scheme}://{address.netloc}"
    response["Access-Control-Allow-Headers"] = "Authorization, Accept, Content-Type"
    response["Access-Control-Allow-Methods"] = "GET, POST, OPTIONS"
    response["Access-Control-Max-Age"] = "600"
    response["Vary"] = "Origin"
    return response


def dicom_json(data, status=200):
    """Return a DICOM JSON response; `data` is serialised unless it is a string of JSON."""
    body = data if isinstance(data, str) else json.dumps(data, separators=(",", ":"))
    response = HttpResponse(body, content_type=JSON, status=status)
    response["Cache-Control"] = "private, no-cache"
    return response

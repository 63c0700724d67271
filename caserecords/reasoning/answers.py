"""How what is computed of a stored version is answered over REST."""

import hashlib
import json

from django.http import HttpResponse
from django.utils.cache import get_conditional_response

from patients.api import JSON, PRIVATE


def computed_response(request, version, compute):
    """Return compute(version) as JSON with an ETag of its own, or 304 for a copy that is the same.

    The tag follows from the answer and not from the version: the rules may have changed since.
    """
    body = json.dumps(compute(version), ensure_ascii=False, separators=(",", ":")).encode()
    etag = f'"{hashlib.sha256(body).hexdigest()}"'
    headers = {"ETag": etag, "Cache-Control": PRIVATE}
    response = HttpResponse(body, content_type=JSON, headers=headers)
    return get_conditional_response(request, etag=etag, response=response)

"""REST responses with results computed from the current version of a case."""

import hashlib
import json

from django.db.models import F
from django.http import HttpResponse
from django.utils.cache import get_conditional_response

from patients.api.cases import JSON, PRIVATE, visible_version
from patients.versions.reading import load_record


def answer_newest(request, pk, compute):
    """Return compute(record, version) as JSON with an ETag, or 304 if the client's copy is current.

    The ETag is a hash of the response, not of the version, because the rules can change with a
    release.
    """
    version = visible_version(request, pk, number=F("case__version"))
    found = compute(load_record(version), version)
    body = json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()
    etag = f'"{hashlib.sha256(body).hexdigest()}"'
    headers = {"ETag": etag, "Cache-Control": PRIVATE}
    response = HttpResponse(body, content_type=JSON, headers=headers)
    return get_conditional_response(request, etag=etag, response=response)

"""The REST API for the catalogues: the vocabulary of the record, and search by name."""

import hashlib
import json
from functools import cache

from django.http import Http404, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.reverse import reverse

from patients.api.openapi import ETAG, IF_NONE_MATCH, describe, query
from patients.api.parameters import DescribedView
from patients.catalogue import analytes, entries, lookup
from patients.catalogue.searching import MAX_TEXT

JSON = "application/json"
PRIVATE = "private, no-cache"
TEXT, TEXTS = {"type": "string"}, {"type": "array", "items": {"type": "string"}}
CODE = {
    "type": "object",
    "required": ["system", "code"],
    "properties": {"system": TEXT, "code": TEXT, "display": TEXT},
}
ENTRY = {
    "type": "object",
    "required": ["id", "label", "aliases", "codes", "source"],
    "properties": {
        "id": TEXT,
        "label": TEXT,
        "aliases": TEXTS,
        "codes": {"type": "array", "items": CODE},
        "source": TEXT,
        "matched": TEXT | {"description": "With `q`: the name that matched."},
        "similar": {"type": "boolean", "description": "With `q`: only spelt similarly."},
    },
}
CATALOGUE = {
    "type": "object",
    "properties": {"name": TEXT, "entries": {"type": "array", "items": ENTRY}},
}
LISTED = {
    "type": "object",
    "properties": {"name": TEXT, "url": TEXT | {"format": "uri"}, "count": {"type": "integer"}},
}


class CatalogueList(DescribedView):
    @describe(
        "list_catalogues",
        "List the catalogues with their number of entries",
        answers={
            200: {
                "type": "object",
                "properties": {"results": {"type": "array", "items": LISTED}},
            },
            304: "Your copy is current.",
        },
        parameters=[IF_NONE_MATCH, ETAG],
    )
    def get(self, request):
        listed = [
            {
                "name": name,
                "url": reverse("api:show-catalogue", args=[name], request=request),
                "count": len(rows),
            }
            for name, rows in lookup.TABLES.items()
        ]
        return answer(request, to_bytes({"results": listed}))


class CatalogueDetail(DescribedView):
    @describe(
        "show_catalogue",
        "Return the entries of a catalogue, or those that match a text, best first",
        answers={200: CATALOGUE, 304: "Your copy is current."},
        parameters=[
            query("q", description="A name, abbreviation or beginning; similar names if none has."),
            query("specimen", description="Of the analytes, only those of this specimen."),
            IF_NONE_MATCH,
            ETAG,
        ],
    )
    def get(self, request, name):
        if name not in lookup.TABLES:
            raise Http404
        text, specimen = (request.query_params.get(one, "") for one in ("q", "specimen"))
        check_query(name, text, specimen)
        if not text and not specimen:
            return answer(request, whole(name))
        if text:
            found = entries.found_entries(name, text, specimen)
        else:
            found = [one for one in entries.entries(name) if specimen in one["specimens"]]
        return answer(request, to_bytes({"name": name, "entries": found}))


def check_query(name, text, specimen):
    """Raise ValidationError for text that is too long, or a specimen that does not apply."""
    if len(text) > MAX_TEXT:
        raise ValidationError({"?q": [_("Enter up to %d characters.") % MAX_TEXT]})
    if specimen and (name != "analytes" or specimen not in analytes.GROUPS):
        message = _("Enter a specimen only for analytes, and one of these: %s.")
        message %= ", ".join(analytes.GROUPS)
        raise ValidationError({"?specimen": [message]})


@cache
def whole(name):
    return to_bytes({"name": name, "entries": entries.entries(name)})


def to_bytes(data):
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


def answer(request, body):
    """Return the body with its ETag, or 304 if the client has it."""
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": PRIVATE}
    response = HttpResponse(body, content_type=JSON, headers=headers)
    return get_conditional_response(request, etag=etag, response=response)

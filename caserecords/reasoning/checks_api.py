"""The checks of a case, and its answers to the CARE checklist, over REST."""

import hashlib
import json

from django.db.models import F
from django.http import HttpResponse
from django.utils.cache import get_conditional_response
from rest_framework.views import APIView

from caserecords.case import load_record
from caserecords.reasoning.care import STATES, care
from caserecords.reasoning.checks import SEVERITIES, review
from patients.api import JSON, PRIVATE, visible_version
from patients.describing import ETAG, IF_NONE_MATCH, describe

TEXT = {"type": "string"}


def shape(**properties):
    return {"type": "object", "properties": properties, "required": list(properties)}


def listed(item):
    return {"type": "array", "items": item}


ROW = shape(table=TEXT, row={"type": "integer"}, words=TEXT)
CHECK = {
    "key": TEXT,
    "rule": TEXT,
    "severity": {"enum": list(SEVERITIES)},
    "message": TEXT,
    "how_to_mend": TEXT,
    "described": {"type": "boolean"},
    "rows": listed(ROW),
}
PART = shape(
    id=TEXT, section=TEXT, label=TEXT, state={"enum": list(STATES)}, why=TEXT, rows=listed(ROW)
)
CHECKS = shape(
    version={"type": "integer"},
    open=listed(shape(**CHECK)),
    settled=listed(shape(**CHECK, reason=TEXT)),
    rules=listed(shape(id=TEXT, title=TEXT)),
    care=listed(PART),
)


class CaseChecks(APIView):
    @describe(
        "list_checks",
        "What the record says against itself, open and accepted; and the CARE checklist",
        answers={200: CHECKS, 304: "Your copy is the same."},
        parameters=[IF_NONE_MATCH, ETAG],
    )
    def get(self, request, pk):
        version = visible_version(request, pk, number=F("case__version"))
        record = load_record(version)
        answer = {"version": version.number, **review(record).as_data()}
        answer["care"] = care(record).as_data()
        body = json.dumps(answer, ensure_ascii=False).encode()
        etag = f'"{hashlib.sha256(body).hexdigest()}"'  # of the answer: rules may change as well
        headers = {"ETag": etag, "Cache-Control": PRIVATE}
        response = HttpResponse(body, content_type=JSON, headers=headers)
        return get_conditional_response(request, etag=etag, response=response)

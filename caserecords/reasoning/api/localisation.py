"""Localisation over REST, for a stored case or for findings in the request."""

from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response

from caserecords.reasoning.api.answers import answer_newest
from patients.api.cases import JSON
from patients.api.openapi import ETAG, IF_NONE_MATCH, READING, describe, query
from patients.api.parameters import DescribedView
from patients.reasoning.localisation import localise
from patients.record.fragments import build_fragment

TEXT, NUMBER = {"type": "string"}, {"type": "integer"}
LIST = {"type": "array", "items": {"type": "object"}}
TEXTS = {"type": "array", "items": TEXT}
SITES = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "kind": {"enum": ["root", "plexus", "nerve"]},
            "id": TEXT,
            "name": TEXT,
        },
    },
}
FINDINGS = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["table", "rows", "words"],
        "properties": {
            "table": TEXT,
            "rows": {"type": "array", "items": NUMBER},
            "words": TEXT,
        },
    },
}
CANDIDATE = {
    "type": "object",
    "properties": {
        "side": {"enum": ["left", "right"]},
        "name": TEXT,
        "sites": SITES,
        "support": {"type": "number", "minimum": 0, "maximum": 1},
        "explains": FINDINGS,
        "unexplained": FINDINGS,
        "against": FINDINGS,
        "behind": FINDINGS,
    },
}
LOCALISATION = {
    "type": "object",
    "required": ["candidates", "next_tests"],
    "properties": {
        "candidates": {"type": "array", "items": CANDIDATE},
        "next_tests": LIST,
        "sides": LIST,
        "symmetric": FINDINGS,
        "unused": LIST,
        "visits": {"type": "object"},
        "emg_days_after_onset": {"type": ["integer", "null"]},
        "caveats": TEXTS,
    },
}
FRAGMENT = {
    "type": "object",
    "description": "Tables of the case document (strength, needle_emg, …), including visits and "
    "events if rows refer to them.",
}


class CaseLocalisation(DescribedView):
    @describe(
        "localise_case",
        "Rank the sites compatible with the findings of a case, with the evidence for and against",
        answers={200: LOCALISATION, 304: "Your copy is current."},
        parameters=[
            query("visit", description="The key of a visit, to use only its findings."),
            IF_NONE_MATCH,
            ETAG,
        ],
    )
    def get(self, request, pk):
        visit = request.query_params.get("visit") or None
        return answer_newest(
            request, pk, lambda record, _version: localise(record, visit).as_data()
        )


class FindingsLocalisation(DescribedView):
    """Localisation for findings in the request; open to read-only tokens, as nothing is stored."""

    permission_classes = [IsAuthenticated]

    @describe(
        "localise_findings",
        "Rank the sites compatible with the findings in the request; nothing is stored",
        answers={200: LOCALISATION},
        fails=(*(status for status in READING if status != 404), 413, 415),
        request={JSON: FRAGMENT},
    )
    def post(self, request):
        return Response(localise(build_fragment(request.data)).as_data())

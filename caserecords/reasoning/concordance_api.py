"""The concordance of a stored case over REST."""

from django.db.models import F
from rest_framework.views import APIView

from caserecords.case import load_record
from caserecords.reasoning.answers import computed_response
from caserecords.reasoning.concordance import COLUMNS, compare_tests
from patients.api import visible_version
from patients.describing import ETAG, IF_NONE_MATCH, describe
from patients.reasoning.localisation import localise

TEXT = {"type": "string"}
ROW = {"type": "object", "properties": {"table": TEXT, "row": {"type": "integer"}, "words": TEXT}}
CELL = {
    "type": "object",
    "properties": {"state": TEXT, "rows": {"type": "array", "items": ROW}},
}
CONCORDANCE = {
    "type": "object",
    "properties": {
        "columns": {"type": "array", "items": {"enum": list(COLUMNS)}},
        "structures": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "structure": TEXT,
                    "side": {"enum": ["left", "right"]},
                    "label": TEXT,
                    "cells": {"type": "object", "properties": dict.fromkeys(COLUMNS, CELL)},
                    "sentence": TEXT,
                },
            },
        },
        "sentences": {"type": "array", "items": TEXT},
    },
}


class CaseConcordance(APIView):
    @describe(
        "show_concordance",
        "Which test shows the lesion of which structure, with the rows that say so",
        answers={200: CONCORDANCE, 304: "Yours is the same."},
        parameters=[IF_NONE_MATCH, ETAG],
    )
    def get(self, request, pk):
        version = visible_version(request, pk, number=F("case__version"))
        return computed_response(request, version, concordance_of)


def concordance_of(version):
    record = load_record(version)
    return compare_tests(record, localise(record)).as_data()

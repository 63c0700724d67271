"""The concordance of a stored case over REST."""

from caserecords.reasoning.api.answers import answer_newest
from caserecords.reasoning.concordance import COLUMNS, compare_tests
from patients.api.openapi import ETAG, IF_NONE_MATCH, describe
from patients.api.parameters import DescribedView
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


class CaseConcordance(DescribedView):
    @describe(
        "show_concordance",
        "Return, for each structure, which kinds of test show a lesion, with the evidence",
        answers={200: CONCORDANCE, 304: "Your copy is current."},
        parameters=[IF_NONE_MATCH, ETAG],
    )
    def get(self, request, pk):
        return answer_newest(request, pk, concordance_of)


def concordance_of(record, _version):
    return compare_tests(record, localise(record)).as_data()

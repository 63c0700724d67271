"""Checks and the CARE checklist of a case over REST."""

from caserecords.reasoning.api.answers import answer_newest
from caserecords.reasoning.care.checklist import STATES, care
from caserecords.reasoning.checks import SEVERITIES, review
from patients.api.openapi import ETAG, IF_NONE_MATCH, describe
from patients.api.parameters import DescribedView

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


class CaseChecks(DescribedView):
    @describe(
        "list_checks",
        "Return the checks of a case, open and accepted, and its CARE checklist",
        answers={200: CHECKS, 304: "Your copy is current."},
        parameters=[IF_NONE_MATCH, ETAG],
    )
    def get(self, request, pk):
        return answer_newest(request, pk, checks_of)


def checks_of(record, version):
    found = {"version": version.number, **review(record).as_data()}
    return found | {"care": care(record).as_data()}

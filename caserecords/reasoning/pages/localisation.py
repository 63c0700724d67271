"""View of the localisation: sites ranked on each side, with the evidence for and against."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from caserecords.case import current_record
from caserecords.reasoning.pathways import draw_pathways
from patients.access.permissions import get_case
from patients.catalogue.localisation import ROWS
from patients.reasoning.evidence import READERS
from patients.reasoning.localisation import localise


@require_safe
def show_localisation(request, case_pk):
    """Show the localisation on both sides; ?visit=KEY uses only the findings of that visit."""
    case = get_case(request, case_pk)
    record = current_record(case)
    keys = {visit.key for visit in record.visits}
    visit = request.GET.get("visit") if request.GET.get("visit") in keys else None
    found = localise(record, visit)
    context = {
        "case": case,
        "localisation": found,
        "sides": [(side, draw_pathways(side)) for side in found.sides],
        "weights": ROWS,
        "visits": visits_with_findings(record),
        "visit": visit,
    }
    return render(request, "reasoning/localisation.html", context)


def visits_with_findings(record):
    """Return, in order, the visits with rows in the tables that the localisation reads."""
    used = {row.visit.key for table in READERS for row in record.rows[table] if row.visit}
    return [visit for visit in record.visits if visit.key in used]

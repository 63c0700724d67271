"""Views of the report and of the strength comparison, both read-only."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from caserecords.case import current_record
from caserecords.report.comparing import compare, sum_source
from caserecords.report.figures import figures, places_of
from caserecords.report.findings import strength_notes
from caserecords.report.phrases import person_text
from caserecords.report.report import assemble
from patients.access.permissions import get_case
from patients.drawings.trends import trends
from patients.language.changes import count_words
from patients.record.computed import resolve_days
from patients.tables import strength_table


@require_safe
def show_report(request, case_pk):
    """Show the whole case on one page for reading and printing."""
    case = get_case(request, case_pk)
    record = current_record(case)
    context = {
        "case": case,
        "record": record,
        "person": person_text(record.case, record.patient),
        "authors": [case.author, *case.co_authors.all()],
        "report": assemble(record, figures(case), places_of(case, record.imaging_findings)),
    }
    return render(request, "report/report.html", context)


@require_safe
def compare_strength(request, case_pk):
    """Compare strength at two visits; ?changed=1 hides movements that did not change."""
    case = get_case(request, case_pk)
    record = current_record(case)
    found = compare(record, request.GET.get("from"), request.GET.get("to"))
    table = found.table
    context = {
        "case": case,
        "person": person_text(record.case, record.patient),
        "comparison": found,
        "table": table,
        "lines": [(one, set(one.changes) <= {"same"}) for one in table.movements],
        "span": len(table.visits) + table.is_compared,
        "only_changed": request.GET.get("changed") == "1",
        "summary": count_words(table.counts) if table.is_compared else "",
        "notes": strength_notes(record, table),
        "sum_source": sum_source(),
        "trends": trends(strength_table(record.strength, record.visits), resolve_days(record)),
    }
    return render(request, "report/compare.html", context)

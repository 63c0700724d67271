"""View of the concordance: for each structure, which kinds of test show a lesion."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from caserecords.case import current_record
from caserecords.reasoning.concordance import WORDS, compare_tests
from patients.access.permissions import get_case
from patients.reasoning.localisation import localise


@require_safe
def show_concordance(request, case_pk):
    case = get_case(request, case_pk)
    record = current_record(case)
    context = {
        "case": case,
        "concordance": compare_tests(record, localise(record)),
        "legend": WORDS.values(),
    }
    return render(request, "reasoning/concordance.html", context)

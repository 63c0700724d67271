"""URLs of the report and of the strength comparison."""

from django.urls import path

from caserecords.report import views

urlpatterns = [
    path("cases/<uuid:case_pk>/report/", views.show_report, name="show-report"),
    path("cases/<uuid:case_pk>/strength/compare/", views.compare_strength, name="compare-strength"),
]

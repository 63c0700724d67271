"""Every address of the REST API; version 1 under v1/."""

from django.urls import include, path, re_path

from caserecords import api as exchange
from caserecords.reasoning import localisation_api
from caserecords.reasoning.checks_api import CaseChecks
from caserecords.reasoning.concordance_api import CaseConcordance
from patients import api

app_name = "api"
version_1 = [
    path("cases/", api.CaseList.as_view(), name="list-cases"),
    path("cases/export/", exchange.AllCases.as_view(), name="export-cases"),
    path("cases/<uuid:pk>/", api.CaseDetail.as_view(), name="show-case"),
    path("cases/<uuid:pk>/versions/", api.VersionList.as_view(), name="list-versions"),
    path(
        "cases/<uuid:pk>/versions/<int:number>/", api.VersionDetail.as_view(), name="show-version"
    ),
    path(
        "cases/<uuid:pk>/versions/<int:number>/diff/",
        api.VersionDifferences.as_view(),
        name="compare-version",
    ),
    path("cases/<uuid:pk>/export/<slug:form>/", exchange.CaseExport.as_view(), name="export-case"),
    path("cases/<uuid:pk>/concordance/", CaseConcordance.as_view(), name="show-concordance"),
    path(
        "cases/<uuid:pk>/localisation/",
        localisation_api.CaseLocalisation.as_view(),
        name="localise-case",
    ),
    path(
        "localisation/", localisation_api.FindingsLocalisation.as_view(), name="localise-findings"
    ),
    path("cases/<uuid:pk>/checks/", CaseChecks.as_view(), name="list-checks"),
    path("schema/case.json", api.CaseSchema.as_view(), name="show-case-schema"),
    path("", include("imaging.api_urls")),
]
urlpatterns = [
    path("v1/", include(version_1)),
    path("schema/", exchange.Description.as_view(), name="show-schema"),
    path("docs/", exchange.show_docs, name="show-docs"),
    re_path(r"^", api.Unknown.as_view(), name="unknown"),
]

"""URLs of the REST API and its documentation; version 1 is under v1/."""

from django.urls import include, path, re_path

from caserecords.api import exports as exchange
from caserecords.reasoning.api import localisation
from caserecords.reasoning.api.checks import CaseChecks
from caserecords.reasoning.api.concordance import CaseConcordance
from patients.api import cases, catalogues, lifecycle
from patients.api.follow_up import CaseFollowUp

app_name = "api"
version_1 = [
    path("cases/", cases.CaseList.as_view(), name="list-cases"),
    path("cases/export/", exchange.AllCases.as_view(), name="export-cases"),
    path("cases/<uuid:pk>/", cases.CaseDetail.as_view(), name="show-case"),
    path("cases/<uuid:pk>/archive/", lifecycle.CaseArchive.as_view(), name="archive-case"),
    path("cases/<uuid:pk>/copies/", lifecycle.CaseCopies.as_view(), name="duplicate-case"),
    path("cases/<uuid:pk>/versions/", cases.VersionList.as_view(), name="list-versions"),
    path(
        "cases/<uuid:pk>/versions/<int:number>/", cases.VersionDetail.as_view(), name="show-version"
    ),
    path(
        "cases/<uuid:pk>/versions/<int:number>/diff/",
        cases.VersionDifferences.as_view(),
        name="compare-version",
    ),
    path("cases/<uuid:pk>/export/<slug:form>/", exchange.CaseExport.as_view(), name="export-case"),
    path("cases/<uuid:pk>/concordance/", CaseConcordance.as_view(), name="show-concordance"),
    path(
        "cases/<uuid:pk>/localisation/",
        localisation.CaseLocalisation.as_view(),
        name="localise-case",
    ),
    path("localisation/", localisation.FindingsLocalisation.as_view(), name="localise-findings"),
    path("cases/<uuid:pk>/checks/", CaseChecks.as_view(), name="list-checks"),
    path("cases/<uuid:pk>/follow-up/", CaseFollowUp.as_view(), name="show-follow-up"),
    path("catalogues/", catalogues.CatalogueList.as_view(), name="list-catalogues"),
    path("catalogues/<slug:name>/", catalogues.CatalogueDetail.as_view(), name="show-catalogue"),
    path("schema/case.json", cases.CaseSchema.as_view(), name="show-case-schema"),
    path("", include("imaging.api.urls")),
]
urlpatterns = [
    path("v1/", include(version_1)),
    path("schema/", exchange.Description.as_view(), name="show-schema"),
    path("docs/", exchange.show_docs, name="show-docs"),
    re_path(r"^", cases.Unknown.as_view(), name="unknown"),
]

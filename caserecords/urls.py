"""Every address of the site."""

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("patients.account_urls")),
    path("", include("caserecords.page_urls")),
    path("", include("patients.urls")),
    path("", include("imaging.urls")),
    path("dicomweb/", include("imaging.dicomweb.urls")),
    path("api/", include("caserecords.api_urls")),
]
handler400 = "caserecords.errors.bad_request"
handler500 = "caserecords.errors.server_error"

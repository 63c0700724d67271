"""URL configuration of the site."""

from django.urls import include, path

# Patterns with a prefix come first: Django tries patterns in order.
urlpatterns = [
    path("dicomweb/", include("imaging.dicomweb.urls")),
    path("api/", include("caserecords.api.urls")),
    path("accounts/", include("patients.account_urls")),
    path("", include("imaging.urls")),
    path("", include("caserecords.pages.urls")),
    path("", include("patients.urls")),
]
handler400 = "caserecords.errors.bad_request"
handler500 = "caserecords.errors.server_error"

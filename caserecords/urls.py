"""URL configuration of the site."""

from django.urls import include, path

# Those with a prefix come first, as Django tries the patterns in order.
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

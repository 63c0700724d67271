"""Addresses of the pages of this room."""

app_name = "caserecords"
urlpatterns = []

"""Addresses of the pages of this room."""

app_name = "imaging"
urlpatterns = []

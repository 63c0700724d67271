"""Every address of the REST API; version 1 under v1/."""

app_name = "api"
urlpatterns = []

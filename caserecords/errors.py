"""Error handlers: problem details (RFC 9457) for API clients, HTML pages for browsers."""

from django.utils.translation import gettext as _
from django.views import defaults

from patients.api.problems import problem

API_PREFIXES = ("/api/", "/dicomweb/")


def bad_request(request, exception):
    """Respond to a request rejected before it reaches a view, for example for its host name."""
    if request.path.startswith(API_PREFIXES):
        return problem(400, _("The request is not valid."))
    return defaults.bad_request(request, exception)


def server_error(request):
    """Respond to an unhandled exception without revealing its details."""
    if request.path.startswith(API_PREFIXES):
        return problem(500, _("An error occurred on the server. Nothing was saved."))
    return defaults.server_error(request)

"""Error handlers: problem details (RFC 9457) for API clients, HTML pages for browsers."""

from django.utils.translation import gettext as _
from django.views import defaults

from patients.api.problems import problem

API_PREFIXES = ("/api/", "/dicomweb/")


def bad_request(request, exception):
    """Respond to a rejected request, such as a malformed one or one for an unknown host."""
    if request.path.startswith(API_PREFIXES):
        message = _("The request was malformed, too large, or sent to an unknown host name.")
        return problem(400, message)
    return defaults.bad_request(request, exception)


def server_error(request):
    """Respond to an unhandled exception without revealing its details."""
    if request.path.startswith(API_PREFIXES):
        return problem(500, _("An error occurred on the server. Check whether anything was saved."))
    return defaults.server_error(request)

"""What is answered when no view could: to a program a problem, elsewhere a page."""

from django.utils.translation import gettext as _
from django.views import defaults

from patients.api.problems import problem

FOR_PROGRAMS = ("/api/", "/dicomweb/")


def bad_request(request, exception):
    """Answer a request that was refused before a view saw it, such as one for another host."""
    if request.path.startswith(FOR_PROGRAMS):
        return problem(400, _("The request cannot be read."))
    return defaults.bad_request(request, exception)


def server_error(request):
    """Answer for a fault of ours, without a word of what it was."""
    if request.path.startswith(FOR_PROGRAMS):
        return problem(500, _("Something broke on our side. Nothing was saved."))
    return defaults.server_error(request)

"""Start and end the tour of the demonstration."""

from django.http import Http404
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from caserecords.demo.tour import SESSION_KEY, tour_stops


@require_POST
def start_tour(request):
    """Start the tour and open its first page."""
    stops = tour_stops(request.user)
    if not stops:
        raise Http404
    request.session[SESSION_KEY] = True
    return redirect(stops[0].page)


@require_POST
def end_tour(request):
    """End the tour and return to the work list."""
    request.session.pop(SESSION_KEY, None)
    return redirect("caserecords:home")

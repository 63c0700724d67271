"""Template tags for what only the demonstration shows: its logins and its tour."""

from django import template

from caserecords.demo.running import logins, read_demonstration
from caserecords.demo.tour import SESSION_KEY, position_of
from patients.lists.cases import memberships

register = template.Library()


@register.simple_tag
def demonstration_logins():
    """Return the logins of the demonstration; none on any other site."""
    return logins()


@register.simple_tag
def may_take_tour(user):
    """Return whether this is the demonstration and the user belongs to its team."""
    return read_demonstration() is not None and bool(memberships(user))


@register.inclusion_tag("caserecords/_tour.html", takes_context=True)
def tour_panel(context):
    """Render the panel of the tour on its pages, while the user is taking the tour."""
    request = context.get("request")  # error pages have none
    takes_tour = request is not None and SESSION_KEY in request.session
    at = position_of(request) if takes_tour else None
    return {"at": at, "csrf_token": context.get("csrf_token")}

"""How a row of the record reads on a page: labels, values, states and what is not recorded."""

from django import template

from patients.models import Case, Membership, Role

register = template.Library()


@register.simple_tag(takes_context=True)
def waiting_for_review(context):
    """Return how many submitted cases wait for the user; None where the user reviews none."""
    user = context["user"]
    waiting = Case.objects.reviewable_by(user).count()
    if waiting or Membership.objects.filter(user=user, role=Role.REVIEWER).exists():
        return waiting
    return None

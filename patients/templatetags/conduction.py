"""Template filters for conduction reasoning."""

from django import template

from patients.tables import conduction_words

register = template.Library()


@register.filter
def conduction_groups(reasoning):
    """Return groups of result lines as text: {% for group in conduction|conduction_groups %}."""
    return conduction_words.conduction_groups(reasoning)

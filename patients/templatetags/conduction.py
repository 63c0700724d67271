"""What is worked out of a conduction study, for pages."""

from django import template

from patients.tables import conduction_words

register = template.Library()


@register.filter
def conduction_groups(reasoning):
    """{% for group in conduction|conduction_groups %}: its groups of lines in words."""
    return conduction_words.conduction_groups(reasoning)

"""The address of a joined style sheet or script."""

from django import template
from django.templatetags.static import static

from caserecords.joined import static_path

register = template.Library()


@register.simple_tag
def joined(name):
    """Return the address of a file of `caserecords.joined.PARTS`."""
    return static(static_path(name))

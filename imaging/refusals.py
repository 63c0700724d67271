"""The reason for rejecting a file, in the user's language."""

from django.utils.translation import gettext as _


def refusal_text(refused):
    """Return the translated reason given by a Refused exception."""
    text = _(refused.template)
    return text % refused.values if refused.values else text

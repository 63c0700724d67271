"""Why something was not taken, in the reader's language."""

from django.utils.translation import gettext as _


def told(refused):
    """Return a Refused's reason, translated before its values are put in."""
    text = _(refused.template)
    return text % refused.values if refused.values else text

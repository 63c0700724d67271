"""The page that lists the keys of all pages, for browsers without scripts."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from caserecords.help.keys import GROUPS


@require_safe
def show_keys(request):
    """List the keys of every kind of page."""
    return render(request, "caserecords/keys.html", {"groups": GROUPS})

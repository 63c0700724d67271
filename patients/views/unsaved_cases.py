"""Autosave and discard the unsaved input of the page for a new case."""

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from patients.actions.sent_once import read_token
from patients.entry.unsaved_cases import TOKEN, discard_unsaved_case, store_unsaved


@require_POST
def save_unsaved_case(request):
    """Store the input of the page; `saved_at` is None if there was nothing to store."""
    stored = store_unsaved(request.user, request.POST, request.GET.urlencode())
    return JsonResponse({"saved_at": stored and stored.saved_at.isoformat()})


def discard_unsaved(request):
    """Discard the input of a page, and return to the work list.

    The page for a new case also offers to discard the input of other such pages; it is shown again.
    """
    if page := read_token(request.POST.get(TOKEN)):
        discard_unsaved_case(request.user, page)
        messages.info(request, _("Unsaved changes discarded."))
    if request.POST["discard"] == "other":
        return redirect(request.get_full_path())
    return redirect("caserecords:home")

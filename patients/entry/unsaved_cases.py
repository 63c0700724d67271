"""Unsaved input of the page for a new case."""

from django.db import transaction
from django.http import QueryDict

from patients.actions.sent_once import is_sent, mark_sent, read_token
from patients.entry.drafts import NOT_TYPED
from patients.entry.opened_pages import read_sequence
from patients.models import Case, UnsavedCase

TOKEN = "form_token"
UNCHANGING = {TOKEN, "sex", "index", "team", "visits"}  # prefilled, not counted as typed


def asked_unsaved(request):
    """Return the user's UnsavedCase with the number in `?unsaved=`, or None."""
    number = request.GET.get("unsaved", "")
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    return UnsavedCase.objects.filter(user=request.user, pk=int(number)).first()


def other_unsaved(user, page):
    """Return the UnsavedCases of a user's other pages for a new case, newest first."""
    return UnsavedCase.objects.filter(user=user).exclude(page=page).order_by("-saved_at")


def has_typed(data):
    """Return whether something was typed, apart from what the page offers."""
    names = set(data) - set(NOT_TYPED) - UNCHANGING
    return any(data[name].strip() for name in names)


@transaction.atomic
def store_unsaved(user, data, query):
    """Store the input of the page; return the UnsavedCase, or None if there is none to store.

    Nothing is stored for a late request, or once the case was created or the input discarded. If
    nothing is typed, the stored input is deleted.
    """
    page = read_token(data.get(TOKEN))
    is_done = page is None or is_sent(user, page)
    if is_done or Case.objects.filter(author=user, form_token=page).exists():
        return None
    stored = UnsavedCase.objects.select_for_update().filter(user=user, page=page).first()
    sequence = read_sequence(data.get("sequence"))
    if stored and stored.sequence > sequence:
        return stored
    if not has_typed(data):
        UnsavedCase.objects.filter(user=user, page=page).delete()
        return None
    texts = QueryDict(mutable=True)
    texts.update({name: data[name] for name in data if name not in NOT_TYPED})
    stored = stored or UnsavedCase(user=user, page=page, query=query[:200])
    stored.sequence, stored.data = sequence, texts.urlencode()
    stored.save()
    return stored


@transaction.atomic
def discard_unsaved_case(user, page):
    """Delete the input of a page, and ignore its requests that arrive later."""
    UnsavedCase.objects.filter(user=user, page=page).delete()
    mark_sent(user, page)

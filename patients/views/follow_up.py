"""The pages for follow-ups: of one case, and of all cases."""

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from patients.access.permissions import get_case
from patients.actions.follow_up import (
    FollowUpChanged,
    check_may_follow_up,
    find_follow_up,
    store_follow_up,
    tag_of,
)
from patients.forms.follow_up import FollowUpForm
from patients.forms.follow_up_filter import FollowUpFilterForm
from patients.models import FollowUp
from patients.models.case import is_written_by
from patients.models.follow_up import follow_up_from

PAGE = 50  # follow-ups per page of the list
UNDO = "follow_up_undo"  # the key in the session
LIST = "list"  # the value of `back` in the forms of the list


# One case


@require_http_methods(["GET", "HEAD", "POST"])
def edit_follow_up(request, case_pk):
    """Set or change the date and what to do then."""
    case = get_case(request, case_pk)
    check_may_follow_up(case, request.user)
    stored = find_follow_up(case)
    form = FollowUpForm(request.POST if request.method == "POST" else None, stored=stored)
    if form.is_valid():
        if change(request, case, form.follow_up, _("Date saved."), form.cleaned_data["seen"]):
            return go_back(request, case)
        form = FollowUpForm(with_current_tag(request.POST, case), stored=find_follow_up(case))
    context = {"case": case, "form": form, "follow_up": stored}
    return render(request, "patients/follow_up.html", context)


def with_current_tag(data, case):
    """Return submitted data with the current tag as `seen`, for the user to submit again."""
    data = data.copy()
    data["seen"] = tag_of(find_follow_up(case))
    return data


@require_POST
def finish_follow_up(request, case_pk):
    """Mark the follow-up as done today."""
    case = get_case(request, case_pk)
    check_may_follow_up(case, request.user)
    stored = find_follow_up(case)
    if stored and stored.done is None:
        wanted = FollowUp(due=stored.due, note=stored.note, done=timezone.localdate())
        change(request, case, wanted, _("Follow-up marked as done."), sent_tag(request))
    else:
        messages.error(request, _("This case has no open follow-up. Nothing was changed."))
    return go_back(request, case)


@require_POST
def clear_follow_up(request, case_pk):
    """Remove the follow-up."""
    case = get_case(request, case_pk)
    check_may_follow_up(case, request.user)
    if find_follow_up(case):
        change(request, case, None, _("Follow-up removed."), sent_tag(request))
    else:
        messages.error(request, _("This case has no follow-up. Nothing was changed."))
    return go_back(request, case)


@require_POST
def undo_follow_up(request, case_pk):
    """Undo the last change to a follow-up in this session, if it was for this case."""
    case = get_case(request, case_pk)
    check_may_follow_up(case, request.user)
    undo = request.session.get(UNDO)
    if undo and undo["case"] == str(case.pk):
        before = undo["before"] and follow_up_from(undo["before"])
        change(request, case, before, _("Change undone."), undo["seen"])
    else:
        messages.error(request, _("There is no change to undo."))
    return go_back(request, case)


def sent_tag(request):
    return request.POST.get("seen", "")


def change(request, case, wanted, text, seen):
    """Store a follow-up and keep the previous one for undo; return whether it was stored.

    If the stored follow-up has changed since the page was opened, add an error message instead.
    """
    try:
        before = store_follow_up(case, request.user, wanted, seen)
    except FollowUpChanged:
        message = _(
            "The follow-up has changed since you opened this page, so nothing was saved. "
            "Check it, then try again."
        )
        messages.error(request, message)
        return False
    request.session[UNDO] = {
        "case": str(case.pk),
        "title": case.title,
        "text": text,
        "before": before and before.as_data(),
        "seen": tag_of(wanted),
        "is_offered": False,
    }
    return True


def take_undo(request):
    """Return the last change of the session; None if a page has already offered to undo it."""
    undo = request.session.get(UNDO)
    if undo is None or undo["is_offered"]:
        return None
    request.session[UNDO] = undo | {"is_offered": True}
    return undo


def go_back(request, case):
    if request.POST.get("back") == LIST:
        return redirect("patients:list-follow-ups")
    return redirect("caserecords:show-case", case.pk)


def follow_up_card(request, case, may_change):
    """Return the template context for a case's follow-up; `case` must come from `get_case`."""
    stored = getattr(case, "follow_up", None)
    undo = take_undo(request) if may_change else None
    is_current = undo and undo["case"] == str(case.pk) and undo["seen"] == tag_of(stored)
    return {
        "follow_up": stored,
        "follow_up_form": FollowUpForm(stored=stored) if may_change else None,
        "undo": undo if is_current else None,
    }


# All cases


@require_safe
def list_follow_ups(request):
    """List the open follow-ups of the cases that the user may see, the earliest first."""
    form = FollowUpFilterForm(request.GET, user=request.user)
    found = FollowUp.objects.visible_to(request.user).open().filter(form.condition)
    if after := request.GET.get("after"):
        found = found.filter(is_after(after))
    found = found.select_related("case__patient", "case__author").annotate(
        is_own=ExpressionWrapper(is_written_by(request.user, "case"), BooleanField())
    )
    rows = list(found.order_by("due", "case_id")[: PAGE + 1])
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    context = {
        "form": form,
        "follow_ups": rows[:PAGE],
        "after": last and f"{last.due}_{last.pk}",
        "undo": take_undo(request),
    }
    status = 400 if form.errors else None
    return render(request, "patients/follow_ups.html", context, status=status)


def is_after(cursor):
    """Return the Q object for the follow-ups after a cursor; raise Http404 if it is not valid."""
    try:
        due, pk = cursor.split("_")
        due, pk = date.fromisoformat(due), UUID(pk)
    except ValueError:
        raise Http404 from None
    return Q(due__gte=due) & (Q(due__gt=due) | Q(case_id__gt=pk))

"""Views of the checks and of the CARE checklist."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from caserecords.case import current_record
from caserecords.reasoning.care.checklist import care
from caserecords.reasoning.checks import RULES, review
from caserecords.reasoning.settling import AcceptForm, accept, reopen
from patients.access.permissions import get_case, is_editable
from patients.tables.columns import group


@require_safe
def show_checks(request, case_pk):
    """List the open checks by severity, then the accepted ones."""
    return render_checks(request, get_case(request, case_pk))


def render_checks(request, case, form=None):
    """Render the page; `form` is the invalid form that was submitted for one check."""
    found = review(current_record(case))
    context = {
        "case": case,
        "checks": found,
        "groups": list(group(found.open, lambda one: one.severity).values()),
        "rules": RULES,
        "form": form or AcceptForm(),
        "sent_key": form["key"].value() if form else "",
        "can_edit": is_editable(case, request.user),
    }
    return render(request, "reasoning/checks.html", context)


@require_POST
def accept_check(request, case_pk):
    case = get_case(request, case_pk, edit=True)
    form = AcceptForm(request.POST)
    if not form.is_valid() and "key" not in form.errors:
        return render_checks(request, case, form)
    key, reason = form.cleaned_data.get("key", ""), form.cleaned_data.get("reason", "")
    if found := accept(case, request.user, key, reason):
        messages.success(request, _("Check accepted: %(title)s.") % {"title": found.title})
    else:
        messages.error(request, _("This check is no longer open. Nothing was changed."))
    return redirect("caserecords:show-checks", case.pk)


@require_POST
def reopen_check(request, case_pk):
    """Undo the acceptance of a check."""
    case = get_case(request, case_pk, edit=True)
    if reopen(case, request.user, request.POST.get("key", "")):
        messages.success(request, _("Check reopened."))
    else:
        messages.error(request, _("This check is not accepted, so it cannot be reopened."))
    return redirect("caserecords:show-checks", case.pk)


@require_safe
def show_care(request, case_pk):
    """Show each part of the CARE checklist with its evidence."""
    case = get_case(request, case_pk)
    checklist = care(current_record(case))
    context = {
        "case": case,
        "care": checklist,
        "items": list(group(checklist.parts, lambda part: part.item).values()),
        "can_edit": is_editable(case, request.user),
    }
    return render(request, "reasoning/care.html", context)

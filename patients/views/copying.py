"""The page that copies a visit."""

from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from patients.access.permissions import get_case
from patients.entry.copied_visits import COPIED, copy_visit
from patients.entry.sections import BY_SLUG
from patients.forms.copy_visit import CopyVisitForm
from patients.views.undoing import offer_undo


@require_http_methods(["GET", "HEAD", "POST"])
def show_copy_visit(request, case_pk):
    """Show the form that copies a visit, or add the new visit and go on to an entry page.

    The entry pages then offer the rows of the copied visit. `?next=` is the slug of the page to
    go on to; the default is the first of the chosen sections.
    """
    case = get_case(request, case_pk, edit=True)
    form = CopyVisitForm(request.POST if request.method == "POST" else None, case=case)
    if request.method == "POST" and form.is_valid():
        visit = copy_or_explain(case, request.user, form)
        if visit:
            return go_on(request, case, visit, form.cleaned_data)
    context = {"case": case, "form": form, "next": next_section(request, ["timeline"])}
    status = 422 if form.errors else 200
    return render(request, "patients/copy_visit.html", context, status=status)


def copy_or_explain(case, user, form):
    """Copy the visit; add an error to the form and return None if that is not possible."""
    chosen = form.cleaned_data
    try:
        return copy_visit(
            case,
            user,
            source=chosen["source"],
            label=chosen["label"],
            sections=chosen["sections"],
            with_values=bool(chosen["values"]),
        )
    except ValueError as error:
        form.add_error("label", str(error))
        return None


def go_on(request, case, visit, chosen):
    titles = ", ".join(str(BY_SLUG[slug].title) for slug in chosen["sections"])
    text = (
        _("Visit “%(visit)s” added. Check and save the copied results in: %(sections)s.")
        if chosen["values"]
        else _("Visit “%(visit)s” added. Rows to fill in: %(sections)s.")
    )
    text %= {"visit": visit.label, "sections": titles}
    before = case.version
    case.refresh_from_db()
    offer_undo(request, case, BY_SLUG["timeline"], before, text)
    return redirect("patients:edit-section", case.pk, next_section(request, chosen["sections"]))


def next_section(request, chosen):
    """Return `?next=` if it is "timeline" or one of COPIED, otherwise the first of `chosen`."""
    asked = request.GET.get("next")
    return asked if asked in (*COPIED, "timeline") else chosen[0]

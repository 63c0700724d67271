"""Ask what to do with unsaved sections before a case changes its status."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import ngettext

from patients.entry.drafts import save_drafts, unsaved_sections
from patients.models import Draft


def ask_about_drafts(request, case, step):
    """Save or discard the user's drafts, as chosen; return None if there are none.

    Otherwise return a page that asks, or a redirect to the page of the step.
    """
    sections = unsaved_sections(case, request.user)
    if not sections:
        return None
    count = len(sections)
    if "discard_drafts" in request.POST:
        Draft.objects.filter(pk__in=[section.draft.pk for section in sections]).delete()
        text = ngettext(
            "Unsaved changes of %d section discarded.",
            "Unsaved changes of %d sections discarded.",
            count,
        )
        text %= count
        return return_to_step(request, text)
    left, status = sections, 409 if request.method == "POST" else 200
    if "save_drafts" in request.POST:
        left, status = save_drafts(case, request.user), 422
        if not left:
            text = ngettext("%d section saved.", "%d sections saved.", count) % count
            return return_to_step(request, text)
    context = {"case": case, "step": step, "sections": left, "saved": count - len(left)}
    return render(request, "patients/unsaved.html", context, status=status)


def return_to_step(request, text):
    messages.success(request, text)
    return redirect(f"{request.path}?step={request.POST['step']}")

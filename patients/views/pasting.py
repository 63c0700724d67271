"""Paste a table into an entry page: preview, correct and apply it."""

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_POST

from patients.access.permissions import get_case
from patients.entry.drafts import PASTED, read_texts
from patients.entry.page import SectionPage
from patients.entry.pasting.preview import Paste
from patients.entry.sections import BY_SLUG
from patients.views.sections import grid_options, hint_of, show_page


@require_POST
def paste_table(request, case_pk, slug):
    """Preview a pasted table or, if the step is "apply", show the page with the table filled in.

    The request has the inputs of the page, and those of the dialog with the prefix PASTED. With
    `fragment`, the answer is the content of the dialog, or the changed parts of the page; without
    it, a whole page. Nothing is saved.
    """
    case = get_case(request, case_pk, edit=True, opening=False)
    texts = read_texts(request.POST)
    given = {
        name.removeprefix(PASTED): text
        for name, text in request.POST.items()
        if name.startswith(PASTED)
    }
    try:
        paste = Paste(case, BY_SLUG[slug], texts, given, grid_options(request))
    except KeyError:  # a table that the page does not have
        raise Http404 from None
    if given.get("step") == "apply" and not paste.problem:
        return apply_paste(request, paste, is_fragment="fragment" in given)
    return preview_paste(request, paste, is_fragment="fragment" in given)


def preview_paste(request, paste, is_fragment):
    context = {"paste": paste, "case": paste.case, "section": paste.section}
    if is_fragment:
        return render(request, "patients/entry/_paste.html", context)
    kept = [
        (name, text)
        for name, text in request.POST.items()
        if not name.startswith(PASTED) and name not in ("csrfmiddlewaretoken", "add")
    ]
    return render(request, "patients/paste.html", context | {"kept": kept})


def apply_paste(request, paste, is_fragment):
    if not is_fragment:
        page = SectionPage(
            paste.case, paste.section, texts=paste.merged, grid_options=paste.grid_options
        )
        return show_page(request, page, is_unsaved=True, pasted=paste)
    context = {
        "paste": paste,
        "page": paste.result,
        "case": paste.case,
        "section": paste.section,
        "hint": hint_of(paste.section),
    }
    return render(request, "patients/entry/_pasted_parts.html", context)

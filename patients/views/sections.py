"""The entry pages of a case: one per section, with drafts and merging of concurrent edits."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from patients.access.permissions import get_case
from patients.entry.conflicts import base_rows, list_changes, merge_newest
from patients.entry.copied_visits import finish_copies
from patients.entry.drafts import (
    GRID_OPTIONS,
    base_version,
    draft_address,
    draft_texts,
    has_no_changes,
    is_behind,
    merged_version,
    read_texts,
)
from patients.entry.navigation import navigation_of, navigation_slug, section_after
from patients.entry.opened_pages import (
    drafts_of,
    finish_page,
    finished,
    new_page,
    opened_page,
    other_draft,
    saved_before,
    store_draft,
)
from patients.entry.page import SectionPage
from patients.entry.sections import BY_SLUG
from patients.entry.typed_since import saved_input
from patients.language.chronology import place_events
from patients.models import Case, Event, Visit
from patients.tables import timeline
from patients.versions.pieces import of_record
from patients.versions.saving import save_version
from patients.views.localising import SLUGS, localise_stored, render_typed
from patients.views.undoing import offer_undo


@require_http_methods(["GET", "HEAD", "POST"])
def edit_section(request, case_pk, slug):
    """Show one section of a case, with the user's draft if there is one, or save its input."""
    case = get_case(request, case_pk, edit=True)
    section = BY_SLUG[slug]
    if request.method == "POST":
        return handle_post(request, case, section)
    draft = asked_draft(request, drafts_of(case, request.user, section))
    if draft is None:
        page = SectionPage(case, section, grid_options=grid_options(request))
        return show_page(request, page, is_unsaved=page.is_prefilled)
    return show_draft(request, case, section, draft)


def handle_post(request, case, section):
    if "discard" in request.POST:
        finish_page(case, request.user, section, opened_page(request.POST))
        finish_copies(case, section)
        messages.info(request, _("Unsaved changes discarded."))
        return redirect(address_after(request))
    texts = read_texts(request.POST)
    if "add" in request.POST:
        page = SectionPage(case, section, texts=texts, grid_options=grid_options(request))
        return show_page(request, page, is_unsaved=True)
    return save_section(request, case, section, texts)


@transaction.atomic
def save_section(request, case, section, texts):
    """Save the input; if the section was changed since the page was opened, show both versions.

    A page that shows both versions can be saved, unless the section was changed again.
    """
    case = Case.objects.select_for_update().select_related("patient", "team").get(pk=case.pk)
    if not case.is_open:  # submitted, archived or deleted after the page was opened
        raise PermissionDenied(case.closed_reason)
    earlier = saved_before(finished(request.user, opened_page(request.POST)))
    if earlier:  # the user went back, or sends the same page again
        texts = earlier.update(texts, case, section)
    page = SectionPage(case, section, texts=texts, bound=True, grid_options=grid_options(request))
    if is_behind(case, section, merged_version(texts, case)):
        if has_no_changes(page):  # the same page was submitted twice
            return redirect_saved(request, page, case.version, earlier)
        case.refresh_from_db()
        return show_input(request, case, section, texts, status=409)
    if not page.is_valid() or page.mark_stored_duplicates():
        case.refresh_from_db()
        return show_page(request, page, is_unsaved=True)
    page.save()
    before, case.version = case.version, save_version(case, request.user, only=of_record()).number
    return redirect_saved(request, page, before, earlier)


def redirect_saved(request, page, before, earlier):
    """Delete the draft and redirect to the page or, after "Save and go to", to what follows it.

    `before` is the version before the save, which the message offers to undo. `earlier` is the
    SavedInput if the page was saved before.
    """
    case, section, opened = page.case, page.section, opened_page(request.POST)
    saved = saved_input(page, read_texts(request.POST), case.version, opened, earlier)
    finish_page(case, request.user, section, opened, saved)
    if "go_on" not in request.POST:
        offer_undo(request, case, section, before, _("Saved as version %s.") % case.version)
        return redirect(address_after(request))
    following = section_after(section.slug)
    values = {"section": section.title, "number": case.version}
    text = _("%(section)s saved as version %(number)s.") % values
    offer_undo(request, case, section, before, text)
    if following is None:
        return redirect("caserecords:show-case", case.pk)
    return redirect("patients:edit-section", case.pk, following.slug)


def show_draft(request, case, section, draft):
    """Show the page with the user's unsaved input; a draft without changes is deleted."""
    texts = draft_texts(draft)
    bound_page = SectionPage(
        case, section, texts=texts, bound=True, grid_options=grid_options(request)
    )
    if has_no_changes(bound_page):
        draft.delete()
        return show_page(request, SectionPage(case, section, grid_options=grid_options(request)))
    case.refresh_from_db()
    return show_input(request, case, section, texts, draft=draft)


def show_input(request, case, section, texts, **context):
    """Show a page with input, merged with the newest version of the section."""
    merged = merge_newest(case, section, texts, grid_options(request))
    page = SectionPage(case, section, texts=merged, grid_options=grid_options(request))
    return show_page(request, page, is_unsaved=merged is not texts, **context)


def show_page(request, page, *, status=200, **context):
    errors = page.list_errors() if page.bound else []
    is_post, draft = request.method == "POST", context.get("draft")
    opened = opened_page(request.POST) if is_post else new_page(draft)
    if "add" not in request.POST and finished(request.user, opened):
        opened = new_page(draft)  # its rows have other names now
    slug = navigation_slug(page.section.slug)
    navigation = navigation_of(page.case, request.user, can_edit=True)
    texts = page.given or {}
    context |= {
        "case": page.case,
        "section": page.section,
        "current": slug,
        "navigation": navigation,
        "marks": marks_of(navigation, slug),
        "next": section_after(slug),
        "page": page,
        "hint": hint_of(page.section),
        "errors": errors,
        "timeline": draw_timeline(page) if slug == "timeline" else None,
        "localisation": localise_stored(page.case) if page.section.slug in SLUGS else None,
        "changes": list_changes(page),
        "base_version": base_version(texts, page.case),
        "merged_version": merged_version(texts, page.case),
        "base_rows": base_rows(texts),
        "opened": opened,
        "other_draft": other_address(page, request.user, opened),
    }
    return render(request, "patients/section_form.html", context, status=422 if errors else status)


def marks_of(navigation, slug):
    """Return {state of the draft: (navigation, its line of the section)} for the page's script."""
    drafts = {"unchanged": None, "saved": timezone.now()}
    marked = {state: navigation.with_draft(slug, at) for state, at in drafts.items()}
    return {state: (found, found.line(slug)) for state, found in marked.items()}


def hint_of(section):
    """Return the help text of a section's only table; "" if several tables each show their own."""
    tables = section.tables
    return tables[0].help if len(tables) == 1 else ""


def draw_timeline(page):
    """Return the timeline drawing of the stored events."""
    events = Event.objects.filter(case=page.case)
    visits = Visit.objects.filter(case=page.case).select_related("event")
    days = place_events(events, page.case)
    return timeline(events, visits, days=days)


@require_POST
def save_draft(request, case_pk, slug):
    """Autosave the input of a page as a draft; return the updated panels as JSON.

    `saved_at` is None if saving the page would change nothing: then there is no draft. If the page
    was saved or discarded meanwhile and nothing was typed since, nothing is stored, and `page` is a
    new token for the page.
    """
    case = get_case(request, case_pk, edit=True, opening=False)
    section, opened = BY_SLUG[slug], opened_page(request.POST)
    page, draft = store_draft(case, section, request.user, opened, read_texts(request.POST))
    if page is None:
        return JsonResponse({"page": str(new_page().token)})
    answer = {
        "saved_at": draft and draft.saved_at.isoformat(),
        "other": other_address(page, request.user, opened),
    }
    if slug == "timeline":
        answer["drawing"] = draw_typed(request, page)
        answer["times"] = page.times
    if slug in SLUGS:
        answer["localisation"] = render_typed(request, page)
    return JsonResponse(answer)


def other_address(page, user, opened):
    """Return the URL of the page with the unsaved changes of another tab, or ""."""
    other = other_draft(drafts_of(page.case, user, page.section), opened)
    return draft_address(other) if other else ""


def draw_typed(request, page):
    """Return the timeline drawing of the unsaved input as HTML, without invalid rows."""
    page.is_valid()
    events, visits = (
        [form.row for form in part.forms_to_save() if not form.errors] for part in page.parts
    )
    try:
        days = place_events(events, page.case)
    except ValueError:  # for example a cycle of events, each dated relative to the next
        days = {}
    context = {"timeline": timeline(events, visits, days=days), "case": page.case}
    return render_to_string("patients/_timeline.html", context, request)


# Request parameters


def grid_options(request):
    """Return the options of the strength grid: those chosen just now, or those in the query."""
    given = request.POST if request.POST.get("add") == "choice" else request.GET
    return {name: given[name] for name in GRID_OPTIONS if name in given}


def asked_draft(request, drafts):
    """Return the draft named in the query, or the newest one; None if there is none."""
    number = request.GET.get("draft", "")
    asked = drafts.filter(pk=int(number)) if number.isdecimal() and len(number) < 19 else drafts
    return asked.first() or drafts.order_by("-saved_at").first()


def address_after(request):
    """Return the URL of the page without the draft in its query."""
    query = request.GET.copy()
    query.pop("draft", None)
    return f"{request.path}?{query.urlencode()}" if query else request.path

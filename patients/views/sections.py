"""Entering a case: one page a section, its drafts, and what happens when two people edit it."""

import json

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import Http404, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from patients.access.permissions import get_case
from patients.entry.page import SectionPage
from patients.entry.sections import BY_SLUG, SECTIONS
from patients.language.chronology import place_events
from patients.models import Case, Draft, Event, Visit
from patients.tables import timeline
from patients.versions.pieces import of_record
from patients.versions.reading import load_record, record_piece
from patients.versions.saving import save_version
from patients.views.localising import SLUGS, localise_stored, render_typed

WANTED = ("set", "sides")  # what a grid shows, in the address


@require_http_methods(["GET", "HEAD", "POST"])
def edit_section(request, case_pk, slug):
    """One section of a case: its tables as stored, or the draft of them; saved as a version."""
    case = get_case(request, case_pk, edit=True)
    section = BY_SLUG[slug]
    if request.method == "POST":
        return answer_post(request, case, section)
    draft = Draft.objects.filter(case=case, user=request.user, section=slug).first()
    if draft is None:
        return show_page(request, SectionPage(case, section, wanted=wanted(request)))
    return show_draft(request, case, section, draft)


def answer_post(request, case, section):
    if "discard" in request.POST:
        drafts_of(request, case, section).delete()
        messages.info(request, _("The draft is discarded."))
        return redirect(request.get_full_path())
    texts = read_texts(request.POST)
    if "add" in request.POST:
        page = SectionPage(case, section, texts=texts, wanted=wanted(request))
        return show_page(request, page, base=base_version(texts, case), is_unsaved=True)
    return save_section(request, case, section, texts)


@transaction.atomic
def save_section(request, case, section, texts):
    """Store what was typed; show both versions where somebody saved meanwhile."""
    case = Case.objects.select_for_update().select_related("patient", "team").get(pk=case.pk)
    if not case.is_draft:  # submitted since the page was opened
        raise PermissionDenied(_("The case is no longer a draft, so nothing was saved."))
    base = base_version(texts, case)
    page = SectionPage(case, section, texts=texts, bound=True, wanted=wanted(request))
    if is_behind(case, section, base):
        if says_nothing_new(page):  # the same page, sent twice
            return say_saved(request, case, section)
        case.refresh_from_db()
        return show_merge(request, case, section, texts, base)
    if not page.is_valid() or page.repeats_stored():
        case.refresh_from_db()
        return show_page(request, page, base=base, is_unsaved=True)
    page.save()
    case.version = save_version(case, request.user, only=of_record()).number
    return say_saved(request, case, section)


def say_saved(request, case, section):
    drafts_of(request, case, section).delete()
    messages.success(request, _("Saved as version %s.") % case.version)
    return redirect(request.get_full_path())


def show_draft(request, case, section, draft):
    """The page with what its user typed before and did not save."""
    texts = read_texts(QueryDict(draft.data))
    kept = SectionPage(case, section, texts=texts, bound=True, wanted=wanted(request))
    if says_nothing_new(kept):
        draft.delete()
        return show_page(request, SectionPage(case, section, wanted=wanted(request)))
    case.refresh_from_db()
    if is_behind(case, section, draft.base_version):
        return show_merge(request, case, section, texts, draft.base_version, draft)
    page = SectionPage(case, section, texts=texts, wanted=wanted(request))
    return show_page(request, page, base=draft.base_version, draft=draft)


def show_merge(request, case, section, texts, base, draft=None):
    """Both versions side by side, and the page with what was typed laid over what is stored."""
    record = load_record(case.versions.get(number=base))
    stored = SectionPage(case, section, wanted=wanted(request))
    page, choices = stored.merged_with(record, texts)
    newest = case.versions.select_related("saved_by").get(number=case.version)
    context = {"draft": draft, "choices": choices, "newest": newest, "is_unsaved": True}
    status = 409 if request.method == "POST" else 200
    return show_page(request, page, status=status, **context)


def show_page(request, page, *, base=None, status=200, **context):
    mistakes = page.mistakes() if page.bound else []
    slugs = [section.slug for section in SECTIONS]
    slug = "strength" if page.section.slug == "strength-rows" else page.section.slug
    place = slugs.index(slug)
    context |= {
        "case": page.case,
        "section": page.section,
        "sections": SECTIONS,
        "previous": SECTIONS[place - 1] if place else None,
        "next": SECTIONS[place + 1] if place + 1 < len(SECTIONS) else None,
        "page": page,
        "errors": mistakes,
        "timeline": draw_timeline(page) if slug == "timeline" else None,
        "localisation": localise_stored(page.case) if page.section.slug in SLUGS else None,
        "base_version": base if base is not None else page.case.version,
    }
    return render(
        request, "patients/section_form.html", context, status=422 if mistakes else status
    )


def draw_timeline(page):
    """Return the drawing of the events as they are stored."""
    events = Event.objects.filter(case=page.case)
    visits = Visit.objects.filter(case=page.case).select_related("event")
    days = place_events(events, page.case.age_at_presentation)
    return timeline(events, visits, days=days)


@require_POST
def save_draft(request, case_pk, slug):
    """Keep what is typed into a page, on the server; answers when, and what follows from it."""
    case = get_case(request, case_pk, edit=True, opening=False)
    data = request.POST.copy()
    data.pop("csrfmiddlewaretoken", None)
    kept = {"data": data.urlencode(), "base_version": base_version(data, case)}
    try:
        Draft.objects.update_or_create(case=case, user=request.user, section=slug, defaults=kept)
    except IntegrityError:  # the case was thrown away meanwhile
        raise Http404 from None
    answer = {"saved_at": timezone.now().isoformat()}
    if slug == "timeline":
        answer["drawing"] = draw_typed(request, case, read_texts(data))
    if slug in SLUGS:
        page = SectionPage(case, BY_SLUG[slug], texts=read_texts(data), bound=True)
        answer["localisation"] = render_typed(request, page)
    return JsonResponse(answer)


def draw_typed(request, case, texts):
    """Return the drawing of the events as they are typed, as HTML; rows with a mistake are out."""
    page = SectionPage(case, BY_SLUG["timeline"], texts=texts, bound=True)
    page.is_valid()
    events, visits = ([form.row for form in part.kept() if not form.errors] for part in page.parts)
    try:
        days = place_events(events, case.age_at_presentation)
    except ValueError:  # events that hang on each other in a circle
        days = {}
    context = {"timeline": timeline(events, visits, days=days), "case": case}
    return render_to_string("patients/_timeline.html", context, request)


# What the pages ask about a request


def read_texts(data):
    """Return {name of an input: text}; of a name sent twice, the last."""
    return {name: data[name] for name in data if name != "csrfmiddlewaretoken"}


def wanted(request):
    return {name: request.GET[name] for name in WANTED if name in request.GET}


def base_version(texts, case):
    """Return the version from which a page was typed: a number that the case has had."""
    text = texts.get("base_version", "")
    number = int(text) if text.isdecimal() and len(text) < 9 else case.version
    return number if 1 <= number <= case.version else case.version


def drafts_of(request, case, section):
    return Draft.objects.filter(case=case, user=request.user, section=section.slug)


def is_behind(case, section, base):
    """Tell whether somebody changed this section after the version that the page began with."""
    if base == case.version:
        return False
    then, now = part_at(case, section, base), part_at(case, section, case.version)
    return then != now


def part_at(case, section, number):
    document = record_piece(case.versions.get(number=number))
    return {key: document.get(key, []) for key in section.keys}


def says_nothing_new(page):
    """Tell whether saving the page would change nothing, as when it is sent a second time."""
    if not page.is_valid():
        return False
    now = part_at(page.case, page.section, page.case.version)
    return json.loads(json.dumps(page.document())) == now

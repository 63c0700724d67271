"""Drafts: a user's input on the entry pages of a case, not saved yet."""

import json
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from patients.entry.page import SectionPage
from patients.entry.sections import BY_SLUG
from patients.models import Case, Draft
from patients.versions.pieces import of_record
from patients.versions.reading import record_piece
from patients.versions.saving import save_version

GRID_OPTIONS = ("set", "sides")  # the choice of rows and sides of the strength grid
NOT_TYPED = (
    "csrfmiddlewaretoken",
    "opened_by",
    "page",
    "sequence",
    "continues",
    "go_on",
    *GRID_OPTIONS,
)
PASTED = "paste-"  # prefix of the inputs of the dialog for pasting a table


@dataclass(frozen=True)
class UnsavedSection:
    """A section with a draft; `problem` says why it could not be saved as it is."""

    draft: Draft
    problem: str = ""

    @property
    def title(self):
        return BY_SLUG[self.draft.section].title

    @property
    def address(self):
        return draft_address(self.draft)


def draft_address(draft):
    """Return the URL of the entry page with this draft; a section can have several drafts."""
    page = reverse("patients:edit-section", args=[draft.case_id, draft.section])
    return f"{page}?draft={draft.pk}"


def unsaved_sections(case, user):
    """Return the UnsavedSections of a user in a case, in the order of the entry pages."""
    drafts = Draft.objects.filter(case=case, user=user, section__in=BY_SLUG)
    order = list(BY_SLUG)
    return [
        UnsavedSection(draft)
        for draft in sorted(drafts, key=lambda draft: order.index(draft.section))
    ]


def unsaved_by_others(case, user):
    """Return the UnsavedSections of the other users in a case, the oldest draft first."""
    drafts = Draft.objects.filter(case=case, section__in=BY_SLUG).exclude(user=user)
    return [UnsavedSection(draft) for draft in drafts.select_related("user").order_by("pk")]


@transaction.atomic
def save_drafts(case, user):
    """Save each of the user's drafts as a new version; return the UnsavedSections that remain.

    A section is left if its input has errors or if someone else has changed it meanwhile. Raises
    PermissionDenied if the case can no longer be edited.
    """
    case = Case.objects.select_for_update().get(pk=case.pk)
    if not case.is_open:
        raise PermissionDenied(case.closed_reason)
    left = []
    for section in unsaved_sections(case, user):
        problem = save_draft(case.pk, section.draft, user)
        if problem:
            left.append(UnsavedSection(section.draft, problem))
        else:
            section.draft.delete()
    return left


def save_draft(case_pk, draft, user):
    """Save a draft; return why it could not be saved, or "". The case's row must be locked."""
    case = Case.objects.select_related("patient", "team").get(pk=case_pk)
    section, texts = BY_SLUG[draft.section], draft_texts(draft)
    page = SectionPage(case, section, texts=texts, bound=True)
    if is_behind(case, section, draft.base_version):
        if has_no_changes(page):
            return ""
        return _("This section was changed after you started. Check both versions.")
    if not page.is_valid() or page.mark_stored_duplicates():
        count = len(page.list_errors())
        return ngettext("%d error to fix.", "%d errors to fix.", count) % count
    page.save()
    save_version(case, user, only=of_record())
    return ""


# The input of a page, and its comparison with stored versions


def read_texts(data):
    """Return {input name: text}; if a name is sent twice, the last value is used."""
    names = [name for name in data if name not in NOT_TYPED and not name.startswith(PASTED)]
    return {name: data[name] for name in names}


def base_version(texts, case):
    """Return the version on which a page's input is based; the newest if not validly stated."""
    return stated_version(texts, "base_version", case) or case.version


def merged_version(texts, case):
    """Return the version that the input was merged with: the base version if with none."""
    return max(base_version(texts, case), stated_version(texts, "merged_version", case))


def stated_version(texts, name, case):
    """Return the version number in an input; 0 if it is not one of the case's versions."""
    text = texts.get(name, "")
    number = int(text) if text.isdecimal() and len(text) < 9 else 0
    return number if number <= case.version else 0


def draft_texts(draft):
    """Return the {input name: text} of a draft."""
    return read_texts(QueryDict(draft.data)) | {"base_version": str(draft.base_version)}


def is_behind(case, section, base):
    """Return whether this section was changed after version `base`."""
    if base == case.version:
        return False
    then, now = part_at(case, section, base), part_at(case, section, case.version)
    return then != now


def part_at(case, section, number):
    document = record_piece(case.versions.get(number=number))
    return {key: document.get(key, []) for key in section.keys}


def has_no_changes(page):
    """Return whether saving would change nothing, for example after a double submit."""
    if not page.is_valid():
        return False
    now = part_at(page.case, page.section, page.case.version)
    return json.loads(json.dumps(page.document())) == now

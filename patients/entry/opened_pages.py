"""Entry pages that are open in a browser, and the drafts of their unsaved input."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from django.db import transaction
from django.http import Http404

from patients.actions.sent_once import is_sent, mark_sent, read_token
from patients.entry.drafts import base_version, has_no_changes
from patients.models import Case, Draft
from patients.models.unsaved import NO_PAGE

LARGEST = 2**53  # the largest sequence number that a browser sends


@dataclass(frozen=True)
class OpenedPage:
    """One entry page in a browser tab, as it identifies itself in each request.

    `continues` is the draft that the page was opened with, as (page, sequence).
    """

    token: UUID
    sequence: int = 0
    continues: tuple[UUID, int] | None = None

    @property
    def continues_text(self):
        return "{}.{}".format(*self.continues) if self.continues else ""


def opened_page(data):
    """Return the OpenedPage of a request; without a valid token, its token is NO_PAGE."""
    page, _dot, sequence = data.get("continues", "").partition(".")
    continued = read_token(page)
    return OpenedPage(
        read_token(data.get("page")) or NO_PAGE,
        read_sequence(data.get("sequence")),
        (continued, read_sequence(sequence)) if continued else None,
    )


def new_page(draft=None):
    """Return the OpenedPage for a page that is about to be shown."""
    return OpenedPage(uuid4(), continues=(draft.page, draft.sequence) if draft else None)


def read_sequence(text):
    number = int(text) if text and text.isascii() and text.isdigit() and len(text) < 17 else 0
    return min(number, LARGEST)


def drafts_of(case, user, section):
    return Draft.objects.filter(case=case, user=user, section=section.slug)


def own_draft(drafts, opened):
    """Return the draft of a page, or the one that it continues if that is unchanged; or None."""
    if own := drafts.filter(page=opened.token).first():
        return own
    if opened.continues is None:
        return None
    page, sequence = opened.continues
    return drafts.filter(page=page, sequence=sequence).first()


def other_draft(drafts, opened):
    """Return the newest draft of the section that belongs to another page, or None."""
    own = own_draft(drafts, opened)
    return drafts.exclude(pk=own and own.pk).order_by("-saved_at").first()


@transaction.atomic
def store_draft(page, user, data, opened):
    """Store the input of a page as its draft; return the Draft, or None if there is none.

    There is none if the page was saved or discarded, or if saving it would change nothing. A
    request that arrives after a newer one
    of the same page changes nothing. Raises Http404 if the case was deleted in the meantime.
    """
    if not Case.objects.select_for_update().filter(pk=page.case.pk).exists():
        raise Http404
    if is_finished(user, opened):
        return None
    draft = own_draft(drafts_of(page.case, user, page.section), opened)
    if draft and draft.page == opened.token and draft.sequence > opened.sequence:
        return draft
    if has_no_changes(page):
        if draft:
            draft.delete()
        return None
    draft = draft or Draft(case=page.case, user=user, section=page.section.slug)
    draft.page, draft.sequence = opened.token, opened.sequence
    draft.data, draft.base_version = data.urlencode(), base_version(data, page.case)
    draft.save()
    return draft


def is_finished(user, opened):
    """Return whether the input of a page was saved or discarded."""
    return opened.token != NO_PAGE and is_sent(user, opened.token)


@transaction.atomic
def finish_page(case, user, section, opened):
    """Delete the draft of a page, and ignore requests of the page that arrive later."""
    Case.objects.select_for_update().filter(pk=case.pk).first()
    if draft := own_draft(drafts_of(case, user, section), opened):
        draft.delete()
    if opened.token != NO_PAGE:
        mark_sent(user, opened.token)

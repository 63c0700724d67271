"""Entry pages that are open in a browser, and the drafts of their unsaved input.

The requests of a page can arrive in any order. Input with a higher number than the request that
saved the page was typed since, and becomes a draft on the saved version.
"""

from dataclasses import dataclass
from uuid import UUID, uuid4

from django.db import transaction
from django.http import Http404, QueryDict

from patients.actions.sent_once import mark_sent, read_token, sent_request
from patients.entry.drafts import base_version, draft_texts, has_no_changes
from patients.entry.page import SectionPage
from patients.entry.typed_since import SavedInput
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
def store_draft(case, section, user, opened, texts):
    """Store the input of a page as its draft; return (its SectionPage, the Draft or None).

    There is no draft if saving the page would change nothing. A request that arrives after a newer
    one of the same page changes nothing. Returns (None, None) if the page was saved or discarded
    and nothing was typed since. Raises Http404 if the case was deleted in the meantime.
    """
    if not Case.objects.select_for_update().filter(pk=case.pk).exists():
        raise Http404
    if sent := finished(user, opened):
        saved = saved_before(sent)
        if not saved or not 0 < saved.sequence < opened.sequence:
            return None, None
        texts = saved.update(texts, case, section)
    page = SectionPage(case, section, texts=texts, bound=True)
    draft = own_draft(drafts_of(case, user, section), opened)
    if draft and draft.page == opened.token and draft.sequence > opened.sequence:
        return page, draft
    if has_no_changes(page):
        if draft:
            draft.delete()
        return page, None
    draft = draft or Draft(case=case, user=user, section=section.slug)
    draft.page, draft.sequence = opened.token, opened.sequence
    write_texts(draft, texts, case)
    return page, draft


def write_texts(draft, texts, case):
    data = QueryDict(mutable=True)
    data.update(texts)
    draft.data, draft.base_version = data.urlencode(), base_version(texts, case)
    draft.save()


def finished(user, opened):
    """Return the SentRequest that saved or discarded a page, or None."""
    return None if opened.token == NO_PAGE else sent_request(user, opened.token)


def saved_before(sent):
    """Return the SavedInput of a page that was saved before, or None."""
    return SavedInput.read(sent.body) if sent and sent.body else None


@transaction.atomic
def finish_page(case, user, section, opened, saved=None):
    """Delete the draft of a page; what was typed after it was saved becomes a draft on `saved`.

    Requests of the page that were sent before and arrive later are ignored.
    """
    Case.objects.select_for_update().filter(pk=case.pk).first()
    draft = own_draft(drafts_of(case, user, section), opened)
    if draft and saved and 0 < opened.sequence < draft.sequence and draft.page == opened.token:
        write_texts(draft, saved.update(draft_texts(draft), case, section), case)
    elif draft:
        draft.delete()
    if opened.token != NO_PAGE:
        mark_sent(user, opened.token, saved.as_json() if saved else b"")

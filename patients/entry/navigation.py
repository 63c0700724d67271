"""The sections of a case as its pages list them: in groups, with their state and number of rows.

Other apps add their own lines, such as the one for images, with `register`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from patients.access.permissions import is_editable
from patients.entry.sections import SECTIONS, STRENGTH_ROWS
from patients.models import Case, Draft
from patients.record.document import CaseRecord
from patients.versions.reading import load_record

FILLED, EMPTY, UNSAVED, ATTENTION, PARTLY = "filled", "empty", "unsaved", "attention", "partly"
STATES = {
    FILLED: _("filled"),
    EMPTY: _("empty"),
    UNSAVED: _("unsaved"),
    ATTENTION: _("needs attention"),
    PARTLY: _("partly met"),
}
# The slugs of each group, in order, including those that other apps provide.
GROUPS = (
    (_("History"), ("patient", "symptoms", "timeline")),
    (_("Examination"), ("strength", "signs", "scales")),
    (
        _("Tests"),
        (
            "conduction",
            "emg",
            "electrodiagnosis",
            "ultrasound",
            "laboratory",
            "imaging-findings",
            "imaging",
            "investigations",
        ),
    ),
    (_("Conclusion"), ("diagnosis", "treatment", "outcome", "narrative")),
    (_("Review"), ("checks", "care")),
)
# Tables that are not counted if another table of their section has rows.
SECONDARY = ("visits", "comorbidities", "references", "discrepancies")


@dataclass(frozen=True)
class SectionLine:
    """One section: its link, its state, and its count as text ("" if there is nothing to count).

    `address` is "" if the section has no page or card that the user can open. `draft_address` is
    the entry page with the user's draft, and `draft_saved_at` its time; "" and None without one.
    `saved_state` is the state apart from the draft.
    """

    slug: str
    title: str
    address: str
    saved_state: str
    count: str = ""
    draft_address: str = ""
    draft_saved_at: datetime | None = None
    is_review: bool = False

    @property
    def state(self):
        return UNSAVED if self.draft_saved_at else self.saved_state

    @property
    def state_words(self):
        return STATES[self.state]

    @property
    def has_card(self):
        """Whether the case page has a card for the section."""
        return not self.is_review and (bool(self.count) or self.slug == "patient")


@dataclass(frozen=True)
class SectionGroup:
    """The sections of one group, in order."""

    title: str
    lines: tuple[SectionLine, ...]

    def lines_with_draft(self, slug, saved_at):
        for line in self.lines:
            yield replace(line, draft_saved_at=saved_at) if line.slug == slug else line


@dataclass(frozen=True)
class Navigation:
    """All sections of a case in their groups."""

    groups: tuple[SectionGroup, ...]

    @property
    def lines(self):
        return tuple(line for group in self.groups for line in group.lines)

    def line(self, slug):
        return next(line for line in self.lines if line.slug == slug)

    def with_draft(self, slug, saved_at):
        """Return a copy with the draft of a section saved at `saved_at`; None removes the draft."""
        return replace(
            self,
            groups=tuple(
                replace(group, lines=tuple(group.lines_with_draft(slug, saved_at)))
                for group in self.groups
            ),
        )

    @property
    def sections(self):
        return tuple(line for line in self.lines if not line.is_review)

    @property
    def drafts(self):
        """The sections in which the user has unsaved input."""
        return tuple(line for line in self.lines if line.draft_saved_at)

    @property
    def empty(self):
        """The sections that have no rows, have no unsaved input and need no attention."""
        return tuple(line for line in self.sections if line.state == EMPTY)

    @property
    def filled_count(self):
        return sum(line.has_card for line in self.sections)


@dataclass(frozen=True)
class AddedLines:
    """The lines of another app, and the slugs of the sections that need attention."""

    lines: tuple[SectionLine, ...]
    attention: frozenset[str] = frozenset()


MORE: list[Callable[[Case, CaseRecord], AddedLines]] = []


def register(add_lines):
    """Register another app's lines: add_lines(case, record) -> AddedLines."""
    if add_lines not in MORE:
        MORE.append(add_lines)


def navigation_of(case, user, *, record=None, can_edit=None):
    """Return the Navigation of a case's current version.

    The drafts of `user` are included if the user may edit the case.
    """
    record = record or load_record(case.versions.get(number=case.version))
    can_edit = is_editable(case, user) if can_edit is None else can_edit
    drafts = find_drafts(case, user) if can_edit else {}
    return list_sections(case, record, drafts, can_edit)


def find_drafts(case: Case, user) -> dict[str, Draft]:
    """Return {section slug: the user's draft}, the newest one if a section has two pages."""
    found = Draft.objects.filter(case=case, user=user).only("section", "saved_at")
    return {navigation_slug(draft.section): draft for draft in found.order_by("saved_at")}


def navigation_slug(slug):
    """Return the section slug of an entry page; both strength pages are one section."""
    return "strength" if slug == STRENGTH_ROWS.slug else slug


def list_sections(
    case: Case, record: CaseRecord, drafts: Mapping[str, Draft], can_edit: bool = True
) -> Navigation:
    """Return the Navigation. Readers get links to the cards of the case page instead of forms."""
    added = [add_lines(case, record) for add_lines in MORE]
    attention = frozenset().union(*(one.attention for one in added))
    lines = {line.slug: line for line in entry_lines(case, record, can_edit)}
    lines |= {line.slug: line for one in added for line in one.lines}
    lines = {slug: mark(case, line, drafts.get(slug), attention) for slug, line in lines.items()}
    return Navigation(
        tuple(
            SectionGroup(str(title), tuple(lines[slug] for slug in slugs if slug in lines))
            for title, slugs in GROUPS
        )
    )


def entry_lines(case, record, can_edit) -> Iterable[SectionLine]:
    """Yield the lines of the entry pages, without drafts and checks."""
    for section in SECTIONS:
        count = count_rows(record, section)
        is_filled = bool(count or "patient" in section.heads)
        yield SectionLine(
            section.slug,
            str(section.title),
            address_of(case, section.slug, can_edit, is_filled),
            FILLED if is_filled else EMPTY,
            str(count or ""),
        )


def address_of(case, slug, can_edit, is_filled):
    """Return the URL of the entry page or, for a reader, of the card ("" if there is no card)."""
    if can_edit:
        return reverse("patients:edit-section", args=[case.pk, slug])
    page = reverse("caserecords:show-case", args=[case.pk])
    return f"{page}#{slug}" if is_filled else ""


def count_rows(record, section):
    """Return the number of rows of a section.

    Rows of secondary tables are counted only if the other tables have none.
    """
    counts = {key: len(record.rows.get(key, ())) for key in section.keys}
    primary = sum(count for key, count in counts.items() if key not in SECONDARY)
    return primary or sum(counts.values())


def mark(case, line, draft, attention):
    """Return a line with the address and time of its draft, marked if it needs attention."""
    if draft:
        page = reverse("patients:edit-section", args=[case.pk, draft.section])
        line = replace(line, draft_address=page, draft_saved_at=draft.saved_at)
    return replace(line, saved_state=ATTENTION) if line.slug in attention else line


def section_after(slug):
    """Return the entry section after the one with this slug, in group order; None if it is last."""
    order = [one for _title, slugs in GROUPS for one in slugs]
    sections = sorted(SECTIONS, key=lambda section: order.index(section.slug))
    slugs = [section.slug for section in sections]
    place = slugs.index(navigation_slug(slug))
    return sections[place + 1] if place + 1 < len(sections) else None

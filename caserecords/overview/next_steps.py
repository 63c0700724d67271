"""What is left to do before a case is submitted, based on its drafts, checks and CARE parts."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from caserecords.overview.section_lines import count_fulfilled
from caserecords.reasoning.checks.finding import CONTRADICTION, DOUBT, GAP

FIRST = 5  # steps shown at first; the others are collapsed
# The sections that every case needs; one of each group is enough.
NEEDED = (("symptoms",), ("strength", "signs"), ("diagnosis",))


@dataclass(frozen=True)
class NextStep:
    """One thing to do, the page on which to do it, and one line that explains it.

    `draft_saved_at` is the time of a saved draft; the template shows it instead of `explains`.
    """

    text: str
    address: str
    explains: str = ""
    draft_saved_at: datetime | None = None


@dataclass(frozen=True)
class NextSteps:
    """All steps; the template collapses those after the first few."""

    steps: tuple[NextStep, ...]

    def __len__(self):
        return len(self.steps)

    @property
    def first(self):
        return self.steps[:FIRST]

    @property
    def others(self):
        return self.steps[FIRST:]


@dataclass(frozen=True)
class Readiness:
    """Counts of open checks by severity, accepted checks, met CARE parts and all CARE parts."""

    contradictions: int
    doubts: int
    gaps: int
    accepted: int
    care_met: int
    care_parts: int


def next_steps(case, navigation, reasoning):
    """Return the NextSteps: drafts, contradictions, checks, empty sections and CARE parts."""
    return NextSteps(
        (
            *draft_steps(navigation),
            *contradiction_steps(case, reasoning.checks.open),
            *doubt_steps(case, reasoning.checks.open),
            *section_steps(navigation),
            *care_steps(case, reasoning.care),
        )
    )


def draft_steps(navigation):
    for line in navigation.drafts:
        text = _("Save or discard the draft of %(section)s") % {"section": line.title}
        yield NextStep(text, line.draft_address, draft_saved_at=line.draft_saved_at)


def contradiction_steps(case, checks):
    for one in with_severity(checks, CONTRADICTION):
        yield NextStep(one.title, address_of(case, one), _("Contradiction: fix or accept it"))


def doubt_steps(case, checks):
    """Yield one step for all checks to confirm."""
    doubts = with_severity(checks, DOUBT)
    if doubts:
        count = len(doubts)
        text = ngettext("Confirm %(n)s entry", "Confirm %(n)s entries", count) % {"n": count}
        titles = "; ".join(dict.fromkeys(one.title for one in doubts))
        yield NextStep(text, address_of(case, doubts[0]), titles)


def section_steps(navigation):
    """Yield a step for each of the needed sections that is empty."""
    empty = {line.slug: line for line in navigation.empty}
    for slugs in NEEDED:
        if all(slug in empty for slug in slugs):
            line = empty[slugs[0]]
            text = _("Add: %(part)s") % {"part": line.title}
            yield NextStep(text, line.address, _("Nothing is recorded yet"))


def care_steps(case, care):
    """Yield a step for each of the first three missing CARE parts (see Checklist.named)."""
    for part in care.named:
        address = reverse("patients:edit-section", args=[case.pk, part.answer.section])
        item = _("CARE item %(id)s is missing") % {"id": part.id}
        yield NextStep(_("Add: %(part)s") % {"part": part.short}, address, item)


def address_of(case, check):
    return f"{reverse('caserecords:show-checks', args=[case.pk])}#{check.key}"


def with_severity(checks, severity):
    return [one for one in checks if one.severity == severity]


def readiness(reasoning):
    found = reasoning.checks
    counts = [len(with_severity(found.open, name)) for name in (CONTRADICTION, DOUBT, GAP)]
    parts = reasoning.care.parts
    return Readiness(*counts, len(found.settled), count_fulfilled(parts), len(parts))

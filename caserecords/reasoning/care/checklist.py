"""Completeness of a record according to the CARE checklist (2013): 13 items in 30 parts, no score.

Each part is met, partly met, missing, or recorded as absent, with a reason and the rows that are
the evidence. Only presence is checked, not quality. Parts for which the record has no table (such
as key words, a structured abstract or limitations) are searched for in its texts, as a labelled
passage ("Introduction: …") or as a word ("limitations").
"""

import re
from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from caserecords.reasoning.care import discussion, findings, story
from caserecords.reasoning.care.answer import EXPLICITLY_NONE, MET, MISSING, PARTLY, PartAnswer
from patients.catalogue import care as catalogue

STATES = {
    MET: ("●", _("met")),
    PARTLY: ("◐", _("partly met")),
    MISSING: ("○", _("missing")),
    EXPLICITLY_NONE: ("–", _("recorded as absent")),
}
ANSWERS = {**story.ANSWERS, **findings.ANSWERS, **discussion.ANSWERS}


@dataclass(frozen=True)
class AnsweredPart:
    """One part of the checklist with its answer."""

    id: str
    section: str
    label: str
    answer: PartAnswer

    @property
    def item(self):
        """The number of the item that the part belongs to."""
        return re.match(r"\d+", self.id)[0]

    @property
    def short(self):
        """The label of the part, or the item's heading if the item has no other part."""
        return self.section if self.id == self.item else self.label

    @property
    def state(self):
        return self.answer.state

    @property
    def symbol(self):
        return STATES[self.state][0]

    @property
    def words(self):
        return STATES[self.state][1]

    def as_data(self):
        return {
            "id": self.id,
            "section": self.section,
            "label": self.label,
            "state": self.state,
            "why": self.answer.why,
            "rows": [row.as_data() for row in self.answer.rows],
        }


@dataclass(frozen=True)
class Checklist:
    """The 30 parts in the order of the checklist."""

    parts: tuple[AnsweredPart, ...]

    @property
    def missing(self):
        """The missing parts, starting with those in FIRST."""
        missing = [part for part in self.parts if part.state == MISSING]
        return sorted(missing, key=lambda part: FIRST.index(part.id) if part.id in FIRST else 9)

    @property
    def named(self):
        """The first three missing parts, for a one-line summary."""
        return self.missing[:3]

    @property
    def more(self):
        """The number of missing parts that are not in `named`."""
        return len(self.missing) - len(self.named)

    @property
    def tally(self):
        """The number of parts in each state: [(symbol, words, number)]."""
        states = [part.state for part in self.parts]
        return [(*STATES[state], states.count(state)) for state in STATES]

    def as_data(self):
        return [part.as_data() for part in self.parts]


# What journals ask for first: consent, the patient's perspective, adverse events.
FIRST = ("13", "12", "10d")


def care(record) -> Checklist:
    """Return the Checklist of a record."""
    return Checklist(
        tuple(
            AnsweredPart(row.id, gettext(row.section), gettext(row.label), ANSWERS[row.id](record))
            for row in catalogue.ROWS
        )
    )

"""How complete a record is by the CARE checklist (2013): 13 items in 30 parts, never a score.

Each part is met, partly met, missing, or explicitly none, with a sentence that says why and the
rows that are the evidence. Only what the record holds counts: a text is known to be there, and
whether it is good is for a reader to say. Parts for which the record has no table of their own
(key words, an abstract in parts, limitations …) are looked for as a labelled passage of the prose,
"Limitations: …", or by their word.
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
    PARTLY: ("◐", _("partly")),
    MISSING: ("○", _("missing")),
    EXPLICITLY_NONE: ("–", _("explicitly none")),
}
ANSWERS = {**story.ANSWERS, **findings.ANSWERS, **discussion.ANSWERS}


@dataclass(frozen=True)
class AnsweredPart:
    """One part of the checklist and its answer."""

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
        """The part in a word or two: an item of one part by its heading."""
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
        """The parts that are missing, those first without which no report is published."""
        gone = [part for part in self.parts if part.state == MISSING]
        return sorted(gone, key=lambda part: FIRST.index(part.id) if part.id in FIRST else 9)

    @property
    def named(self):
        """The first of what is missing, to be named in a line."""
        return self.missing[:3]

    @property
    def more(self):
        """How many more are missing than are named."""
        return len(self.missing) - len(self.named)

    @property
    def tally(self):
        """How many parts are in each state: [(symbol, words, number)], never added up."""
        states = [part.state for part in self.parts]
        return [(*STATES[state], states.count(state)) for state in STATES]

    def as_data(self):
        return [part.as_data() for part in self.parts]


FIRST = ("13", "12", "10d")  # consent, the patient's perspective, adverse events


def care(record) -> Checklist:
    """Answer the 30 parts of the checklist from a record."""
    return Checklist(
        tuple(
            AnsweredPart(row.id, gettext(row.section), gettext(row.label), ANSWERS[row.id](record))
            for row in catalogue.ROWS
        )
    )

"""How complete a record is by the CARE checklist (2013): 13 items in 30 parts, never a score.

Each part is met, partly met, missing, or explicitly none, with a sentence that says why and the
rows that are the evidence. Only what the record holds counts: a text is known to be there, and
whether it is good is for a reader to say. Parts for which the record has no table of their own
(key words, an abstract in parts, limitations …) are looked for as a labelled passage of the prose,
"Limitations: …", or by their word.
"""

import re
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from caserecords.reasoning import care_discussion, care_findings, care_story
from caserecords.reasoning.care_answer import EXPLICITLY_NONE, MET, MISSING, PARTLY, Answer
from patients.catalogue import care as catalogue

STATES = {
    MET: ("●", _("met")),
    PARTLY: ("◐", _("partly")),
    MISSING: ("○", _("missing")),
    EXPLICITLY_NONE: ("–", _("explicitly none")),
}
ANSWERS = {**care_story.ANSWERS, **care_findings.ANSWERS, **care_discussion.ANSWERS}


@dataclass(frozen=True)
class Part:
    """One part of the checklist and its answer."""

    id: str
    section: str
    label: str
    answer: Answer

    @property
    def item(self):
        """The number of the item that the part belongs to."""
        return re.match(r"\d+", self.id)[0]

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


def care(record) -> tuple[Part, ...]:
    """Return the 30 parts of the checklist with their answers, in its order."""
    return tuple(
        Part(row.id, row.section, row.label, ANSWERS[row.id](record)) for row in catalogue.ROWS
    )


def missing(parts):
    """Return the parts that are missing, those first without which no report is published."""
    gone = [part for part in parts if part.state == MISSING]
    return sorted(gone, key=lambda part: (part.id not in FIRST, FIRST.get(part.id, 0)))


FIRST = {"13": 0, "12": 1, "10d": 2}  # consent, the patient's perspective, adverse events

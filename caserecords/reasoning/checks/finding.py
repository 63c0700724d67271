"""Rules and their findings: contradictions, doubts and gaps, with the rows concerned."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from caserecords.reasoning.row_references import RowReference

CONTRADICTION, DOUBT, GAP = "contradiction", "doubt", "gap"
SEVERITIES = {
    CONTRADICTION: _("contradiction"),
    DOUBT: _("please check"),
    GAP: _("missing"),
}  # most severe first
SYMBOLS = {CONTRADICTION: "≠", DOUBT: "?", GAP: "…"}


@dataclass(frozen=True)
class CheckFinding:
    """A finding of a rule: a message, the rows concerned, and the facts it is based on.

    The facts identify the finding, so they contain stored IDs and text from the source, never
    translations or random keys.
    """

    message: str
    rows: tuple[RowReference, ...]
    facts: tuple


@dataclass(frozen=True)
class Rule:
    """One rule, with the severity of its findings and how to fix them.

    `of_images` is true for a rule that reads images, marks or figures as well as the record.
    """

    id: str
    severity: str
    title: str
    how_to_mend: str
    find: Callable = field(repr=False)
    of_images: bool = False


@dataclass(frozen=True)
class Check:
    """One contradiction, doubt or gap in a record."""

    rule: str
    severity: str
    title: str
    message: str
    rows: tuple[RowReference, ...]
    key: str
    how_to_mend: str

    @property
    def severity_label(self):
        return SEVERITIES[self.severity]

    @property
    def symbol(self):
        return SYMBOLS[self.severity]

    @property
    def section(self):
        """The slug of the section in which to fix the problem."""
        sections = [row.section for row in self.rows if row.table != "discrepancies"]
        return sections[0] if sections else self.rows[0].section

    @property
    def described(self):
        """Whether the author has already described the problem as a discrepancy."""
        return any(row.table == "discrepancies" for row in self.rows)

    def as_data(self):
        return {
            "key": self.key,
            "rule": self.rule,
            "severity": self.severity,
            "message": self.message,
            "how_to_mend": self.how_to_mend,
            "described": self.described,
            "rows": [row.as_data() for row in self.rows],
        }


def key_of(rule_id, facts):
    """Return the key of a check: its rule and a hash of the facts, as a slug."""
    text = json.dumps(facts, ensure_ascii=False, default=str)
    return f"{rule_id}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def make_check(rule, found):
    return Check(
        rule.id,
        rule.severity,
        str(rule.title),
        found.message,
        found.rows,
        key_of(rule.id, found.facts),
        str(rule.how_to_mend),
    )

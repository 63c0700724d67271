"""What a rule finds: a contradiction, a doubt or a gap, in words, and the rows that it concerns."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from caserecords.reasoning.row_references import Where

CONTRADICTION, DOUBT, GAP = "contradiction", "doubt", "gap"
SEVERITIES = {
    CONTRADICTION: _("contradiction"),
    DOUBT: _("doubt"),
    GAP: _("gap"),
}  # the gravest first
SYMBOLS = {CONTRADICTION: "≠", DOUBT: "?", GAP: "…"}


@dataclass(frozen=True)
class CheckFinding:
    """What a rule yields: a message, its rows, and the facts that it rests on.

    The facts are stored ids and printed texts, never translated words or keys made at random: as
    long as they stay the same, it is the same finding.
    """

    message: str
    rows: tuple[Where, ...]
    facts: tuple


@dataclass(frozen=True)
class Rule:
    """One rule: what it looks at, how grave what it finds is, and how that is mended.

    `of_images` says that it looks at images, marks or figures, and not at the record alone.
    """

    id: str
    severity: str
    title: str
    how_to_mend: str
    find: Callable = field(repr=False)
    of_images: bool = False


@dataclass(frozen=True)
class Check:
    """One thing that the record says against itself, or leaves open."""

    rule: str
    severity: str
    title: str
    message: str
    rows: tuple[Where, ...]
    key: str
    how_to_mend: str

    @property
    def severity_words(self):
        return SEVERITIES[self.severity]

    @property
    def symbol(self):
        return SYMBOLS[self.severity]

    @property
    def section(self):
        """The section in which it is mended first."""
        mended = [row.section for row in self.rows if row.table != "discrepancies"]
        return mended[0] if mended else self.rows[0].section

    @property
    def described(self):
        """Whether the author has described it as a discrepancy: one is among its rows."""
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
    """Return the key of a check: its rule and a fingerprint of the facts, good for a slug."""
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

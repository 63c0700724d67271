"""Answers to the parts of the CARE checklist, and text searches that support them."""

import re
from dataclasses import dataclass

from caserecords.reasoning.row_references import RowReference, refer_to_field, refer_to_rows

MET, PARTLY, MISSING, EXPLICITLY_NONE = "met", "partly", "missing", "none"
EVIDENCE = 8  # maximum number of rows listed for one answer


@dataclass(frozen=True)
class PartAnswer:
    """The state of one part, the reason, the rows that are evidence, and the section to edit."""

    state: str
    why: str
    rows: tuple[RowReference, ...]
    section: str


def answer(record, state, why, section, *rows):
    """Return a PartAnswer with up to EVIDENCE references to `rows`, which are model instances."""
    return PartAnswer(state, why, refer_to_rows(record, rows[:EVIDENCE]), section)


def by_presence(record, rows, why, section):
    """Return a PartAnswer: met if any recorded row is present, recorded as absent if all are.

    Without recorded rows, the part is missing.
    """
    recorded = [row for row in rows if row.presence != "not_recorded"]
    if not recorded:
        return answer(record, MISSING, why, section)
    absent = all(row.presence == "absent" for row in recorded)
    return answer(record, EXPLICITLY_NONE if absent else MET, "", section, *recorded)


def chapter(record, name):
    """Return a chapter of the narrative, or None if it is missing or blank."""
    return next((row for row in record.narrative if row.chapter == name and row.text.strip()), None)


def labelled(text, *labels):
    """Return whether a text has a labelled passage, such as "Background: …".

    The labels are regular expressions.
    """
    return bool(re.search(rf"(?:^|[.\n]\s*)(?:{'|'.join(labels)})\s*:", text, re.I))


def chapters_with(record, pattern):
    """Return the chapters of the narrative whose text matches a pattern, ignoring case."""
    return [row for row in record.narrative if re.search(pattern, row.text, re.I)]


def of_case(name, words):
    return refer_to_field(f"case.{name}", words)

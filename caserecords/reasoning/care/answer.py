"""Answers to parts of the CARE checklist, and searches of the prose for them."""

import re
from dataclasses import dataclass

from caserecords.reasoning.row_references import RowReference, refer_to_field, refer_to_rows

MET, PARTLY, MISSING, EXPLICITLY_NONE = "met", "partly", "missing", "none"
EVIDENCE = 8  # most rows listed for one answer


@dataclass(frozen=True)
class PartAnswer:
    """A state, its reason, the rows that are evidence, and the `section` to complete."""

    state: str
    why: str
    rows: tuple[RowReference, ...]
    section: str


def answer(record, state, why, section, *rows):
    """Return a PartAnswer; `rows` are model instances of the record."""
    return PartAnswer(state, why, refer_to_rows(record, rows[:EVIDENCE]), section)


def by_presence(record, rows, why, section):
    """Return MET if any row is present, EXPLICITLY_NONE if all are absent, MISSING without rows."""
    recorded = [row for row in rows if row.presence != "not_recorded"]
    if not recorded:
        return answer(record, MISSING, why, section)
    absent = all(row.presence == "absent" for row in recorded)
    return answer(record, EXPLICITLY_NONE if absent else MET, "", section, *recorded)


def chapter(record, name):
    """Return a chapter of the narrative, None if it is missing or blank."""
    return next((row for row in record.narrative if row.chapter == name and row.text.strip()), None)


def labelled(text, *labels):
    """Return whether a passage starts with one of the labels, such as "Limitations: …"."""
    return bool(re.search(rf"(?:^|[.\n]\s*)(?:{'|'.join(labels)})\s*:", text, re.I))


def chapters_with(record, pattern):
    """Return the chapters whose text matches a pattern."""
    return [row for row in record.narrative if re.search(pattern, row.text, re.I)]


def of_case(name, words):
    return refer_to_field(f"case.{name}", words)

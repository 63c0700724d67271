"""What one part of the CARE checklist is answered with, and where its passages are looked for."""

import re
from dataclasses import dataclass

from caserecords.reasoning.row_references import Where, everywhere, head

MET, PARTLY, MISSING, EXPLICITLY_NONE = "met", "partly", "missing", "none"
EVIDENCE = 8  # rows that an answer shows; the tables have them all


@dataclass(frozen=True)
class PartAnswer:
    """A state, why, the rows that are the evidence, and the section in which to add what lacks."""

    state: str
    why: str
    rows: tuple[Where, ...]
    mend: str


def answer(record, state, why, mend, *rows):
    """Return a PartAnswer; the rows are instances of the record."""
    return PartAnswer(state, why, everywhere(record, rows[:EVIDENCE]), mend)


def by_presence(record, rows, why, mend):
    """Met where any of the rows says that something is there, none where all say it is not."""
    said = [row for row in rows if row.presence != "not_recorded"]
    if not said:
        return answer(record, MISSING, why, mend)
    absent = all(row.presence == "absent" for row in said)
    return answer(record, EXPLICITLY_NONE if absent else MET, "", mend, *said)


def chapter(record, name):
    """Return the chapter of the prose, None where it is not there."""
    return next((row for row in record.narrative if row.chapter == name and row.text.strip()), None)


def labelled(text, *labels):
    """Return whether a passage of a text begins with one of the labels: "Limitations: …"."""
    return bool(re.search(rf"(?:^|[.\n]\s*)(?:{'|'.join(labels)})\s*:", text, re.I))


def chapters_with(record, pattern):
    """Return the chapters whose text holds a pattern."""
    return [row for row in record.narrative if re.search(pattern, row.text, re.I)]


def of_case(name, words):
    return head(f"case.{name}", words)

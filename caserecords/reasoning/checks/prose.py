"""Find the texts of a record that reproduce its source, or comment on the source."""

import re
from dataclasses import dataclass

from caserecords.reasoning.row_references import RowReference, refer_to

END = re.compile(r"(?:(?<!\bFig)[.!?;]|(?<!\b[A-H])(?<!\b[A-H]\)):)\s+")
JOINT = re.compile(r",\s*|\s+and\s+|\s+while\s+|\s+whereas\s+|\s+but\s+")


@dataclass(frozen=True)
class Passage:
    """A passage of text with a reference to its row."""

    text: str
    row: RowReference


def stated(record):
    """Return the discrepancies in the source, excluding rows that only accept a check."""
    return [row for row in record.discrepancies if not row.settles]


def source_passages(record):
    """Return the Passages of the narrative, the discrepancies and the imaging findings."""
    texts = [(row, row.text) for row in record.narrative]
    for row in stated(record):
        texts += [(row, row.statement), (row, row.other_statement)]
    for row in record.imaging_findings:
        texts += [(row, row.words), (row, row.note)]
    return [Passage(text, refer_to(record, row)) for row, text in texts if text]


def remarks(record):
    """Yield (row, text) for the remarks about the source: discrepancies and visit notes."""
    for row in stated(record):
        yield row, f"{row.subject}. {row.statement} {row.other_statement} {row.reading}"
    yield from ((row, row.note) for row in record.visits)


def sentences(text):
    return [part for part in END.split(f"{text} ") if part.strip()]


def clauses(sentence):
    return [part for part in JOINT.split(sentence) if part.strip()]

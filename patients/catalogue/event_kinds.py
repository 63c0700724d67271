"""Kinds of events on the timeline of a case."""

from patients.catalogue.table import index, read

ROWS = read("event_kinds")
BY_ID = index(ROWS)


def choices() -> list[tuple[str, str]]:
    """(id, label) of every row, in the order of the table."""
    return [(row.id, row.label) for row in ROWS]

"""The CARE checklist of case reports (2013): 13 items in 30 parts, and what answers each."""

from patients.catalogue.table import index, read

ROWS = read("care_checklist")
BY_ID = index(ROWS)


def choices() -> list[tuple[str, str]]:
    """(id, label) of every row, in the order of the table."""
    return [(row.id, row.label) for row in ROWS]

"""Levels at which something is seen: discs, vertebrae and regions of a limb."""

from patients.catalogue.table import index, read

ROWS = read("levels")
BY_ID = index(ROWS)


def choices() -> list[tuple[str, str]]:
    """(id, label) of every row, in the order of the table."""
    return [(row.id, row.label) for row in ROWS]

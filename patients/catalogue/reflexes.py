"""Reflexes with their roots, and the NINDS grades 0 to 4+."""

from patients.catalogue.table import index, read

ROWS = read("reflexes")
BY_ID = index(ROWS)
GRADES = read("reflex_grades")
GRADE_BY_ID = index(GRADES)


def choices() -> list[tuple[str, str]]:
    """(id, label) of every reflex."""
    return [(row.id, row.label) for row in ROWS]


def grade_choices() -> list[tuple[str, str]]:
    """(grade, grade with its meaning in the NINDS scale)."""
    return [(row.id, f"{row.id} ({row.ninds_wording})") for row in GRADES]

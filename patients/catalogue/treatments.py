"""Kinds of treatment and routes of a drug."""

from patients.catalogue.table import index, read

ROWS = read("treatment_kinds")
BY_ID = index(ROWS)
ROUTES = read("routes")
ROUTE_BY_ID = index(ROUTES)


def choices() -> list[tuple[str, str]]:
    """(id, label) of the kinds of treatment."""
    return [(row.id, row.label) for row in ROWS]


def route_choices() -> list[tuple[str, str]]:
    """(id, label) of the routes."""
    return [(row.id, row.label) for row in ROUTES]

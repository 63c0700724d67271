"""Kinds of treatment and routes of a drug."""

from patients.catalogue.table import index, read

ROWS = read("treatment_kinds")
BY_ID = index(ROWS)
ROUTES = read("routes")

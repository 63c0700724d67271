"""Kinds of treatment and routes of administration."""

from patients.catalogue.table import index, read

ROWS = read("treatment_kinds")
BY_ID = index(ROWS)
ROUTES = read("routes")

"""Diagnoses of neuromuscular medicine, with their codes."""

from patients.catalogue.table import index, read

ROWS = read("diagnoses")
BY_ID = index(ROWS)

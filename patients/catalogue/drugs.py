"""Drugs and procedures, with their class, usual routes, kind of treatment and ATC code."""

from patients.catalogue.table import index, read

ROWS = read("drugs")
BY_ID = index(ROWS)

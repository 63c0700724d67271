"""Anatomical levels of findings: discs, vertebrae and regions of the body."""

from patients.catalogue.table import index, read

ROWS = read("levels")
BY_ID = index(ROWS)

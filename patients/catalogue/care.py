"""The CARE checklist for case reports (2013): 13 items in 30 parts, and the data they need."""

from patients.catalogue.table import index, read

ROWS = read("care_checklist")
BY_ID = index(ROWS)

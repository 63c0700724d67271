"""The CARE checklist of case reports (2013): 13 items in 30 parts, and what answers each."""

from patients.catalogue.table import index, read

ROWS = read("care_checklist")
BY_ID = index(ROWS)

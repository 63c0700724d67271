"""Codes for diagnoses and tests, each with the source it was verified against."""

from patients.catalogue.table import read

ROWS = read("codes")
# A row without a code records a term that was searched for but not found.
BY_ID = {f"{row.system}|{row.code}": row for row in ROWS if row.code}

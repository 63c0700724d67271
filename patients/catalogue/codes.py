"""Codes of diagnoses and tests, each with where it was verified. None is ever made up."""

from patients.catalogue.table import read

ROWS = read("codes")
# Rows without a code say what was looked for and not found.
BY_ID = {f"{row.system}|{row.code}": row for row in ROWS if row.code}

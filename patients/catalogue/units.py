"""Units of measurement; an id is the unit's UCUM code, and a label is how it is printed."""

from patients.catalogue.table import index, read

ROWS = read("units")
BY_ID = index(ROWS)

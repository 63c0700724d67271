"""Laboratory analytes by specimen, with their usual units. Only verified LOINC codes are listed."""

from patients.catalogue.table import index, read

ROWS = read("analytes")
BY_ID = index(ROWS)
SPECIMENS = read("specimens")

"""What laboratories measure, by specimen, with the usual unit. A LOINC code only where verified."""

from patients.catalogue.table import index, read

ROWS = read("analytes")
BY_ID = index(ROWS)
SPECIMENS = read("specimens")

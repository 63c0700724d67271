"""What of a conduction study can be compared with a limit: its column and its unit."""

from patients.catalogue.table import index, read

ROWS = read("conduction_parameters")
BY_ID = index(ROWS)
KINDS = ("motor", "sensory", "late")

"""Sites of stimulation and of sensory recording in nerve conduction studies."""

from patients.catalogue.table import index, read

ROWS = read("sites")
BY_ID = index(ROWS)

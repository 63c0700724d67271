"""Build tables from the rows of a case, as frozen dataclasses, without queries or formatting.

In a table with a column for each visit, rows without a visit go in a final column, whose visit is
None.
"""

from patients.tables.conduction import conduction_table
from patients.tables.course import diagnosis_table, treatment_table
from patients.tables.emg import emg_table
from patients.tables.findings import (
    imaging_table,
    laboratory_table,
    measure_table,
    scale_table,
    sign_table,
)
from patients.tables.strength import strength_table
from patients.tables.timeline import timeline

__all__ = [
    "conduction_table",
    "diagnosis_table",
    "emg_table",
    "imaging_table",
    "laboratory_table",
    "measure_table",
    "scale_table",
    "sign_table",
    "strength_table",
    "timeline",
    "treatment_table",
]

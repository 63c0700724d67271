"""Tables over many rows of a case: rows in, frozen rows out; no formatting, no HTTP, no queries.

A row that belongs to no visit stands under the visit None, after all others.
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

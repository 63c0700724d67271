"""Nerve conduction parameters that can be compared with a limit, with model fields and units."""

from typing import Protocol

from patients.catalogue.table import index, read


class ConductionParameter(Protocol):
    """A row of conduction_parameters.csv; `field` is the name of the model field."""

    id: str
    label: str
    kind: str
    field: str
    unit: str


ROWS: tuple[ConductionParameter, ...] = read("conduction_parameters")
BY_ID = index(ROWS)
KINDS = ("motor", "sensory", "late")

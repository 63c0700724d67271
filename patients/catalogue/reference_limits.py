"""Nerve conduction reference limits in versioned sets: a built-in set and those that teams add.

The built-in set is from a secondary source, covers adults of all ages and has not been approved by
a clinician. A value is reported only as within or outside the limit of a named row. The set does
not account for temperature, height or sex. Means, and rows marked SUSPECT, are not used as limits.
"""

from dataclasses import dataclass
from functools import cache
from typing import Protocol

from patients.catalogue import conduction_parameters, nerves
from patients.catalogue.conduction_parameters import ConductionParameter
from patients.catalogue.table import read


class ReferenceRow(Protocol):
    """A row of ncs_reference.csv."""

    nerve: str
    recording_site: str
    technique: str
    parameter: str
    operator: str
    limit: str
    unit: str
    source: str
    confidence: str


ROWS: tuple[ReferenceRow, ...] = read("ncs_reference")
VERSION = 1  # increment whenever a limit in the table changes
ADULT = 18  # our assumption: the table says "adult" without an age
_REFLEX_NERVES = {"tibial H-reflex": ("tibial",), "median H-reflex": ("median",)}


@dataclass(frozen=True)
class Limit:
    """One row of a set; `nerves` are ids. Ages are in whole years, inclusive."""

    number: int
    nerves: tuple[str, ...]
    kind: str
    recording_site: str
    parameter: str
    operator: str
    limit: str
    unit: str
    age_min: int
    age_max: int | None = None
    height_min_cm: int | None = None
    height_max_cm: int | None = None
    sex: str = ""
    technique: str = ""
    source: str = ""
    confidence: str = ""

    @property
    def printed(self) -> str:
        """The limit as shown to users, such as "≥ 4 µV"."""
        sign = {"<=": "≤", ">=": "≥"}[self.operator]
        return f"{sign} {self.limit} {self.unit}"


@dataclass(frozen=True)
class LimitSet:
    """One version of a laboratory's limits; details that are not stated are empty."""

    name: str
    version: int
    limits: tuple[Limit, ...]
    laboratory: str = ""
    source: str = ""
    technique: str = ""
    temperature: str = ""
    built_in: bool = False


def is_limit(row: ReferenceRow) -> bool:
    """Return whether a row is a usable limit: neither a mean nor marked as suspect."""
    return row.operator in ("<=", ">=") and not row.confidence.startswith("SUSPECT")


def limits(nerve_id: str, kind: str, recording_site: str | None = None) -> tuple[ReferenceRow, ...]:
    """Return the limits of one nerve in table order; ``kind`` is "motor" or "sensory".

    A ``recording_site`` of None matches every site.
    """
    row = nerves.BY_ID.get(nerve_id)
    name = row and (row.limits_motor if kind == "motor" else row.limits_sensory)
    of_nerve = (line for line in ROWS if name and line.nerve == name and is_limit(line))
    return tuple(line for line in of_nerve if recording_site in (None, line.recording_site))


@cache
def built_in() -> LimitSet:
    """Return the built-in set of reference limits, which every team has."""
    known = conduction_parameters.BY_ID
    return LimitSet(
        name="Adults, all subjects",
        version=VERSION,
        limits=tuple(
            _limit(number, row, known[row.parameter])
            for number, row in enumerate(ROWS, start=2)  # line numbers in the file
            if is_limit(row) and row.parameter in known
        ),
        source="Buschbacher, Manual of Nerve Conduction Studies, via a public paraphrase [S4]",
        built_in=True,
    )


def _limit(number: int, row: ReferenceRow, parameter: ConductionParameter) -> Limit:
    return Limit(
        number=number,
        nerves=_nerves_of(row.nerve),
        kind=parameter.kind,
        recording_site=row.recording_site,
        parameter=row.parameter,
        operator=row.operator,
        limit=row.limit,
        unit=row.unit.replace("uV", "µV"),
        age_min=ADULT,
        technique=row.technique,
        source=row.source,
        confidence=row.confidence,
    )


@cache
def _nerves_of(name: str) -> tuple[str, ...]:
    """Return the ids of the nerves with this name in the reference table."""
    found = [row.id for row in nerves.ROWS if name in (row.limits_motor, row.limits_sensory)]
    if "lateral_plantar" in found:
        found.append("tibial")  # tibial studies record from muscles of this branch
    return _REFLEX_NERVES.get(name) or tuple(found)

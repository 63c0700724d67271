"""Limits of nerve conduction as versioned sets; one is built in, a team loads its own.

The built-in one is second-hand, of adults of all ages, and no clinician has approved it: what is
said with it is "within" or "beyond" a row that is named, and never more. Temperature, height and
sex are not in it. Rows marked SUSPECT, and means, are not limits.
"""

from dataclasses import dataclass
from functools import cache

from patients.catalogue import conduction_parameters, nerves
from patients.catalogue.table import read

ROWS = read("ncs_reference")
VERSION = 1  # goes up with every change of a limit in the table
ADULT = 18  # the table says "adult" and no number: our reading
_REFLEX_NERVES = {"tibial H-reflex": ("tibial",), "median H-reflex": ("median",)}


@dataclass(frozen=True)
class Limit:
    """One row of a set; `nerves` are ids. Ages are whole years, both ends included."""

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
        """The limit as it reads: "≥ 4 µV"."""
        sign = {"<=": "≤", ">=": "≥"}[self.operator]
        return f"{sign} {self.limit} {self.unit}"


@dataclass(frozen=True)
class LimitSet:
    """A laboratory's limits in one version; what is not stated is empty."""

    name: str
    version: int
    limits: tuple[Limit, ...]
    laboratory: str = ""
    source: str = ""
    technique: str = ""
    temperature: str = ""
    built_in: bool = False


def is_limit(row) -> bool:
    """Whether a row can be compared with: neither a mean nor marked as suspect."""
    return row.operator in ("<=", ">=") and not row.confidence.startswith("SUSPECT")


def limits(nerve_id: str, kind: str, recording_site: str | None = None) -> tuple:
    """The limits of one nerve, ``kind`` "motor" or "sensory", in order; () where there are none."""
    row = nerves.BY_ID.get(nerve_id)
    name = row and (row.limits_motor if kind == "motor" else row.limits_sensory)
    fitting = (line for line in ROWS if name and line.nerve == name and is_limit(line))
    return tuple(line for line in fitting if recording_site in (None, line.recording_site))


@cache
def built_in() -> LimitSet:
    """The set that every team has, of what can be compared with a single value."""
    known = conduction_parameters.BY_ID
    return LimitSet(
        name="Adults, all subjects",
        version=VERSION,
        limits=tuple(
            _limit(number, row, known[row.parameter])
            for number, row in enumerate(ROWS, start=2)  # as the lines of the file are counted
            if is_limit(row) and row.parameter in known
        ),
        source="Buschbacher, Manual of Nerve Conduction Studies, via a public paraphrase [S4]",
        built_in=True,
    )


def _limit(number, row, parameter):
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
def _nerves_of(name):
    """The ids of the nerves that the table calls by a name of its own."""
    found = [row.id for row in nerves.ROWS if name in (row.limits_motor, row.limits_sensory)]
    if "lateral_plantar" in found:
        found.append("tibial")  # a study of the tibial nerve, recorded from a muscle of this branch
    return _REFLEX_NERVES.get(name) or tuple(found)

"""The values of a conduction study that can be compared with limits, with their parameters.

The sites of a motor nerve run from distal to proximal. Velocities of a motor nerve are compared for
the segment between two sites; its other values are compared only at the most distal site.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from patients.catalogue import conduction_parameters
from patients.catalogue.recording_sites import amplitude_convention
from patients.reasoning.between_sites import amount
from patients.reasoning.conduction import Velocity, sensory_velocity, velocity
from patients.reasoning.rows import MotorRow, SensoryRow, StudyRow

DISTAL = ("distal_onset_latency", "cmap_amplitude", "cmap_duration", "cmap_area")
LATE = {"f_wave": "f_wave_min_latency", "h_reflex": "h_reflex_onset_latency"}
SNAP = ("snap_amplitude_onset_to_peak", "snap_amplitude_peak_to_peak", "snap_amplitude")


@dataclass(frozen=True)
class Measured:
    """A recorded or computed number of a row; `parameters` are its possible parameters, best first.

    `is_open` is set if the report does not state which of these parameters was measured, `missing`
    if it does not state a stimulation site that is needed to choose a limit. `is_distal` is set for
    the only site of a motor nerve. `formula` is set for a computed velocity.
    """

    row: StudyRow
    parameters: tuple[str, ...]
    amount: Decimal
    unit: str
    printed: str
    formula: str = ""
    is_open: bool = False
    is_distal: bool = False
    missing: bool = False

    @property
    def origin(self) -> str:
        """The origin: "computed" for a velocity from distance and latencies, else "recorded"."""
        return "computed" if self.formula else "recorded"

    @property
    def distance_cm(self) -> Decimal | None:
        """The row's distance, rounded to whole cm; None if no plain length is recorded."""
        length = amount(getattr(self.row, "distance_mm", None), "mm")
        return None if length is None else (length / 10).to_integral_value(ROUND_HALF_UP)


def measure(rows: Iterable[StudyRow]) -> tuple[Measured, ...]:
    """Return the values of motor, sensory and late responses, in the order of the rows."""
    rows = tuple(rows)
    place = {id(row): number for number, row in enumerate(rows)}
    found: list[Measured] = []
    for same in nerves_of(row for row in rows if row.DOCUMENT_KEY == "motor_conduction"):
        found += motor(same)
    for row in rows:
        if row.DOCUMENT_KEY == "sensory_conduction":
            found += sensory(row)
        elif row.DOCUMENT_KEY == "late_responses" and row.kind in LATE:
            found += recorded(row, LATE[row.kind])
    return tuple(sorted(found, key=lambda one: place[id(one.row)]))


def nerves_of(rows: Iterable[MotorRow]) -> tuple[tuple[MotorRow, ...], ...]:
    """Group rows of motor conduction by nerve, side, visit, recording site and condition."""
    found: dict[tuple[str | None, ...], list[MotorRow]] = {}
    for row in rows:
        visit = row.visit.key if row.visit else None
        key = (row.nerve, row.side, visit, row.recording_site, getattr(row, "condition", ""))
        found.setdefault(key, []).append(row)
    return tuple(tuple(same) for same in found.values())


def motor(same: Sequence[MotorRow]) -> Iterator[Measured]:
    """Yield the values of one motor nerve: those of its distal site, and its velocities."""
    distal = same[0]
    lone = len(same) == 1
    if lone or is_in_order(same):
        missing = lone and not distal.stimulation_site
        for name in DISTAL:
            yield from recorded(distal, name, is_distal=lone, missing=missing)
    yield from recorded(distal, "conduction_velocity", missing=True)
    for index, (before, row) in enumerate(zip(same, same[1:], strict=False)):
        name = segment_parameter(row, before, index)
        missing = not row.stimulation_site
        yield from recorded(row, name, field="velocity_m_s", missing=missing)
        speed = velocity(row.distance_mm, row.latency_ms, before.latency_ms)
        yield from computed(row, name, speed, missing)


def is_in_order(same: Sequence[MotorRow]) -> bool:
    """Return whether no site has a shorter latency than the first, presumably distal, site."""
    first, *others = [amount(row.latency_ms, "ms") for row in same]
    return first is None or all(first <= time for time in others if time is not None)


def segment_parameter(row: MotorRow, before: MotorRow, index: int) -> str:
    """Return the parameter of a velocity between two sites; "" if no limit covers the segment."""
    site, below = row.stimulation_site.casefold(), before.stimulation_site.casefold()
    if "above elbow" in site:
        return "conduction_velocity_across_elbow" if "below elbow" in below else ""
    if "axilla" in site:
        return "conduction_velocity_arm" if "above elbow" in below else ""
    return "conduction_velocity" if index == 0 else ""


def sensory(row: SensoryRow) -> Iterator[Measured]:
    """Yield the values of one row of sensory conduction."""
    yield from recorded(row, "onset_latency")
    yield from recorded(row, "peak_latency")
    convention = amplitude_convention(row.amplitude_convention)
    own = tuple(name for name in SNAP if convention and name.endswith(convention))
    names = (*own, "snap_amplitude") if own else SNAP
    yield from recorded(row, *names, is_open=not own)
    yield from recorded(row, "sensory_conduction_velocity")
    yield from computed(
        row, "sensory_conduction_velocity", sensory_velocity(row.distance_mm, row.onset_latency_ms)
    )


def recorded(
    row: StudyRow, *names: str, field: str | None = None, **flags: Any
) -> Iterator[Measured]:
    """Yield a recorded value if it is a plain number; `flags` are fields of Measured."""
    parameter = conduction_parameters.BY_ID.get(names[0])
    value = getattr(row, field or (parameter.field if parameter else ""))
    unit = parameter.unit if parameter else "m/s"
    number = amount(value, unit)
    if number is not None:
        printed = value.printed if value.unit else f"{value.printed} {unit}"
        yield Measured(row, names if parameter else (), number, unit, printed, **flags)


def computed(
    row: StudyRow, name: str, speed: Velocity, missing: bool = False
) -> Iterator[Measured]:
    """Yield a velocity computed from distance and latencies, if there is one."""
    if speed.m_s is not None:
        names = (name,) if name else ()
        yield Measured(
            row, names, speed.m_s, "m/s", f"{speed.m_s} m/s", speed.formula, missing=missing
        )

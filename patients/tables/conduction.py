"""Nerve conduction: motor, sensory and late responses, with one side as a percentage of the other.

A ratio in the source, such as 4.1% of right, is shown as reported. A ratio computed from two
amplitudes is marked as computed and has a formula (patients.reasoning.side_to_side).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from patients.models import (
    CaseRow,
    LateResponse,
    MotorConduction,
    SensoryConduction,
    Side,
    Visit,
)
from patients.reasoning.conduction import Velocity, sensory_velocity, velocity
from patients.reasoning.side_to_side import Ratio, ratio, reported
from patients.tables.columns import OTHER_SIDE, group, identity, label, merge_sides

SITE = ("nerve", "stimulation_site", "recording_site", "condition", "visit")
IDENTITY = {
    MotorConduction: SITE,
    SensoryConduction: (*SITE, "technique", "amplitude_convention"),
    LateResponse: (*SITE, "kind"),
}
AMPLITUDE = {MotorConduction: "amplitude_mv", SensoryConduction: "amplitude_uv"}
MEASURES = {
    MotorConduction: (
        "latency_ms",
        "amplitude_mv",
        "duration_ms",
        "area_mv_ms",
        "distance_mm",
        "velocity_m_s",
        "conduction_block",
        "temporal_dispersion",
        "temperature_c",
    ),
    SensoryConduction: (
        "onset_latency_ms",
        "peak_latency_ms",
        "amplitude_uv",
        "duration_ms",
        "distance_mm",
        "velocity_m_s",
        "temperature_c",
    ),
    LateResponse: (
        "min_latency_ms",
        "mean_latency_ms",
        "persistence",
        "chronodispersion_ms",
        "amplitude_mv",
        "h_m_ratio",
    ),
}


@dataclass(frozen=True)
class SideToSide:
    """The amplitude of `side` as a percentage of the side `of`."""

    side: str
    of: str
    ratio: Ratio


@dataclass(frozen=True)
class ConductionRow:
    """One response; `side` is "both" if the two sides are equal.

    `values` has one item, a Value or None, for each column in MEASURES[type(source)].
    """

    source: CaseRow
    visit: Visit | None
    nerve: str
    side: str
    stimulation_site: str
    recording_site: str
    values: tuple
    side_to_side: SideToSide | None = None
    velocity: Velocity | None = None


@dataclass(frozen=True)
class ConductionTable:
    """The three tables of a conduction study, with their rows in the order of entry."""

    motor: tuple[ConductionRow, ...]
    sensory: tuple[ConductionRow, ...]
    late: tuple[ConductionRow, ...]


def conduction_table(
    motor: Sequence[MotorConduction],
    sensory: Sequence[SensoryConduction],
    late: Sequence[LateResponse] = (),
) -> ConductionTable:
    """Return the tables of a conduction study, with left and right merged if they are equal."""
    return ConductionTable(make_rows(motor), make_rows(sensory), make_rows(late))


def make_rows(rows):
    if not rows:
        return ()
    model = type(rows[0])
    same = (*IDENTITY[model], *MEASURES[model], "words", "note")
    ratios, velocities = compare_sides(rows), compute_velocities(rows)
    return tuple(
        ConductionRow(
            source=row,
            visit=row.visit,
            nerve=label(row, "nerve"),
            side=side,
            stimulation_site=row.stimulation_site,
            recording_site=row.recording_site,
            values=tuple(getattr(row, name) for name in MEASURES[model]),
            side_to_side=None if side == Side.BOTH else ratios.get(id(row)),
            velocity=velocities.get(id(row)),
        )
        for side, row in merge_sides(rows, same)
    )


def compare_sides(rows: Sequence[CaseRow]) -> dict[int, SideToSide]:
    """Return {id() of a row: SideToSide} with the reported and computed amplitude ratios.

    A ratio is computed only if both sides have a number. It belongs to the row with the smaller
    amplitude, or to the left row if both are equal.
    """
    found = {}
    for pair in sites(rows).values():
        for side, row in pair.items():
            other = pair.get(OTHER_SIDE.get(side))
            if compared := compare(row, other):
                found[id(row)] = compared
    return found


def sites(rows):
    """Return {site: {side: row}}, without sites that have two rows for a side.

    Late responses are not compared between the sides: {} is returned.
    """
    if not rows or type(rows[0]) not in AMPLITUDE:
        return {}
    found = group(rows, lambda row: identity(row, IDENTITY[type(row)]))
    return {
        key: {row.side: row for row in same}
        for key, same in found.items()
        if len({row.side for row in same}) == len(same)
    }


def compare(row, other):
    name = AMPLITUDE[type(row)]
    value = getattr(row, name)
    if printed := reported(value):
        return SideToSide(row.side, value.of, printed)
    if other is None or value is None:
        return None
    computed, inverse = ratio(value, getattr(other, name)), ratio(getattr(other, name), value)
    if not computed or not is_smaller(row, computed, inverse):
        return None
    return SideToSide(row.side, other.side, computed)


def is_smaller(row, computed, inverse):
    """Return whether a row has the smaller amplitude, or is the left one of two equal rows."""
    if inverse and computed.percent == inverse.percent:
        return row.side == Side.LEFT
    return computed.percent <= 100


def compute_velocities(rows: Sequence[CaseRow]) -> dict[int, Velocity]:
    """Return {id() of a row: computed velocity}; `rows` must not be empty."""
    if isinstance(rows[0], SensoryConduction):
        pairs = ((row, sensory_velocity(row.distance_mm, row.onset_latency_ms)) for row in rows)
    elif isinstance(rows[0], MotorConduction):
        pairs = motor_velocities(rows)
    else:
        pairs = ()
    return {id(row): speed for row, speed in pairs if speed}


def motor_velocities(rows):
    """Yield (proximal row, velocity) of each segment; a nerve's rows are in distal-first order."""
    names = ("nerve", "side", "visit", "recording_site", "condition")
    nerves = group(rows, lambda row: identity(row, names))
    for same in nerves.values():
        for distal, row in zip(same, same[1:], strict=False):
            yield row, velocity(row.distance_mm, row.latency_ms, distal.latency_ms)

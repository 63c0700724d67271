"""Changes along a motor nerve from one stimulation site to the next proximal one.

Drop % = (distal − proximal) ÷ distal × 100, for amplitude and area (conduction block);
increase % = (proximal − distal) ÷ distal × 100, for duration (temporal dispersion). There is
no verdict, because the catalogue has no criterion with a cited source. An absent response gives no
percentage.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from patients.language.value import Value
from patients.reasoning.conduction import plain
from patients.reasoning.rows import MotorRow
from patients.reasoning.side_to_side import factor_between, to_tenth

MEASURES = (
    ("amplitude", "amplitude_mv", "mV"),
    ("area", "area_mv_ms", "mV·ms"),
    ("duration", "duration_ms", "ms"),
)


@dataclass(frozen=True)
class SiteChange:
    """The change in one measure between two sites.

    `percent` is the drop in amplitude or area, or the increase in duration. If it is None,
    `reason` is "absent_proximal", "absent_distal", "no_number" or "zero".
    """

    measure: str
    percent: Decimal | None = None
    formula: str = ""
    reason: str = ""

    def __bool__(self) -> bool:
        return self.percent is not None


@dataclass(frozen=True)
class NerveSegment:
    """The rows of two adjacent stimulation sites of one nerve, and the changes between them."""

    distal: MotorRow
    proximal: MotorRow
    changes: tuple[SiteChange, ...]


def segment(distal: MotorRow, proximal: MotorRow) -> NerveSegment:
    """Compare two rows of motor conduction; measures that neither row has are left out."""
    found = [
        change(measure, getattr(distal, name), getattr(proximal, name), unit)
        for measure, name, unit in MEASURES
        if getattr(distal, name) or getattr(proximal, name)
    ]
    return NerveSegment(distal, proximal, tuple(found))


def change(measure: str, distal: Value | None, proximal: Value | None, unit: str) -> SiteChange:
    """Return the change in one measure as a percentage of the distal value, to 0.1%."""
    for value, reason in ((distal, "absent_distal"), (proximal, "absent_proximal")):
        if is_absent(value):
            return SiteChange(measure, reason=reason)
    before, after = amount(distal, unit), amount(proximal, unit)
    if before is None or after is None or before < 0 or after < 0:
        return SiteChange(measure, reason="no_number")
    if not before:
        return SiteChange(measure, reason="zero")
    high, low = (after, before) if measure == "duration" else (before, after)
    percent = to_tenth((high - low) * 100 / before)
    if percent is None:
        return SiteChange(measure, reason="no_number")
    steps = f"({plain(high)} − {plain(low)}) ÷ {plain(before)} {unit} × 100"
    return SiteChange(measure, percent, f"{steps} = {percent}%")


def segments(nerves: Sequence[Sequence[MotorRow]]) -> tuple[NerveSegment, ...]:
    """Return the segments in which a measure is recorded.

    The rows of each nerve must run from distal to proximal.
    """
    pairs = (pair for rows in nerves for pair in zip(rows, rows[1:], strict=False))
    found = (segment(distal, proximal) for distal, proximal in pairs)
    return tuple(one for one in found if one.changes)


def is_absent(value: Value | None) -> bool:
    """Return whether a value is the state "no response"."""
    return value is not None and value.state == "no_response"


def amount(value: Value | None, unit: str) -> Decimal | None:
    """Return a plain number converted to ``unit``.

    Returns None for any other kind of value, a comparator or an incompatible unit.
    """
    if value is None or value.kind != "number" or value.comparator:
        return None
    factor, number = factor_between(value.unit or unit, unit), value.decimal()
    return None if factor is None or number is None else number * factor

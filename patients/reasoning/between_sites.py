"""What changes along one motor nerve from a stimulation site to the next proximal one.

Drop % = (distal − proximal) ÷ distal × 100, of the amplitude and of the area (conduction block);
increase % = (proximal − distal) ÷ distal × 100, of the duration (temporal dispersion). There is no
criterion with a source here, so the numbers stand without a verdict, and a response that is absent
gives no number.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from patients.language.values import Value
from patients.reasoning.conduction import plain
from patients.reasoning.side_to_side import factor_between, to_tenth

MEASURES = (
    ("amplitude", "amplitude_mv", "mV"),
    ("area", "area_mv_ms", "mV·ms"),
    ("duration", "duration_ms", "ms"),
)


@dataclass(frozen=True)
class SiteChange:
    """One measure between two sites; `percent` is the drop, of the duration the increase.

    `percent` is None where `reason` says why there is none: "absent_proximal", "absent_distal",
    "no_number", "zero".
    """

    measure: str
    percent: Decimal | None = None
    formula: str = ""
    reason: str = ""

    def __bool__(self):
        return self.percent is not None


@dataclass(frozen=True)
class NerveSegment:
    """Two adjacent stimulation sites of one nerve, the rows themselves, and what changes."""

    distal: object
    proximal: object
    changes: tuple[SiteChange, ...]


def segment(distal, proximal) -> NerveSegment:
    """Compare two rows of motor conduction; a measure that neither site has is left out."""
    found = [
        change(measure, getattr(distal, name), getattr(proximal, name), unit)
        for measure, name, unit in MEASURES
        if getattr(distal, name) or getattr(proximal, name)
    ]
    return NerveSegment(distal, proximal, tuple(found))


def change(measure: str, distal: Value | None, proximal: Value | None, unit: str) -> SiteChange:
    """One measure at two sites, in percent of the distal one, to 0.1 %."""
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
    return SiteChange(measure, percent, f"{steps} = {percent} %")


def segments(nerves: Sequence[Sequence]) -> tuple[NerveSegment, ...]:
    """The segments of each nerve, whose rows stand from distal to proximal."""
    pairs = (pair for rows in nerves for pair in zip(rows, rows[1:], strict=False))
    found = (segment(distal, proximal) for distal, proximal in pairs)
    return tuple(one for one in found if one.changes)


def is_absent(value: Value | None) -> bool:
    """Whether a value says that nothing answered the stimulus."""
    return value is not None and value.state == "no_response"


def amount(value: Value | None, unit: str) -> Decimal | None:
    """A plain number in ``unit``; None for a ratio, a bound, a word, a state or another unit."""
    if value is None or value.kind != "number" or value.comparator:
        return None
    factor = factor_between(value.unit or unit, unit)
    return None if factor is None else value.decimal() * factor

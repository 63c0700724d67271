"""Conduction velocity from distance and latencies: mm ÷ ms = m/s.

A motor velocity needs two sites, because the latency of one site includes the delay at the
neuromuscular junction. A sensory velocity uses the onset latency, not the peak latency.
"""

from dataclasses import dataclass
from decimal import Decimal

from patients.catalogue.value_words import STATES
from patients.language.value import Value
from patients.reasoning.side_to_side import factor_between, to_tenth

# Largest difference in m/s at which a reported and a computed velocity still agree.
TOLERANCE = Decimal(1)


@dataclass(frozen=True)
class Velocity:
    """A velocity in m/s; ``reason`` is set if ``m_s`` is None."""

    m_s: Decimal | None = None
    formula: str = ""
    reason: str = ""

    def __bool__(self) -> bool:
        return self.m_s is not None


def velocity(
    distance: Value | None, proximal_latency: Value | None, distal_latency: Value | None
) -> Velocity:
    """Compute the motor velocity between two stimulation sites, to 0.1 m/s.

    Values without a unit are in mm and ms. The result has a reason instead of a velocity if a value
    is not a plain number, the distance is not above 0, or the proximal latency is not longer
    than the distal one.
    """
    named = (
        ("distance", distance, "mm"),
        ("proximal latency", proximal_latency, "ms"),
        ("distal latency", distal_latency, "ms"),
    )
    numbers = [_number(value, unit) for _, value, unit in named]
    for (name, value, unit), number in zip(named, numbers, strict=True):
        if number is None:
            return Velocity(reason=_why_not(name, value, unit))
    length, proximal, distal = (number for number in numbers if number is not None)
    if length <= 0:
        return Velocity(reason="the distance must be above 0")
    if proximal <= distal:
        return Velocity(reason="the proximal latency is not longer than the distal one")
    steps = f"{plain(length)} mm ÷ ({plain(proximal)} − {plain(distal)}) ms"
    return _velocity(length / (proximal - distal), steps)


def sensory_velocity(distance: Value | None, onset_latency: Value | None) -> Velocity:
    """Compute the sensory velocity at one site, distance ÷ onset latency, to 0.1 m/s."""
    length, latency = _number(distance, "mm"), _number(onset_latency, "ms")
    if length is None:
        return Velocity(reason=_why_not("distance", distance, "mm"))
    if latency is None:
        return Velocity(reason=_why_not("onset latency", onset_latency, "ms"))
    if length <= 0 or latency <= 0:
        return Velocity(reason="the distance and the onset latency must be above 0")
    return _velocity(length / latency, f"{plain(length)} mm ÷ {plain(latency)} ms")


def disagreement(computed: Velocity, reported: Value | None) -> str:
    """Return a warning if the two velocities differ by more than 1 m/s, else ""."""
    stated = _number(reported, "m/s")
    if reported is None or stated is None or computed.m_s is None:
        return ""
    if abs(computed.m_s - stated) <= TOLERANCE:
        return ""
    return f"reported {reported.printed}, computed {computed.formula}"


def _velocity(exact: Decimal, steps: str) -> Velocity:
    result = to_tenth(exact)
    if result is None:
        return Velocity(reason="the computed velocity is too large")
    return Velocity(result, f"{steps} = {result} m/s")


def _number(value: Value | None, unit: str) -> Decimal | None:
    """Return the value in ``unit``; None if it is not a plain number or cannot be converted."""
    if value is None or value.kind != "number" or value.comparator:
        return None
    factor, number = factor_between(value.unit or unit, unit), value.decimal()
    return None if factor is None or number is None else number * factor


def _why_not(name: str, value: Value | None, unit: str) -> str:
    if value is None:
        return f"the {name} is not recorded"
    if value.state is not None:
        return f"{name}: {STATES[value.state]}"
    return f"the {name} is not a number in {unit}: {value.printed}"


def plain(number: Decimal) -> str:
    """Format a number without an exponent: 80, not 8E+1."""
    return f"{number:f}"

"""Conduction velocity from distance and latencies, never from one motor site alone.

mm ÷ ms = m/s. One motor site gives none, since the delay at the neuromuscular junction is in its
latency; a sensory velocity is counted to the onset of the response, not to its peak.
"""

from dataclasses import dataclass
from decimal import Decimal

from patients.language.values import STATES, Value
from patients.reasoning.side_to_side import factor_between, to_tenth

# Beyond this many m/s a printed velocity and a computed one are said to disagree.
TOLERANCE = Decimal(1)


@dataclass(frozen=True)
class Velocity:
    """``m_s`` is None where ``reason`` says why there is no velocity."""

    m_s: Decimal | None = None
    formula: str = ""
    reason: str = ""

    def __bool__(self):
        return self.m_s is not None


def velocity(
    distance: Value | None, proximal_latency: Value | None, distal_latency: Value | None
) -> Velocity:
    """Motor velocity of the segment between two stimulation sites, to 0.1 m/s.

    Values without a unit are in mm and ms. Refused, with a reason: an absent response, a distance
    of 0 or less, a proximal latency that is not the longer.
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
    length, proximal, distal = numbers
    if length <= 0:
        return Velocity(reason="the distance is not above 0")
    if proximal <= distal:
        return Velocity(reason="the proximal latency is not longer than the distal one")
    steps = f"{plain(length)} mm ÷ ({plain(proximal)} − {plain(distal)}) ms"
    return _velocity(length / (proximal - distal), steps)


def sensory_velocity(distance: Value | None, onset_latency: Value | None) -> Velocity:
    """Sensory velocity from one site: distance ÷ onset latency (a peak latency would be slower)."""
    length, latency = _number(distance, "mm"), _number(onset_latency, "ms")
    if length is None:
        return Velocity(reason=_why_not("distance", distance, "mm"))
    if latency is None:
        return Velocity(reason=_why_not("onset latency", onset_latency, "ms"))
    if length <= 0 or latency <= 0:
        return Velocity(reason="the distance and the onset latency have to be above 0")
    return _velocity(length / latency, f"{plain(length)} mm ÷ {plain(latency)} ms")


def disagreement(computed: Velocity, printed: Value | None) -> str:
    """A warning where a printed velocity lies more than 1 m/s from the computed one, else ""."""
    stated = _number(printed, "m/s")
    if not computed or stated is None or abs(computed.m_s - stated) <= TOLERANCE:
        return ""
    return f"printed {printed.printed}, computed {computed.formula}"


def _velocity(exact, steps):
    result = to_tenth(exact)
    if result is None:
        return Velocity(reason="the distance and the latencies are out of all proportion")
    return Velocity(result, f"{steps} = {result} m/s")


def _number(value, unit):
    """The value in ``unit``; None where it is no single known number."""
    if value is None or value.kind != "number" or value.comparator:
        return None
    factor = factor_between(value.unit or unit, unit)
    return None if factor is None else value.decimal() * factor


def _why_not(name, value, unit):
    if value is None:
        return f"the {name} is not recorded"
    if value.kind == "state":
        return f"{name}: {STATES[value.state]}"
    return f"the {name} is not a number in {unit}: {value.printed}"


def plain(number: Decimal) -> str:
    """A number without an exponent: 80, not 8E+1."""
    return f"{number:f}"

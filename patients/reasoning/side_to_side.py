"""One side as a percentage of the other: computed from two values, or as stated in a report.

Ratio = affected ÷ other × 100; drop = 100 − ratio. A computed ratio has a formula; a reported one
has none, because its two values are not known. The ratio is of little use if both sides are
diseased.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from patients.catalogue.value_words import STATES
from patients.language.value import UNIT_NOT_STATED, Value

# One dict per quantity: the size of each unit, as a multiple of the first unit.
_SCALES = (
    {"V": Decimal(1), "mV": Decimal("1e-3"), "µV": Decimal("1e-6")},
    {"s": Decimal(1), "ms": Decimal("1e-3"), "µs": Decimal("1e-6")},
    {"m": Decimal(1), "cm": Decimal("1e-2"), "mm": Decimal("1e-3")},
)
_TENTH = Decimal("0.1")


@dataclass(frozen=True)
class Ratio:
    """One side as a percentage of the other; ``reason`` explains a missing ratio or drop.

    ``origin`` is "computed" or "reported"; a reported ratio has no formula.
    """

    origin: str
    percent: Decimal | None = None
    drop: Decimal | None = None
    formula: str = ""
    reason: str = ""
    approximate: bool = False

    def __bool__(self) -> bool:
        return self.percent is not None


def ratio(affected: Value | None, other: Value | None) -> Ratio:
    """Return the affected side as a percentage of the other, to 0.1%.

    If no ratio can be computed, the result is falsy and has a reason.
    """
    reason = _reason(affected, "this side") or _reason(other, "the other side")
    if reason or affected is None or other is None:
        return Ratio("computed", reason=reason)
    factor = factor_between(affected.unit, other.unit)
    if factor is None:
        units = " and ".join(value.unit or "no unit" for value in (affected, other))
        return Ratio("computed", reason=f"the units differ: {units}")
    number, divisor = affected.decimal(), other.decimal()
    if not divisor or number is None:
        return Ratio("computed", reason="the other side is 0")
    percent = to_tenth(number * factor * 100 / divisor)
    if percent is None:
        return Ratio("computed", reason="the computed ratio is too large")
    formula = f"{affected.printed} ÷ {other.printed} × 100 = {percent}%"
    approximate = affected.approximate or other.approximate
    return Ratio("computed", percent, 100 - percent, formula, approximate=approximate)


def reported(value: Value | None) -> Ratio | None:
    """Return the ratio of a value such as "4.1% of right"; None for any other value."""
    if value is None or value.kind != "percent" or value.of in (None, "predicted"):
        return None
    percent = value.decimal()
    if value.comparator or percent is None:
        return Ratio("reported", percent, reason=f"only {value.printed} is known")
    return Ratio("reported", percent, 100 - percent, approximate=value.approximate)


def _reason(value: Value | None, side: str) -> str:
    """Return why a value cannot be used for a ratio; "" if it can."""
    if value is None:
        return f"{side} is not recorded"
    if value.state is not None:
        return f"{side}: {STATES[value.state]}"
    number = value.decimal()
    if value.kind != "number" or number is None:
        return f"{side} is not a single number: {value.printed}"
    if value.comparator:
        return f"{side} is known only as {value.printed}"
    return f"{side} is negative" if number < 0 else ""


def to_tenth(number: Decimal) -> Decimal | None:
    """Round half up to 0.1; return None if the number has too many digits."""
    try:
        return number.quantize(_TENTH, ROUND_HALF_UP)
    except InvalidOperation:
        return None


def factor_between(unit: str | None, other: str | None) -> Decimal | None:
    """Return the factor that converts ``unit`` to ``other``; None if they are not comparable."""
    if unit == UNIT_NOT_STATED or other == UNIT_NOT_STATED:
        return None
    if unit == other:
        return Decimal(1)
    if unit is None or other is None:
        return None
    for scale in _SCALES:
        if unit in scale and other in scale:
            return scale[unit] / scale[other]
    return None

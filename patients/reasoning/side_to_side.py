"""One side as a percentage of the other: computed from two values, or as the report printed it.

Ratio = affected ÷ other × 100; drop = 100 − ratio. A computed ratio shows its formula; a printed
one stands by itself, without any amplitude. In a disease of both sides neither means much.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from patients.language.values import STATES, Value

# Units of one quantity, each in the first of its row.
_SCALES = (
    {"V": Decimal(1), "mV": Decimal("1e-3"), "µV": Decimal("1e-6")},
    {"s": Decimal(1), "ms": Decimal("1e-3"), "µs": Decimal("1e-6")},
    {"m": Decimal(1), "cm": Decimal("1e-2"), "mm": Decimal("1e-3")},
)
_TENTH = Decimal("0.1")


@dataclass(frozen=True)
class Ratio:
    """``percent`` and ``drop`` are None where ``reason`` says why there is no ratio.

    ``origin`` is "computed" or "reported"; a reported ratio has no formula.
    """

    origin: str
    percent: Decimal | None = None
    drop: Decimal | None = None
    formula: str = ""
    reason: str = ""
    approximate: bool = False

    def __bool__(self):
        return self.percent is not None


def ratio(affected: Value | None, other: Value | None) -> Ratio:
    """The affected side as a percentage of the other, to 0.1 %; false, with a reason, if none."""
    reason = _reason(affected, "this side") or _reason(other, "the other side")
    if reason:
        return Ratio("computed", reason=reason)
    factor = factor_between(affected.unit, other.unit)
    if factor is None:
        units = " and ".join(value.unit or "no unit" for value in (affected, other))
        return Ratio("computed", reason=f"the units differ: {units}")
    if not other.decimal():
        return Ratio("computed", reason="the other side is 0")
    percent = to_tenth(affected.decimal() * factor * 100 / other.decimal())
    if percent is None:
        return Ratio("computed", reason="the two numbers are out of all proportion")
    formula = f"{affected.printed} ÷ {other.printed} × 100 = {percent} %"
    approximate = affected.approximate or other.approximate
    return Ratio("computed", percent, 100 - percent, formula, approximate=approximate)


def reported(value: Value | None) -> Ratio | None:
    """The ratio that a report printed ("4.1 % of right"); None where the value is no such thing."""
    if value is None or value.kind != "percent" or value.of in (None, "predicted"):
        return None
    percent = value.decimal()
    if value.comparator:
        return Ratio("reported", percent, reason=f"only {value.printed} is known")
    return Ratio("reported", percent, 100 - percent, approximate=value.approximate)


def _reason(value, side):
    if value is None:
        return f"{side} is not recorded"
    if value.kind == "state":
        return f"{side}: {STATES[value.state]}"
    if value.kind != "number":
        return f"{side} is no single number: {value.printed}"
    if value.comparator:
        return f"{side} is known only as {value.printed}"
    return f"{side} is negative" if value.decimal() < 0 else ""


def to_tenth(number: Decimal) -> Decimal | None:
    """Rounded half up to 0.1; None where the number has too many digits for that."""
    try:
        return number.quantize(_TENTH, ROUND_HALF_UP)
    except InvalidOperation:
        return None


def factor_between(unit: str | None, other: str | None) -> Decimal | None:
    """What a number in ``unit`` is multiplied by to be in ``other``; None where they differ."""
    if unit == other:
        return Decimal(1)
    for scale in _SCALES:
        if unit in scale and other in scale:
            return scale[unit] / scale[other]
    return None

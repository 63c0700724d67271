"""Named scales and tests, with their range, unit and direction of improvement."""

from decimal import Decimal

from patients.catalogue import units
from patients.catalogue.table import index, read

ROWS = read("instruments")
BY_ID = index(ROWS)
POINTS = ("point", "points", "score")


def printed_range(instrument_id: str) -> str:
    """Return the range with its unit, such as "0–48" or "0–100 mm"; "" if unknown."""
    row = BY_ID[instrument_id]
    if not row.low or not row.high:
        return ""
    return f"{row.low}–{row.high}" + (f" {row.unit}" if row.unit else "")


def fits(instrument_id: str, score: Decimal) -> bool:
    """Return whether a score is valid: within the range, and whole where required."""
    row = BY_ID[instrument_id]
    if (row.low and score < Decimal(row.low)) or (row.high and score > Decimal(row.high)):
        return False
    return row.whole != "y" or score == score.to_integral_value()


def is_in_its_unit(instrument_id: str, unit: str | None) -> bool:
    """Return whether a score in this unit can be compared with the instrument's range."""
    return (unit or "").casefold() in ("", *POINTS, BY_ID[instrument_id].unit.casefold())


def units_match(instrument_id: str, unit: str | None, other: str | None) -> bool:
    """Return whether scores in these units can be compared without converting them."""
    if is_in_its_unit(instrument_id, unit) and is_in_its_unit(instrument_id, other):
        return True
    known = units.ucum(unit)
    return unit == other or (known is not None and known == units.ucum(other))


def change(instrument_id: str, before: Decimal, after: Decimal) -> str | None:
    """Return "better", "worse" or "same"; None if scores differ on a scale without a direction."""
    direction = BY_ID[instrument_id].direction
    if before == after:
        return "same"
    if not direction:
        return None
    return "better" if (after > before) == (direction == "higher_is_better") else "worse"

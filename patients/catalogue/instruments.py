"""Named scales and tests: range, unit and which way is better. The catalogue grows by a row."""

from decimal import Decimal

from patients.catalogue.table import index, read

ROWS = read("instruments")
BY_ID = index(ROWS)


def choices() -> list[tuple[str, str]]:
    """(id, label) of every instrument."""
    return [(row.id, row.label) for row in ROWS]


def printed_range(instrument_id: str) -> str:
    """The range with its unit, such as "0–48" or "0–100 mm"; "" where there is none."""
    row = BY_ID[instrument_id]
    if not row.low or not row.high:
        return ""
    return f"{row.low}–{row.high}" + (f" {row.unit}" if row.unit else "")


def check_score(instrument_id: str, score: Decimal) -> None:
    """ValueError where a score lies outside its instrument's range or is no whole number."""
    row = BY_ID[instrument_id]
    if (row.low and score < Decimal(row.low)) or (row.high and score > Decimal(row.high)):
        wide = printed_range(instrument_id) or f"{row.low} or more"
        raise ValueError(f"{score} is outside the range of {row.label}: {wide}")
    if row.whole == "y" and score != int(score):
        raise ValueError(f"{row.label} is a whole number, not {score}")


def change(instrument_id: str, before: Decimal, after: Decimal) -> str | None:
    """ "better", "worse" or "same"; None where the instrument has no direction."""
    direction = BY_ID[instrument_id].direction
    if before == after:
        return "same"
    if not direction:
        return None
    return "better" if (after > before) == (direction == "higher_is_better") else "worse"

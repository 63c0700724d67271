"""The computed part of the case document, under the key `computed`; ignored on import.

It depends only on the record and the catalogues. It is plain JSON; exact decimals, such as ratios
and doses, are strings.
"""

from collections.abc import Callable

from patients.language.chronology import place_events
from patients.tables.conduction import compare_sides
from patients.tables.course import treatment_table
from patients.tables.strength import strength_table

RULES = "7"  # increase it whenever computed results change (checked by tests/test_rules.py)
MORE: list[Callable] = []


def register(compute_more):
    """Register another app's computation: compute_more(record) -> {key: plain JSON}."""
    if compute_more not in MORE:
        MORE.append(compute_more)


def compute(record):
    """Return the computed part of the document. Raises the errors of compute_basics."""
    found = {"rules": RULES} | compute_basics(record)
    for compute_more in MORE:
        found |= compute_more(record)
    return found


def compute_basics(record):
    """Return the results of plain arithmetic, the only part that can fail for invalid rows.

    Raises ValueError for events that cannot be resolved, such as a cycle or two index events, and
    ArithmeticError for a number out of range.
    """
    resolved = resolve_days(record)
    return {
        "days": {
            event.key: resolved[event.key].day if event.key in resolved else None
            for event in record.rows["events"]
        },
        "day_ranges": {
            key: [found.low, found.high]
            for key, found in resolved.items()
            if not found.exact and (found.low, found.high) != (None, None)
        },
        "strength_changes": strength_changes(record),
        "side_to_side": side_to_side(record),
        "cumulative_doses": cumulative_doses(record),
    }


def resolve_days(record):
    """Return {event key: Resolved} of the events with a time; the day is None if not known."""
    return place_events(record.rows["events"], record.case)


def strength_changes(record):
    """Return the change of each movement or muscle and side, from its first to its last grade.

    Those with fewer than two graded visits are left out; `change` is None if the two grades cannot
    be compared.
    """
    table = strength_table(record.rows["strength"], record.rows["visits"])
    return [
        {
            **({"movement": row.movement} if row.movement else {"muscle": row.muscle}),
            "side": str(row.side),
            "from": row.first.key,
            "to": row.last.key,
            "change": row.change,
        }
        for row in table.rows
        if row.first
    ]


def side_to_side(record):
    """Return the amplitude ratios between the sides, reported and computed."""
    return [
        {
            "table": key,
            "row": number,
            "side": str(found.side),
            "of": str(found.of),
            "origin": found.ratio.origin,
            "percent": str(found.ratio.percent),
            **({"drop_percent": str(found.ratio.drop)} if found.ratio.drop is not None else {}),
            **({"formula": found.ratio.formula} if found.ratio.formula else {}),
        }
        for key in ("motor_conduction", "sensory_conduction")
        for number, found in numbered_ratios(record.rows[key])
    ]


def numbered_ratios(rows):
    """Yield (row index, SideToSide) for each row that has a ratio, in the order of the rows."""
    ratios = compare_sides(rows)
    for number, row in enumerate(rows):
        if id(row) in ratios:
            yield number, ratios[id(row)]


def cumulative_doses(record):
    """Return the known total doses of each treatment, one for each unit."""
    table = treatment_table(record.rows["treatments"], record.rows["phases"])
    return [
        {
            "treatment": number,
            "agent": row.source.agent,
            "amount": decimal_text(dose.amount),
            "unit": dose.unit,
            "lower_bound": dose.lower_bound,
            "formula": " + ".join(map(phase_formula, dose.phases)),
        }
        for number, row in enumerate(table)
        for dose in row.cumulative
    ]


def phase_formula(phase):
    return f"{decimal_text(phase.each)} {phase.unit} × {decimal_text(phase.times)}"


def decimal_text(number):
    """Return a decimal as text, such as "5000", "2" or "0.4".

    The text has no exponent and no trailing zeros after the decimal point.
    """
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text

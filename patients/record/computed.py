"""What is computed from a record, kept under one key of the document and ignored on the way in.

Everything here follows from the rows alone, in their order, and is plain JSON. Numbers are texts.
"""

from collections.abc import Callable

from patients.language.chronology import place_events
from patients.tables.conduction import compare_sides
from patients.tables.course import treatment_table
from patients.tables.strength import strength_table

RULES = "2"  # raised with every change of what is computed; a test holds it
MORE: list[Callable] = []


def register(reason):
    """Add what another room computes of a whole record: reason(record) -> {key: plain JSON}."""
    if reason not in MORE:
        MORE.append(reason)


def compute(record):
    """Return the computed part of the document; ValueError where events hang in a circle."""
    found = {"rules": RULES} | compute_basics(record)
    for reason in MORE:
        found |= reason(record)
    return found


def compute_basics(record):
    """Return what follows by plain arithmetic; the only part that bad rows can make fail."""
    resolved = resolve_days(record)
    return {
        "days": {
            event.key: resolved[event.key].day if event.key in resolved else None
            for event in record.rows["events"]
        },
        "day_ranges": {
            key: [found.low, found.high]
            for key, found in resolved.items()
            if found.day is not None and not found.exact
        },
        "strength_changes": strength_changes(record),
        "side_to_side": side_to_side(record),
        "cumulative_doses": cumulative_doses(record),
    }


def resolve_days(record):
    """Return the resolved day of each placed event of a record, by its key."""
    return place_events(record.rows["events"], record.case.age_at_presentation)


def strength_changes(record):
    """Return the direction of each movement and side from the first to the last visit."""
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
    """Return the ratios of amplitudes between the sides: reported ones, and those computed."""
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
    """Yield (place in the table, ratio) in the order of the table."""
    ratios = compare_sides(rows)
    for number, row in enumerate(rows):
        if id(row) in ratios:
            yield number, ratios[id(row)]


def cumulative_doses(record):
    """Return the known total doses of each course of treatment."""
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
    """Return a number without an exponent or trailing zeros: "5000", "2", "0.4"."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text

"""What is computed from a record, kept under one key of the document and ignored on the way in."""

from patients.placement import resolve


def compute(record):
    """Return the computed part of the document; ValueError where events hang in a circle."""
    placements = {event.key: event.placement for event in record.rows["events"] if event.placement}
    resolved = resolve(placements)
    return {
        "days": {
            event.key: resolved[event.key].day if event.key in resolved else None
            for event in record.rows["events"]
        }
    }

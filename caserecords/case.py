"""Load the current record of a case, and prepare the body map and events of its page."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from patients.drawings.body_map import change_map, grade_map
from patients.record.document import read
from patients.versions.reading import load_record


def current_record(case):
    """Return the current version's record, or one read from the rows if no version is saved yet."""
    version = case.versions.filter(number=case.version).first()
    return load_record(version) if version else read(case)


# The case page


def strength_map(table, rows):
    """Return the body map for the strength table: changes, or grades if there is only one visit."""
    if table.is_compared:
        return change_map("map-strength", _("Change, first to last visit"), table.rows)
    return grade_map("map-strength", _("MRC grades"), rows)


@dataclass(frozen=True)
class DeskEvent:
    """An event on the case page, with its resolved day (None if not known) and its time as text."""

    event: object
    resolved: object
    placed: str


def course(record, days):
    """Return the DeskEvents sorted by day, then the undated ones in order of entry."""
    labels = {event.key: event.label for event in record.events}
    events = []
    for event in record.events:
        found = days.get(event.key)
        placed = event.placement.printed(labels) if event.placement else ""
        events.append(DeskEvent(event, found if found and found.day is not None else None, placed))
    return sorted(events, key=day_order)


def day_order(event):
    return (0, event.resolved.day) if event.resolved else (1, 0)

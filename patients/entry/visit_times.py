"""The times typed at visits.

A visit has the time of its event. A time typed at a visit is therefore moved to its event's row; a
visit without an event gets a new one, with the same name.
"""

import re

from patients.entry.cells import normalise
from patients.language.when import read_when


class VisitTimes:
    """The texts of a timeline page, with the times of visits moved to their events."""

    def __init__(self, texts, events, visits):
        self.texts = dict(texts)
        self.labels = {event.key: event.label for event in events}
        self.events = {str(event.pk): event for event in events}
        self.visits = {str(visit.pk): visit for visit in visits}

    def moved(self):
        for row in self.rows_of("visits"):
            when = normalise(self.texts.get(f"visits-{row}-when"))
            is_deleted = self.texts.get(f"visits-{row}-delete")
            if not is_deleted and f"visits-{row}-when" in self.texts and when != self.shown(row):
                self.move(row, when)
        return self.texts

    def rows_of(self, table):
        pattern = re.compile(rf"{table}-((?:new)?\d{{1,9}})-label")
        return [found[1] for name in self.texts if (found := pattern.fullmatch(name))]

    def shown(self, row):
        return shown_time(self.visits.get(row), self.labels)

    def move(self, row, when):
        event = self.texts.get(f"visits-{row}-event", "")
        label = normalise(self.texts.get(f"visits-{row}-label"))
        if not when:
            self.unlink(row, event)
        elif event and not self.is_shared(row, event, when):
            self.set_time(row, event, when)
        elif label:
            self.texts[f"visits-{row}-event"] = self.same_day(when) or self.add_event(label, when)

    def is_shared(self, row, event, when):
        """Return whether the visit's event keeps its time, because it is day 0 or has other visits.

        The date of day 0 can be typed at a visit.
        """
        visit = self.visits.get(row)
        if not visit or not visit.event or event not in (visit.event.key, visit.event.label):
            return False
        users = [one for one in self.visits.values() if one.event_id == visit.event_id]
        placement = visit.event.placement
        is_index = placement is not None and placement.how == "index"
        return len(users) > 1 or (is_index and not self.is_date(when))

    def is_date(self, when):
        try:
            names = {label: key for key, label in self.labels.items()}
            return read_when(when, names).how in ("date", "index")
        except ValueError:  # such as 3/4/2011; the event's row has the message
            return True

    def unlink(self, row, event):
        """Remove the event of a visit whose time was cleared, unless another one was chosen."""
        visit = self.visits.get(row)
        if visit and visit.event and event in (visit.event.key, visit.event.label):
            self.texts[f"visits-{row}-event"] = ""

    def set_time(self, row, event, when):
        """Set the time of a visit's event, unless the event's row was edited too.

        The time of an event that was newly chosen for the visit is also kept.

        `VisitForm` reports the contradiction.
        """
        name = next((one for one in self.rows_of("events") if self.is_row(one, event)), None)
        stored = self.events.get(name)
        before = stored.placement.printed(self.labels) if stored and stored.placement else ""
        visit = self.visits.get(row)
        is_same = visit and visit.event and visit.event == stored
        place = f"events-{name}-placement"
        if name and normalise(self.texts.get(place, before)) == before and (is_same or not before):
            self.texts[place] = when

    def is_row(self, name, event):
        stored = self.events.get(name)
        return event in (stored.key if stored else None, self.texts.get(f"events-{name}-label"))

    def same_day(self, when):
        """Return the key of the event on whose day a visit was; "" for another time."""
        names = {label: key for key, label in self.labels.items()}
        try:
            found = read_when(when, names)
        except ValueError:
            return ""
        return (found.anchor or "") if is_same_day(found) else ""

    def add_event(self, label, when):
        """Add a row for the event of a visit; return its name."""
        rows = self.rows_of("events")
        used = {normalise(self.texts.get(f"events-{row}-label")) for row in rows}
        name, number = label, 1
        while name in used:
            number += 1
            name = f"{label} ({number})"
        last = max((int(row[3:]) for row in rows if row.startswith("new")), default=0)
        self.texts |= {
            f"events-new{last + 1}-label": name,
            f"events-new{last + 1}-placement": when,
            f"events-new{last + 1}-kind": "Visit",
        }
        return name


def is_same_day(placement):
    """Return whether a time is the day of another event, and nothing else."""
    other = placement.offset_high or placement.comparator or placement.approximate or placement.date
    return placement.how == "offset" and placement.offset == "0" and not other


def shown_time(visit, labels):
    """Return the time of a visit's event as text; "" without one."""
    event = visit.event if visit else None
    return event.placement.printed(labels) if event and event.placement else ""

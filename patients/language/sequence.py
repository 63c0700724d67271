"""The order of events, dated or not, and events with two times that contradict each other."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TypeVar

from patients.language.chronology import (
    PlacedEvent,
    Presentation,
    Resolved,
    can_be_same,
    known_age,
    resolve,
)
from patients.language.partial_date import date_bounds
from patients.language.placement import Placement, has_date

Event = TypeVar("Event", bound=PlacedEvent)


def in_order(
    events: Sequence[Event], days: Mapping[str, Resolved]
) -> tuple[list[Event], list[Event]]:
    """Return the events in chronological order, and those of which no bound is known.

    An event that is known to be before or after a day stands next to this day. Without a bound,
    events with a date come first, in the order of their dates. Events of the same
    day, and those without a bound, keep their order, unless one is known to be before the other.
    """
    dated = sorted(
        (event for event in events if _day(event, days) is not None),
        key=lambda event: (_day(event, days), days[event.key].time or 0),
    )
    undated = [event for event in events if event not in dated]
    rest = []
    for event in by_relation(sorted(undated, key=_calendar)):
        found = days.get(event.key)
        if found is None or (found.low is None and found.high is None):
            rest.append(event)
        else:
            dated.insert(_place(found, dated, days), event)
    return dated, rest


def _day(event: PlacedEvent, days: Mapping[str, Resolved]) -> int | None:
    found = days.get(event.key)
    return found.day if found else None


def _calendar(event: PlacedEvent) -> tuple[date, date]:
    """Return the bounds of an event's date; the end of the calendar if it has none."""
    if event.placement is None or not has_date(event.placement):
        return date.max, date.max
    low, high = event.placement.date, event.placement.date_high
    return date_bounds(str(low))[0], date_bounds(high or str(low))[1]


def _place(found: Resolved, dated: Sequence[PlacedEvent], days: Mapping[str, Resolved]) -> int:
    """Return where to insert an event with one bound: before its upper, or after its lower bound.

    Events already inserted there keep their order.
    """
    if found.high is not None:
        later = (n for n, one in enumerate(dated) if _is_at(one, days, found.high, 1))
        return next(later, len(dated))
    low = found.low or 0
    earlier = [n for n, one in enumerate(dated, 1) if _is_at(one, days, low, -1)]
    return _skip(dated, days, max(earlier, default=0))


def _is_at(event: PlacedEvent, days: Mapping[str, Resolved], bound: int, way: int) -> bool:
    day = _day(event, days)
    return day is not None and (day - bound) * way >= 0


def _skip(dated: Sequence[PlacedEvent], days: Mapping[str, Resolved], place: int) -> int:
    """Return the next place that is not taken by an event inserted after its lower bound."""
    while place < len(dated) and _day(dated[place], days) is None:
        if days[dated[place].key].high is not None:
            break
        place += 1
    return place


def by_relation(events: Sequence[Event]) -> list[Event]:
    """Return the events in their order, but each after those that it is known to follow."""
    follows: dict[str, list[str]] = {event.key: [] for event in events}
    for event in events:
        for earlier, later in _pairs(event):
            if earlier in follows and later in follows:
                follows[later].append(earlier)
    found: dict[str, Event] = {}
    known = {event.key: event for event in events}
    waiting = [event.key for event in reversed(events)]
    seen = set()
    while waiting:
        key = waiting[-1]
        first = [one for one in follows[key] if one not in found and one not in seen]
        seen.add(key)
        if first:
            waiting.extend(reversed(first))
        else:
            found.setdefault(key, known[waiting.pop()])
    return list(found.values())


def _pairs(event: PlacedEvent) -> Iterator[tuple[str, str]]:
    """Yield (key of the earlier event, key of the later one) for the anchors of an event."""
    placement = event.placement
    if placement is None or placement.anchor is None:
        return
    if placement.relation in ("before", "by"):
        yield event.key, placement.anchor
    elif placement.relation == "between" and placement.anchor_high is not None:
        yield placement.anchor, event.key
        yield event.key, placement.anchor_high
    elif placement.offset is not None and placement.offset.startswith("-"):
        yield event.key, placement.anchor
    elif placement.comparator != "within":
        yield placement.anchor, event.key


def with_two_times(
    events: Sequence[Event], case: Presentation
) -> list[tuple[Event, Resolved, Resolved]]:
    """Return the events whose offset or age contradicts their date, with the days of both."""
    stated = [(event, event.placement) for event in events if event.placement]
    both = {
        event.key: (event, placement)
        for event, placement in stated
        if placement.date and placement.how in ("offset", "age")
    }
    placements = {event.key: event.placement or Placement("unknown") for event in events}
    dates = {key: Placement("date", date=one.date) for key, (_event, one) in both.items()}
    others = {key: replace(one, date=None) for key, (_event, one) in both.items()}
    age = known_age(events, case)
    by_date, by_other = (resolve(placements | found, age) for found in (dates, others))
    pairs = [(event, by_other[key], by_date[key]) for key, (event, _one) in both.items()]
    return [pair for pair in pairs if not can_be_same(pair[1], pair[2])]

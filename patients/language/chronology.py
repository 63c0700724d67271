"""Resolve the placements of events, which may refer to each other, to days from the index event.

Days and weeks are exact. Months and years vary in length, and the time of day is not known: a day
calculated from them or from hours is marked as not exact. An event that cannot be resolved has no
day; if its order is known, it has a bound.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from graphlib import CycleError, TopologicalSorter
from typing import Protocol

from django.utils.translation import gettext as _

from patients.catalogue.time_words import UNIT_WORDS, WITHIN
from patients.language.partial_date import date_bounds
from patients.language.placement import Placement
from patients.language.value import Value, plain_number

DAYS = {
    "hours": Fraction(1, 24),
    "days": Fraction(1),
    "weeks": Fraction(7),
    "months": Fraction("30.44"),
    "years": Fraction("365.25"),
}
BIRTH = "birth"  # the kind of an event, or its label


class PlacedEvent(Protocol):
    """An event of a case, with its time if it has one."""

    key: str
    label: str
    kind: str
    placement: Placement | None


class Presentation(Protocol):
    """The age at presentation, and the key of the event at which the patient had this age.

    The key is "" for the index event.
    """

    age_at_presentation: Value | None
    age_event: str


@dataclass(frozen=True)
class Resolved:
    """Whole days from the index event, with bounds; each is None if it is not known.

    ``why`` explains why the day is unknown or not exact. ``date`` is the ISO date of the day, if
    the index event has a full date. ``time`` is the day before rounding.
    """

    day: int | None
    low: int | None
    high: int | None
    exact: bool
    why: str
    date: str | None = None
    time: Fraction | None = None


@dataclass(frozen=True)
class _Spot:
    """A point on the time axis with its bounds, in days as exact fractions, before rounding.

    A point without a day has at most one bound.
    """

    day: Fraction | None
    low: Fraction | None
    high: Fraction | None
    why: str = ""

    @property
    def exact(self) -> bool:
        return self.day is not None and self.low == self.high


@dataclass(frozen=True)
class _Age:
    """The patient's age at an event, or at the index event if ``key`` is None.

    ``completed`` is the number of units by which the patient may be older: 1, or 0 at birth.
    """

    key: str | None
    age: Fraction
    unit: str
    completed: int = 1


_ZERO = _Spot(Fraction(0), Fraction(0), Fraction(0))


def place_events(events: Sequence[PlacedEvent], case: Presentation) -> dict[str, Resolved]:
    """Return the events of a case as {key: Resolved}, counted from the index event.

    Pages, drawings, exports and rules use this function, so that they agree. Events without a
    placement are left out. Raises ValueError as ``resolve`` does.
    """
    unknown = Placement("unknown")
    found = resolve(
        {event.key: event.placement or unknown for event in events},
        known_age(events, case),
        {event.key: event.label for event in events},
    )
    return {event.key: found[event.key] for event in events if event.placement}


def known_age(events: Sequence[PlacedEvent], case: Presentation) -> _Age | None:
    """Return the age from which others are counted: 0 at birth, else at presentation; or None."""
    for event in events:
        if event.placement and BIRTH in (event.kind, event.label.strip().casefold()):
            if event.placement.how != "age":
                return _Age(event.key, Fraction(0), "days", 0)
    age = case.age_at_presentation
    number = plain_number(age)
    unit = UNIT_WORDS.get(age.unit or "years") if age else None
    if number is None or unit is None:
        return None
    return _Age(case.age_event or None, Fraction(number), unit)


def resolve(
    placements: Mapping[str, Placement],
    known_age: _Age | None = None,
    labels: Mapping[str, str] | None = None,
) -> dict[str, Resolved]:
    """Resolve {key: Placement} to {key: Resolved}, counted from the index event.

    Raises ValueError for a cycle, an unknown anchor, or several index events; ``labels`` names the
    events in its message.
    """
    names = {key: (labels or {}).get(key) or key for key in placements}
    index = _index(placements, names)
    resolver = _Resolver(index, known_age, names)
    for key in _in_turn(placements, known_age, names):
        resolver.spots[key] = resolver.locate(placements[key])
    return {key: _rounded(resolver.spots[key], index) for key in placements}


def first_in_cycle(events: Sequence[PlacedEvent]) -> int | None:
    """Return the list index of the first event that is part of a cycle of anchors, or None."""
    placements = {event.key: event.placement for event in events if event.placement}
    keys = [event.key for event in events]
    try:
        graph = {key: _anchors(one) for key, one in placements.items()}
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return min(keys.index(key) for key in error.args[1])
    return None


def _index(placements: Mapping[str, Placement], names: Mapping[str, str]) -> Placement | None:
    found = [key for key, placement in placements.items() if placement.how == "index"]
    if len(found) > 1:
        message = _(
            "A case can have only one index event (day 0), not %(count)s: %(events)s. Enter "
            "another time for the others, such as “same day as %(first)s”."
        )
        values = {"count": len(found), "events": _quoted(found, names), "first": names[found[0]]}
        raise ValueError(message % values)
    return placements[found[0]] if found else None


def _quoted(keys: Sequence[str], names: Mapping[str, str]) -> str:
    return ", ".join(f"“{names[key]}”" for key in keys)


def _anchors(placement: Placement) -> list[str]:
    return [key for key in (placement.anchor, placement.anchor_high) if key is not None]


def _in_turn(
    placements: Mapping[str, Placement], known_age: _Age | None, names: Mapping[str, str]
) -> list[str]:
    """Return the keys in the order in which they can be resolved."""
    graph = {}
    for key, placement in placements.items():
        graph[key] = _anchors(placement)
        for anchor in graph[key]:
            if anchor not in placements:
                message = _("“%(event)s” is dated relative to “%(anchor)s”, which is not an event.")
                raise ValueError(message % {"event": names[key], "anchor": anchor})
        at_age = known_age.key if known_age and placement.age is not None else None
        if at_age in placements and at_age != key:
            graph[key].append(str(at_age))
    try:
        return list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        raise ValueError(_cycle_message(error.args[1], list(placements), names)) from None


def _cycle_message(cycle: list[str], keys: list[str], names: Mapping[str, str]) -> str:
    """Name the events of a cycle along their anchors, beginning with the first in the record."""
    ring = cycle[:0:-1]
    start = ring.index(min(ring, key=keys.index))
    ring = [*ring[start:], *ring[: start + 1]]
    return _(
        "These events are dated relative to each other in a circle: %(events)s. Enter the time of "
        "one of them in another way."
    ) % {"events": " → ".join(names[key] for key in ring)}


@dataclass
class _Resolver:
    """Resolves events one after the other; ``spots`` are those that it knows.

    Its methods return a _Spot, or the reason why there is none.
    """

    index: Placement | None
    known_age: _Age | None
    names: Mapping[str, str]

    def __post_init__(self) -> None:
        self.spots: dict[str, _Spot | str] = {}

    def locate(self, placement: Placement) -> _Spot | str:
        if placement.how == "index":
            return _ZERO
        if placement.how == "order":
            return self.ordered(placement)
        if placement.how == "date":
            return self.on_date(placement, placement.date, placement.date_high)
        if placement.how in ("offset", "age"):
            is_offset = placement.how == "offset"
            found = self.from_anchor(placement) if is_offset else self.at_age(placement)
            if placement.date is None:
                return found
            return _narrower(found, self.on_date(placement, placement.date))
        if placement.how == "text":
            return _("“%s” is not recognised as a time") % placement.text
        return _("the time is not known")

    def at(self, key: str | None) -> _Spot | str:
        """Return the spot of an event to which another one refers."""
        found = _ZERO if key is None else self.spots.get(key, "")
        if isinstance(found, str):
            return _("the time of “%s” is not known") % self.names.get(str(key), key)
        return found

    def from_anchor(self, placement: Placement) -> _Spot | str:
        base = self.at(placement.anchor)
        if isinstance(base, str):
            return base
        assert placement.unit is not None and placement.offset is not None  # as Placement checks
        length = DAYS[placement.unit]
        ends = [Fraction(placement.offset) * length]
        if placement.offset_high is not None:
            ends.append(Fraction(placement.offset_high) * length)
        why, slack = base.why, Fraction(0)
        if placement.text and len(ends) > 1:  # the period that words such as "month 3" can mean
            why = _("it is a range")
        elif placement.unit in ("months", "years"):
            why = _("months vary in length")
            if placement.unit == "years":
                why = _("years vary in length")
            slack = length / 2
        elif placement.approximate:
            why, slack = _("it is marked as approximate"), length / 2
        elif len(ends) > 1:
            why = _("it is a range")
        if placement.comparator is not None:
            return _compared(base, placement.comparator, ends[0], slack)
        return _Spot(
            _plus(base.day, sum(ends, Fraction(0)) / len(ends)),
            _plus(base.low, min(ends) - slack),
            _plus(base.high, max(ends) + slack),
            why,
        )

    def on_date(
        self, placement: Placement, date: str | None, date_high: str | None = None
    ) -> _Spot | str:
        if self.index is None or not self.index.date:
            return _("day 0 has no date")
        assert date is not None
        first, last = date_bounds(date)[0], date_bounds(date_high or date)[1]
        index_first, index_last = date_bounds(self.index.date)
        low, high = Fraction((first - index_last).days), Fraction((last - index_first).days)
        why = "" if low == high else _("a date is not exact to the day")
        if placement.approximate:
            why, low, high = _("it is marked as approximate"), low - 1, high + 1
        return _Spot((low + high) / 2, low, high, why)

    def at_age(self, placement: Placement) -> _Spot | str:
        known = self.known_age
        if known is None:
            return _("the patient's age on day 0 is not known")
        base = self.at(known.key)
        if isinstance(base, str):
            return base
        assert placement.age is not None and placement.age_unit is not None
        then, now = Fraction(placement.age), known.age * DAYS[known.unit]
        length = DAYS[placement.age_unit]
        return _Spot(
            _plus(base.day, then * length - now),
            _plus(base.low, then * length - now - known.completed * DAYS[known.unit]),
            _plus(base.high, (then + 1) * length - now),
            _("an age is given in completed units"),
        )

    def ordered(self, placement: Placement) -> _Spot | str:
        if placement.date is not None:
            base = self.on_date(placement, placement.date)
        elif placement.age is not None:
            base = self.at_age(placement)
        else:
            base = self.at(placement.anchor)
        if isinstance(base, str):
            return base
        why = _("only its order is known")
        if placement.relation == "between":
            other = self.at(placement.anchor_high)
            return other if isinstance(other, str) else _between(base, other)
        if placement.relation == "after":
            return _Spot(None, base.low, None, why)
        return _Spot(None, None, base.high, why)


def _plus(one: Fraction | None, other: Fraction) -> Fraction | None:
    return None if one is None else one + other


def _compared(base: _Spot, comparator: str, offset: Fraction, slack: Fraction) -> _Spot:
    """Return the spot of a time such as "more than 3 months after" its anchor."""
    why = _("only its limit is known")
    if comparator == WITHIN:
        low, high = _plus(base.low, -offset - slack), _plus(base.high, offset + slack)
        return _Spot(base.day, low, high, why)
    far = _plus(base.high, offset + slack) if offset >= 0 else _plus(base.low, offset - slack)
    near = _plus(base.low, offset - slack) if offset >= 0 else _plus(base.high, offset + slack)
    if comparator.startswith(">"):
        return _Spot(None, near, None, why) if offset >= 0 else _Spot(None, None, near, why)
    ends = (base.low, far) if offset >= 0 else (far, base.high)
    return _Spot(_middle(*ends), *ends, why)


def _between(one: _Spot, other: _Spot) -> _Spot:
    lows = [low for low in (one.low, other.low) if low is not None]
    highs = [high for high in (one.high, other.high) if high is not None]
    low = min(lows) if len(lows) == 2 else None
    high = max(highs) if len(highs) == 2 else None
    return _Spot(_middle(low, high), low, high, _("only its order is known"))


def _middle(low: Fraction | None, high: Fraction | None) -> Fraction | None:
    return None if low is None or high is None else (low + high) / 2


def _narrower(one: _Spot | str, other: _Spot | str) -> _Spot | str:
    """Return the more exact of two times of an event; the first if they contradict each other."""
    if isinstance(one, str) or isinstance(other, str):
        return other if isinstance(one, str) else one
    if None in (one.day, other.day) or not can_be_same(one, other):
        return one if one.day is not None else other
    assert other.high is not None and other.low is not None
    assert one.high is not None and one.low is not None
    return other if other.high - other.low < one.high - one.low else one


def can_be_same(one: "_Spot | Resolved", other: "_Spot | Resolved") -> bool:
    """Return whether two times can be the same; a missing bound limits nothing."""
    apart = [
        first.high is not None and second.low is not None and first.high < second.low
        for first, second in ((one, other), (other, one))
    ]
    return not any(apart)


def _rounded(spot: _Spot | str, index: Placement | None) -> Resolved:
    if isinstance(spot, str):
        return Resolved(None, None, None, False, spot)
    low = None if spot.low is None else math.floor(spot.low)
    high = None if spot.high is None else math.ceil(spot.high)
    if spot.day is None:
        return Resolved(None, low, high, False, spot.why)
    day = round(spot.day)
    exact = spot.exact and spot.day == day
    why = spot.why if exact else spot.why or _("the time of day is not known")
    return Resolved(day, low, high, exact, why, _date_of(day, index), spot.day)


def _date_of(day: int, index: Placement | None) -> str | None:
    """Return the ISO date of a day; None without the full date of the index event."""
    if index is None or not index.date or index.date.count("-") < 2:
        return None
    try:
        return (date_bounds(index.date)[0] + timedelta(days=day)).isoformat()
    except OverflowError:  # outside the calendar
        return None

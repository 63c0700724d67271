"""Resolve the placements of events, which may refer to each other, to days from the index event.

Hours, days and weeks are exact. Months and years vary in length: a day calculated from them is
marked as not exact. An event that cannot be resolved has no day.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from patients.catalogue.time_words import UNIT_WORDS
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
_NO_DATE = "date not known: "


class PlacedEvent(Protocol):
    """An event of a case, with its time if it has one."""

    key: str
    placement: Placement | None


@dataclass(frozen=True)
class Resolved:
    """Whole days from the index event, with bounds; day, low and high are None if unknown.

    ``why`` explains why the day is unknown or not exact.
    """

    day: int | None
    low: int | None
    high: int | None
    exact: bool
    why: str


@dataclass(frozen=True)
class _Spot:
    """A point on the time axis with its bounds, in days as exact fractions, before rounding."""

    day: Fraction
    low: Fraction
    high: Fraction
    why: str = ""

    @property
    def exact(self) -> bool:
        return self.low == self.high


_ZERO = _Spot(Fraction(0), Fraction(0), Fraction(0))


def place_events(events: Sequence[PlacedEvent], age: Value | None) -> dict[str, Resolved]:
    """Return the events of a case as {key: Resolved}, counted from the index event.

    Pages, drawings, exports and rules use this function, so that they agree. ``age`` is the age at
    presentation. Events without a placement are left out. Raises ValueError as ``resolve`` does.
    """
    placements = {event.key: event.placement for event in events if event.placement}
    return resolve(placements, index_age(age))


def index_age(age: Value | None) -> tuple[str, str] | None:
    """Return the age at the index event as (number, unit).

    Returns None if the age is not a plain number or its unit is not a unit of time.
    """
    number = plain_number(age)
    unit = UNIT_WORDS.get(age.unit or "years") if age else None
    return (f"{number:f}", unit) if number is not None and unit else None


def resolve(
    placements: Mapping[str, Placement], index_age: tuple[str, str] | None = None
) -> dict[str, Resolved]:
    """Resolve {key: Placement} to {key: Resolved}, counted from the index event.

    ``index_age`` is the patient's age at the index event as (number, unit), used for events that
    are placed by age. Raises ValueError for a cycle, an unknown anchor, or several index events.
    """
    index = _index(placements)
    spots: dict[str, _Spot | str] = {}
    for key in placements:
        for link in reversed(_chain(key, placements, spots)):
            spots[link] = _locate(placements[link], spots, index, index_age)
    return {key: _rounded(spots[key]) for key in placements}


def first_in_cycle(events: Sequence[PlacedEvent]) -> int | None:
    """Return the list index of the first event that is part of a cycle of anchors, or None."""
    anchors: dict[str | None, str | None] = {
        event.key: event.placement.anchor for event in events if event.placement
    }
    for index, event in enumerate(events):
        key = anchors.get(event.key)
        for _step in events:
            if key == event.key:
                return index
            key = anchors.get(key)
    return None


def _index(placements: Mapping[str, Placement]) -> Placement | None:
    found = [key for key, placement in placements.items() if placement.how == "index"]
    if len(found) > 1:
        raise ValueError(
            f"a case can have only one index event, not {len(found)}: {', '.join(found)}"
        )
    return placements[found[0]] if found else None


def _chain(
    key: str | None, placements: Mapping[str, Placement], spots: Mapping[str, _Spot | str]
) -> list[str]:
    """Return the unresolved keys from ``key`` along its anchors.

    Raises ValueError for a cycle or an unknown anchor.
    """
    chain: dict[str, bool] = {}
    while key is not None and key not in spots:
        if key in chain:
            cycle = [*list(chain)[list(chain).index(key) :], key]
            raise ValueError(
                f"these events are dated relative to each other in a cycle: {' → '.join(cycle)}. "
                "Date one of them in another way."
            )
        if key not in placements:
            raise ValueError(f"{list(chain)[-1]} is dated relative to {key}, which is not an event")
        chain[key] = True
        key = placements[key].anchor
    return list(chain)


def _locate(
    placement: Placement,
    spots: Mapping[str, _Spot | str],
    index: Placement | None,
    index_age: tuple[str, str] | None,
) -> _Spot | str:
    """Return a _Spot, or the reason why there is none."""
    if placement.how == "index":
        return _ZERO
    if placement.how == "offset":
        return _from_anchor(placement, spots)
    if placement.how == "date":
        return _from_date(placement, index)
    if placement.how == "age":
        return _from_age(placement, index_age)
    return "it is entered as unknown"


def _from_anchor(placement: Placement, spots: Mapping[str, _Spot | str]) -> _Spot | str:
    base = spots[placement.anchor] if placement.anchor is not None else _ZERO
    if isinstance(base, str):
        return f"it is counted from {placement.anchor}, which has no day"
    assert placement.unit is not None and placement.offset is not None  # checked by Placement
    length = DAYS[placement.unit]
    ends = [Fraction(placement.offset) * length]
    if placement.offset_high is not None:
        ends.append(Fraction(placement.offset_high) * length)
    why, slack = base.why, Fraction(0)
    if placement.unit in ("months", "years"):
        why, slack = f"{placement.unit} vary in length", length / 2
    elif placement.approximate:
        why, slack = "it is marked as approximate", length / 2
    elif len(ends) > 1:
        why = "it is a range"
    return _Spot(
        base.day + sum(ends, Fraction(0)) / len(ends),
        base.low + min(ends) - slack,
        base.high + max(ends) + slack,
        why,
    )


def _from_date(placement: Placement, index: Placement | None) -> _Spot | str:
    if index is None or not index.date:
        return "it has a calendar date, but the index event does not"
    assert placement.date is not None
    (first, last), (index_first, index_last) = date_bounds(placement.date), date_bounds(index.date)
    low, high = Fraction((first - index_last).days), Fraction((last - index_first).days)
    why = "" if low == high else "a date is not exact to the day"
    if placement.approximate:
        why, low, high = "it is marked as approximate", low - 1, high + 1
    return _Spot((low + high) / 2, low, high, why)


def _from_age(placement: Placement, index_age: tuple[str, str] | None) -> _Spot | str:
    if index_age is None:
        return "it is dated by age, but the age at the index event is not known"
    assert placement.age is not None and placement.age_unit is not None
    number, unit = index_age
    then, now = Fraction(placement.age), Fraction(number)
    low = then * DAYS[placement.age_unit] - (now + 1) * DAYS[unit]
    high = (then + 1) * DAYS[placement.age_unit] - now * DAYS[unit]
    return _Spot((low + high) / 2, low, high, "an age is given in completed units")


def _rounded(spot: _Spot | str) -> Resolved:
    if isinstance(spot, str):
        return Resolved(None, None, None, False, _NO_DATE + spot)
    if spot.exact:
        day = math.floor(spot.day)
        return Resolved(day, day, day, True, spot.why)
    return Resolved(round(spot.day), math.floor(spot.low), math.ceil(spot.high), False, spot.why)

"""The timeline: events on an axis, followed by those without a known day or bound.

The axis is logarithmic in the gaps between days, so that years before an illness and the days
around its onset fit into one drawing. Every stop is labelled with its day.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import count

from patients.language.chronology import Resolved
from patients.language.day_words import (
    calendar_text,
    date_text,
    day_number,
    day_text,
    long_span,
    range_text,
)
from patients.language.sequence import in_order
from patients.models import Event, Side, Symptom, Treatment, Visit
from patients.tables.columns import group

# User units of the drawing; LETTER is the mean width of a letter.
MARGIN, GAP, LETTER, ROW, LANE = 36, 72, 6.6, 17, 24
BESIDE = GAP * 0.8  # distance between a point with only a bound and its neighbour
LONGEST_LABEL = 60
UNKNOWN = Resolved(None, None, None, False, "")
CARD = 690  # width of a card of the case page at 1366 px


@dataclass(frozen=True)
class Point:
    """One event: on the axis, or after it if neither its day nor a bound of it is known.

    `placed` is its time as entered, "" for the index event or if unknown. `date` is its date,
    unless `placed` states it, and `span` the distance of a distant day in words. `calendar` is the
    date of an event whose day is not known, because day 0 has no date.
    """

    event: Event
    label: str
    resolved: Resolved
    is_index: bool
    is_visit: bool
    placed: str = ""
    date: str = ""
    span: str = ""
    calendar: str = ""
    x: float = 0
    label_row: int = 0
    label_y: float = 0

    day = property(lambda self: self.resolved.day)
    exact = property(lambda self: self.resolved.exact)
    day_text = property(lambda self: day_text(self.resolved))

    @property
    def range(self):
        """The range of an inexact day, or the bound of an unknown one; "" for any other event."""
        has_bound = (self.resolved.low, self.resolved.high) != (None, None)
        return "" if self.exact or not has_bound else range_text(self.resolved)


@dataclass(frozen=True)
class Stop:
    """One place on the axis, at x: a day, or an event of which only a bound of the day is known.

    `exact` is set if all its events are known to the day. `text` is its label.
    """

    day: int | None
    exact: bool
    x: float
    text: str


@dataclass(frozen=True)
class Lane:
    """A bar below the axis for a symptom or a treatment.

    `open` is set if its end is not known or not after its start.
    """

    label: str
    kind: str
    start: float
    length: float
    open: bool
    y: float
    label_x: float
    label_y: float


@dataclass(frozen=True)
class Timeline:
    """The data for the drawing and the list; lengths are in user units of the drawing."""

    points: tuple[Point, ...]
    order_only: tuple[Point, ...]
    stops: tuple[Stop, ...]
    lanes: tuple[Lane, ...]
    width: float
    height: float
    axis_y: float
    axis_end: float
    break_x: float | None

    def __bool__(self):
        return bool(self.points or self.order_only)

    @property
    def is_wide(self):
        """Whether the drawing is wider than a card of the case page."""
        return self.width > CARD

    @property
    def in_order(self):
        """The points in chronological order; those whose day is not known come last."""
        return (*self.points, *self.order_only)


def timeline(
    events: Sequence[Event],
    visits: Sequence[Visit] = (),
    symptoms: Sequence[Symptom] = (),
    days: Mapping[str, Resolved] | None = None,
    treatments: Sequence[Treatment] = (),
) -> Timeline:
    """Lay out events, symptoms and treatments; `days` maps keys of events to resolved days."""
    days = days or {}
    visited = {visit.event.key for visit in visits if visit.event}
    words = Words(events)
    make = partial(make_point, days=days, visited=visited, words=words)
    placed, unplaced = (list(map(make, part)) for part in in_order(events, days))
    xs, axis_end = axis_positions([point.day for point in placed])
    start = axis_end + GAP if placed else MARGIN
    places = list(zip(xs, placed, strict=True))
    places += [(start + number * GAP, point) for number, point in enumerate(unplaced)]
    return draw(spread(places), len(placed), axis_end, symptoms, treatments)


class Words:
    """The labels of a case's events, and that of its index event."""

    def __init__(self, events):
        self.labels = {event.key: event.label for event in events}
        index = (event.label for event in events if is_index(event))
        self.index = next(index, "")


def is_index(event):
    return bool(event.placement and event.placement.how == "index")


def make_point(event, days, visited, words):
    resolved = days.get(event.key, UNKNOWN)
    placement = event.placement
    calendar = calendar_text(resolved, placement)
    silent = placement is None or placement.how in ("index", "unknown")
    placed = "" if silent else placement.printed(words.labels)
    return Point(
        event=event,
        label=shorten(event.label),
        resolved=resolved,
        is_index=is_index(event),
        is_visit=event.key in visited,
        placed="" if placed == calendar else placed,
        date=date_text(resolved, placement),
        span=long_span(resolved.day, words.index),
        calendar=calendar,
    )


def shorten(label):
    return label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1].rstrip() + "…"


def axis_positions(days: Sequence[int | None]) -> tuple[list[float], float]:
    """Return the x of each point, and the x at which the axis ends.

    A point without a day stands between its neighbours.
    """
    xs, x, last, floor = [], float(MARGIN), None, float(MARGIN)
    for number, day in enumerate(days):
        if day is None:
            floor = (xs[-1] if number else MARGIN - BESIDE) + BESIDE
            xs.append(round(floor, 1))
            floor += BESIDE
            continue
        if last is not None and day != last:
            x += GAP * (0.7 + 0.55 * math.log1p(day - last) / math.log(10))
        x = max(x, floor) if day != last or days[number - 1] is None else x
        xs.append(round(x, 1))
        last = day
    return xs, round(max(xs, default=MARGIN), 1)


def spread(places):
    """Return the points, each with the lowest label row that overlaps no other label or line.

    `places` are (x, point) from left to right. A label is placed above the labels of all later
    points within its width.
    """
    done = []
    for x, point in reversed(places):
        end = x + text_width(point.label) + 10
        beneath = [later.label_row for later in done if later.x < end]
        done.append(replace(point, x=x, label_row=1 + max(beneath, default=-1)))
    return done[::-1]


def text_width(label):
    return len(label) * LETTER


def draw(points, count, axis_end, symptoms, treatments):
    """Return the Timeline with label heights above the axis and lanes below it.

    The first `count` points are on the axis.
    """
    axis_y = (1 + max((point.label_row for point in points), default=0)) * ROW + 14.0
    points = [replace(point, label_y=axis_y - 14 - point.label_row * ROW) for point in points]
    placed, unplaced = points[:count], points[count:]
    lanes = make_lanes(symptoms, treatments, points, axis_end, axis_y + 40)
    labels = [(point.x, point.label) for point in points]
    labels += [(lane.label_x, lane.label) for lane in lanes]
    return Timeline(
        points=tuple(placed),
        order_only=tuple(unplaced),
        stops=tuple(make_stop(x, same) for x, same in group(placed, lambda one: one.x).items()),
        lanes=lanes,
        width=round(max(x + text_width(label) for x, label in labels) + MARGIN, 1) if labels else 0,
        height=axis_y + 34 + len(lanes) * LANE + 4,
        axis_y=axis_y,
        axis_end=axis_end,
        break_x=axis_end + GAP / 2 if placed and unplaced else None,
    )


def make_stop(x, points):
    """Return the stop of the points at x, such as "−25", "≈92" or "≤ −5"."""
    found, exact = points[0].resolved, all(point.exact for point in points)
    if found.day is not None:
        text = day_number(found.day) if exact else f"≈{day_number(found.day)}"
    else:
        sign, bound = ("≤", found.high) if found.low is None else ("≥", found.low)
        text = f"{sign} {day_number(bound)}"
    return Stop(found.day, exact, x, text)


def make_lanes(symptoms, treatments, points, axis_end, top):
    """Return the bars of symptoms and treatments whose start is one of the points."""
    place = {point.event.key: point.x for point in points}
    found = [(symptom_label(row), "symptom", row.onset, row.end) for row in symptoms]
    found += [(treatment_label(row), "treatment", row.start, row.end) for row in treatments]
    known = [one for one in found if one[2] is not None and one[2].key in place]
    return tuple(
        make_lane(label, kind, place[start.key], end and place.get(end.key), axis_end, y)
        for y, (label, kind, start, end) in zip(count(top, LANE), known, strict=False)
    )


def symptom_label(row):
    one_sided = row.side in (Side.LEFT, Side.RIGHT)
    return f"{row.name}, {row.get_side_display()}" if one_sided else row.name


def treatment_label(row):
    return f"{row.agent}, {row.duration}" if row.duration else row.agent


def make_lane(label, kind, left, right, axis_end, y):
    """Return one bar, with its label inside if it fits, else after it.

    Without a known end, a symptom runs to the end of the axis and a treatment has a short bar.
    """
    is_open = right is None or right <= left
    far = max(axis_end, left + GAP) if kind == "symptom" else left + GAP / 3
    end = far if is_open else right
    label = shorten(label)
    fits = text_width(label) + 24 < end - left
    label_x = (left if fits else end) + 6
    return Lane(label, kind, left, end - left, is_open, y, label_x, y + 12)

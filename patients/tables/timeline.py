"""The timeline: dated events on an axis, followed by events of which only the order is known.

The axis is logarithmic in the gaps between days, so that years before an illness and the days
around its onset fit into one drawing. Every stop is labelled with its day.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count

from patients.language.chronology import Resolved
from patients.models import Event, Side, Symptom, Treatment, Visit
from patients.tables.columns import group

# User units of the drawing; LETTER is the mean width of a letter.
MARGIN, GAP, LETTER, ROW, LANE = 36, 72, 6.6, 17, 24
LONGEST_LABEL = 60
CARD = 690  # width of a card of the case page at 1366 px


@dataclass(frozen=True)
class Point:
    """One event of the drawing: on the axis, or after it if its `day` is None."""

    event: Event
    label: str
    day: int | None
    exact: bool
    low: int | None
    high: int | None
    is_index: bool
    is_visit: bool
    x: float = 0
    label_row: int = 0
    label_y: float = 0


@dataclass(frozen=True)
class Stop:
    """One day of the axis, at x; `exact` if all its events are known to the day."""

    day: int
    exact: bool
    x: float


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
        """The points in chronological order; those without a known date come last."""
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
    points = [make_point(event, days.get(event.key), event.key in visited) for event in events]
    placed = sorted((p for p in points if p.day is not None), key=lambda point: point.day)
    unplaced = [point for point in points if point.day is None]
    xs, axis_end = axis_positions([point.day for point in placed])
    start = axis_end + GAP if placed else MARGIN
    places = [(xs[point.day], point) for point in placed]
    places += [(start + number * GAP, point) for number, point in enumerate(unplaced)]
    return draw(spread(places), xs, axis_end, symptoms, treatments)


def make_point(event, resolved, is_visit):
    known = resolved is not None and resolved.day is not None
    return Point(
        event=event,
        label=shorten(event.label),
        day=resolved.day if known else None,
        exact=known and resolved.exact,
        low=resolved.low if known else None,
        high=resolved.high if known else None,
        is_index=bool(event.placement and event.placement.how == "index"),
        is_visit=is_visit,
    )


def shorten(label):
    return label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1].rstrip() + "…"


def axis_positions(days: Sequence[int]) -> tuple[dict[int, float], float]:
    """Return {day: x}, and the x at which the axis ends."""
    found, x, last = {}, float(MARGIN), None
    for day in sorted(set(days)):
        if last is not None:
            x += GAP * (0.7 + 0.55 * math.log1p(day - last) / math.log(10))
        found[day], last = round(x, 1), day
    return found, round(x, 1)


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


def draw(points, xs, axis_end, symptoms, treatments):
    """Return the Timeline with label heights above the axis and lanes below it."""
    axis_y = (1 + max((point.label_row for point in points), default=0)) * ROW + 14.0
    points = [replace(point, label_y=axis_y - 14 - point.label_row * ROW) for point in points]
    placed = [point for point in points if point.day is not None]
    unplaced = [point for point in points if point.day is None]
    lanes = make_lanes(symptoms, treatments, points, axis_end, axis_y + 40)
    labels = [(point.x, point.label) for point in points]
    labels += [(lane.label_x, lane.label) for lane in lanes]
    on_day = group(placed, lambda point: point.day)
    return Timeline(
        points=tuple(placed),
        order_only=tuple(unplaced),
        stops=tuple(
            Stop(day, all(point.exact for point in on_day[day]), x) for day, x in xs.items()
        ),
        lanes=lanes,
        width=round(max(x + text_width(label) for x, label in labels) + MARGIN, 1) if labels else 0,
        height=axis_y + 34 + len(lanes) * LANE + 4,
        axis_y=axis_y,
        axis_end=axis_end,
        break_x=axis_end + GAP / 2 if placed and unplaced else None,
    )


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

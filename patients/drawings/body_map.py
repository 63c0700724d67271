"""The body map: muscle groups of the front and back, each with its grade or its change.

A region shows the movements and muscles that tables/body_regions.csv lists for it, so a movement
can be in two regions. The table describes one half of the body; the other is its mirror image. A
region with several grades shows the lowest, and its text lists them all.
"""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from patients.catalogue import lookup, mrc
from patients.catalogue.mrc import Grade
from patients.catalogue.table import parts, read
from patients.language.changes import CHANGES, OPEN, change_class, change_words
from patients.models import Side
from patients.models.wording import side_words

ROWS = read("body_regions", Path(__file__).parent / "tables")
REGIONS = tuple(row for row in ROWS if row.kind == "muscles")
VIEWS = {"front": gettext_lazy("front"), "back": gettext_lazy("back")}
# The visible part of the body: left, top, width and height in units of the table.
FRAMES = {
    "whole": (-82, 2, 164, 378),
    "upper": (-82, 2, 164, 242),
    "lower": (-58, 150, 116, 230),
}
DRAWN_SIDES = {"left": ("left",), "right": ("right",)}
BOTH_HALVES = ("left", "right")
SHORT_STATES = {
    "not_tested": gettext_lazy("NT"),
    "limited_by_pain": pgettext_lazy("short, in a drawing", "pain"),
    "amputated": pgettext_lazy("short, in a drawing", "amp."),
    "immobilised": pgettext_lazy("short, in a drawing", "imm."),
    "": pgettext_lazy("short, in a drawing", "text"),  # words that are not an MRC grade
}
MIXED = ("▲▼", gettext_lazy("some better, some worse"))  # opposite changes in one region
LEADER_GAP = 8  # between the end of a leader line and the middle of its text


@dataclass(frozen=True)
class Look:
    """The fill of a region (a class in drawings.css) and the equivalent text."""

    css: str
    text: str = ""


BLANK = Look("blank")


@dataclass(frozen=True)
class Outline:
    """A decorative path: the outline of the body, or a line on it."""

    kind: str
    path: str
    mirrored: bool


@dataclass(frozen=True)
class Region:
    """One muscle group on one side; coordinates are formatted as strings.

    `shows` lists the ids of its movements and muscles. The label is inside the region, or outside
    and connected by a `leader` line (x1, y1, x2, y2).
    """

    id: str
    side: str
    shows: str
    path: str
    mirrored: bool
    look: Look
    words: str
    label_x: str
    label_y: str
    is_outside: bool
    leader: tuple[str, ...]


@dataclass(frozen=True)
class BodyView:
    """The front or back view; `letters` are the (x, y, letter) that mark left and right."""

    name: str
    words: str
    frame: str
    letters: tuple[tuple[str, str, str], ...]
    shapes: tuple[Outline, ...]
    regions: tuple[Region, ...]
    summary: str


@dataclass(frozen=True)
class BodyMap:
    """A pair of views under one title; `unplaced` lists the rows that no region shows, as text."""

    key: str
    title: str
    kind: str
    views: tuple[BodyView, ...]
    unplaced: tuple[str, ...]

    def __bool__(self):
        return any(region.words for view in self.views for region in view.regions)


def grade_map(key: str, title: str, rows: Iterable[Any], frame: str = "") -> BodyMap:
    """Return the body map of the grades at one visit.

    Rows have `movement`, `muscle`, `side` and `grade`.
    """
    return make_map(key, title, "grades", [(row, row.grade) for row in rows if row.grade], frame)


def change_map(key: str, title: str, rows: Iterable[Any], frame: str = "") -> BodyMap:
    """Return the body map of the changes between two visits.

    Rows have `movement`, `muscle`, `side` and `change`.
    """
    return make_map(key, title, "changes", [(row, change_class(row.change)) for row in rows], frame)


def frame_for(rows: Iterable[Any]) -> str:
    """Return the smallest frame that shows all rows: "whole", "upper" or "lower"."""
    names = {row.movement or row.muscle for row in rows}
    found = {region.part for region in REGIONS if names & shown_in(region)}
    return found.pop() if len(found) == 1 else "whole"


@cache
def shown_in(region) -> frozenset[str]:
    """Return the ids of the movements and muscles of a region."""
    return frozenset((*parts(region.movements), *parts(region.muscles)))


@cache
def rows_on_map() -> tuple[tuple[str, str, str], ...]:
    """Return the movements and muscles that the map shows, as ("movement" or "muscle", id, label).

    Movements come first, since they are what is usually graded.
    """
    found = {}
    for kind, table in (("movement", "movements"), ("muscle", "muscles")):
        for id in dict.fromkeys(id for row in REGIONS for id in parts(getattr(row, table))):
            found[kind, id] = lookup.label(table, id)
    return tuple((kind, id, label) for (kind, id), label in found.items())


def make_map(key, title, kind, pairs, frame):
    pairs = list(pairs)
    frame = frame or frame_for(row for row, _value in pairs)
    found, unplaced = defaultdict(list), []
    for row, value in pairs:
        places = places_of(row)
        if not places:
            unplaced.append(row_text(row, value))
        for place in places:
            found[place].append((row, value))
    views = tuple(make_view(view, kind, found, frame) for view in VIEWS)
    return BodyMap(key, title, kind, views, tuple(unplaced))


def places_of(row):
    """Return the (region id, side) pairs that show a row; [] if it has no known side or region."""
    if row.side == "not_stated":
        return []
    sides = DRAWN_SIDES.get(str(row.side), BOTH_HALVES if row.side in Side.values else ())
    name = row.movement or row.muscle
    return [(one.id, side) for one in REGIONS if name in shown_in(one) for side in sides]


def row_text(row, value):
    """Return a row as text, such as "Hip flexor, left: 3−"."""
    table, id = ("movements", row.movement) if row.movement else ("muscles", row.muscle)
    name = _(lookup.label(table, id))
    text = value.shown if isinstance(value, Grade) else change_words(value)[1]
    return f"{name}, {side_words(row.side)}: {_(text)}"


def make_view(view, kind, found, frame):
    rows = [row for row in ROWS if row.view == view and is_in_frame(row, frame)]
    regions = tuple(
        make_region(row, side, kind, found.get((row.id, side), ()))
        for row in rows
        if row.kind == "muscles"
        for side in BOTH_HALVES
    )
    texts = dict.fromkeys(words for one in regions if one.words for words in one.words.split("; "))
    shapes = tuple(
        Outline(row.kind, row.path, mirrored)
        for row in rows
        if row.kind != "muscles"
        for mirrored in (False, True)
    )
    return BodyView(
        name=view,
        words=str(VIEWS[view]),
        frame=" ".join(map(str, FRAMES[frame])),
        letters=letters(view, frame),
        shapes=shapes,
        regions=regions,
        summary="; ".join(texts) or _("nothing recorded"),
    )


def letters(view, frame):
    """Return (x, y, letter) for both sides; the front view has the patient's left on the right."""
    _left, top, width, _height = FRAMES[frame]
    at = f"{width / 2 - 9:g}", f"{9 - width / 2:g}"
    left, right = at if view == "front" else at[::-1]
    left_letter = pgettext("left side of a drawing", "L")
    right_letter = pgettext("right side of a drawing", "R")
    return (left, str(top + 14), left_letter), (right, str(top + 14), right_letter)


def is_in_frame(row, frame):
    return frame == "whole" or row.part in ("both", frame)


def make_region(row, side, kind, pairs):
    mirrored = (side == "right") == (row.view == "front")
    sign = -1 if mirrored else 1
    values = [value for _row, value in pairs]
    look = BLANK
    if values:
        look = grade_look(values) if kind == "grades" else change_look(values)
    return Region(
        id=row.id,
        side=side,
        shows=" ".join((*parts(row.movements), *parts(row.muscles))),
        path=row.path,
        mirrored=mirrored,
        look=look,
        words="; ".join(dict.fromkeys(row_text(*pair) for pair in pairs)),
        label_x=f"{sign * float(row.label_x):g}",
        label_y=row.label_y,
        is_outside=row.label_place == "outside",
        leader=leader(row, sign) if row.leader_x else (),
    )


def leader(row, sign):
    """Return the line from a region to its text as (x1, y1, x2, y2)."""
    start, label = float(row.leader_x), float(row.label_x)
    end = label - math.copysign(LEADER_GAP, label - start)
    return f"{sign * start:g}", row.leader_y, f"{sign * end:g}", row.label_y


def grade_look(grades):
    """Return the look for the lowest grade in a region, or for a state if there is no grade."""
    points = [grade for grade in grades if grade.low]
    if not points:
        return Look("state", str(SHORT_STATES[grades[0].state]))
    low = min(points, key=lambda grade: mrc.rank(grade.low))
    text = low.low if not low.high else f"{low.low}…{low.high}"
    return Look(f"grade-{mrc.BY_ID[low.low].base}", text.replace("-", "\u2212"))


def change_look(changes):
    """Return the look for the changes of a region; better and worse together are "mixed"."""
    found = set(changes)
    if {"better", "worse"} <= found:
        return Look("mixed", MIXED[0])
    name = next(name for name in ("worse", "better", "same", OPEN) if name in found)
    return Look(name, change_words(name)[0])


def legend(kind: str) -> list[tuple[Look, str]]:
    """Return the legend of a kind of map as [(look, text)]; the text of a grade is empty."""
    if kind == "changes":
        return [(Look(name, symbol), str(word)) for name, (symbol, word) in CHANGES.items()]
    grades = [(Look(f"grade-{digit}", digit), "") for digit in "012345"]
    return [
        *grades,
        (Look("state"), _("not tested, or another reason for no grade")),
        (BLANK, _("not recorded")),
    ]

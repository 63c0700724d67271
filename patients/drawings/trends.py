"""Charts of grades over three or more visits, one for each movement, with both sides.

The 14 grades are evenly spaced on the vertical axis, although they are not equal steps of strength.
Visits are placed by day if each has a different known day, and otherwise evenly spaced in order. A
visit without a grade leaves a gap; a range of grades (2 to 3) is a bar between its two ends.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from patients.catalogue import mrc
from patients.language.chronology import Resolved
from patients.models import Side, Visit
from patients.models.wording import side_words
from patients.tables.strength import StrengthTable

FEWEST = 3
# Lengths in SVG user units, within one chart.
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 208, 138, 20, 188, 10, 122
WHOLE_GRADES = ("0", "1", "2", "3", "4", "5")
LABEL_GAP = 9  # smallest distance between the letters of two sides


@dataclass(frozen=True)
class GradeMark:
    """A grade at a visit, from `y` down to `y_low` for an interval; coordinates are strings."""

    x: str
    y: str
    y_low: str


@dataclass(frozen=True)
class TrendLine:
    """One side of a chart: marks, the line segments between them, and the letter at the end."""

    side: str
    letter: str
    marks: tuple[GradeMark, ...]
    stretches: tuple[str, ...]
    letter_y: str


@dataclass(frozen=True)
class Chart:
    """One movement; `words` lists every grade. The left side is drawn last, on top."""

    label: str
    lines: tuple[TrendLine, ...]
    words: str


@dataclass(frozen=True)
class Trends:
    """All charts, with shared axes; `visits` are (x, number, label, day or None)."""

    charts: tuple[Chart, ...]
    visits: tuple[tuple[str, int, str, int | None], ...]
    levels: tuple[tuple[str, str], ...]
    by_day: bool
    is_exact: bool
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = RIGHT
    bottom: int = BOTTOM

    def __bool__(self):
        return bool(self.charts)


def trends(table: StrengthTable, days: Mapping[str, Resolved] | None = None) -> Trends:
    """Lay out the charts of a strength table; there are none for fewer than three visits.

    `days` maps event keys to their resolved days.
    """
    visits = [visit for visit in table.visits if visit]  # None is last, so indexes stay the same
    resolved = [(days or {}).get(visit.event.key) if visit.event else None for visit in visits]
    known = [one for one in resolved if one is not None and one.day is not None]
    by_day = len(known) == len(visits) and len({one.day for one in known}) == len(visits)
    if len(visits) < FEWEST:
        return Trends((), (), (), False, False)
    spots = [one.day for one in known] if by_day else list(range(len(visits)))
    xs = positions(spots)
    order = sorted(range(len(visits)), key=lambda n: xs[n])
    return Trends(
        tuple(
            chart
            for movement in table.movements
            if (chart := make_chart(movement, visits, xs, order)).lines
        ),
        tuple(
            (f"{xs[n]:g}", n + 1, visits[n].label, known[n].day if by_day else None) for n in order
        ),
        tuple((grade, height(grade)) for grade in WHOLE_GRADES),
        by_day,
        by_day and all(one.exact for one in known),
    )


def positions(spots: Sequence[int]) -> list[float]:
    """Return the x coordinates of `spots` (days or positions), to scale."""
    low, high = min(spots), max(spots)
    return [
        round(LEFT + 8 + (spot - low) * (RIGHT - LEFT - 16) / (high - low), 1) for spot in spots
    ]


def height(grade: str) -> str:
    """Return the y coordinate of a grade; the grades from 0 to 5 are evenly spaced."""
    share = mrc.rank(grade) / (len(mrc.ORDER) - 1)
    return f"{BOTTOM - share * (BOTTOM - TOP):.1f}"


def make_chart(movement, visits: Sequence[Visit], xs, order):
    rows = [row for row in movement.sides if row]
    lines = [line for row in rows if (line := make_line(row, xs, order))]
    words = "; ".join(
        f"{side_words(row.side)}: "
        + ", ".join(
            f"{visits[n].label} {row.grades[n].shown if row.grades[n] else _('not recorded')}"
            for n in order
        )
        for row in rows
    )
    return Chart(movement.label, tuple(reversed(apart(lines))), words)


def make_line(row, xs, order):
    """Return the line of one side, or None if it has no grade; a state or words do not count.

    A segment joins consecutive visits that both have grades.
    """
    found = [(n, row.grades[n]) for n in order if row.grades[n] and row.grades[n].low]
    if not found:
        return None
    marks = {n: make_mark(xs[n], grade) for n, grade in found}
    stretches = tuple(
        f"M{marks[one].x},{middle(marks[one])} L{marks[other].x},{middle(marks[other])}"
        for one, other in pairwise(order)
        if one in marks and other in marks
    )
    last = marks[found[-1][0]]
    return TrendLine(row.side, letter(row.side), tuple(marks.values()), stretches, middle(last))


def make_mark(x, grade):
    return GradeMark(f"{x:g}", height(grade.high or grade.low), height(grade.low))


def middle(mark):
    return f"{(float(mark.y) + float(mark.y_low)) / 2:.1f}"


def letter(side):
    if side == Side.LEFT:
        return pgettext("left side of a drawing", "L")
    return pgettext("right side of a drawing", "R") if side == Side.RIGHT else ""


def apart(lines):
    """Return the lines; if there are two and they end close together, move their letters apart."""
    if len(lines) != 2:
        return lines
    one, other = (float(line.letter_y) for line in lines)
    if abs(one - other) >= LABEL_GAP:
        return lines
    centre, up = (one + other) / 2, LABEL_GAP / 2 if one <= other else -LABEL_GAP / 2
    return [
        TrendLine(line.side, line.letter, line.marks, line.stretches, f"{centre + shift:.1f}")
        for line, shift in zip(lines, (-up, up), strict=True)
    ]

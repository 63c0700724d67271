"""Compare strength at any two visits, for the comparison page."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from patients.catalogue import lookup
from patients.drawings.body_map import BodyMap, change_map, frame_for, grade_map, legend
from patients.models import Visit
from patients.models.wording import side_words
from patients.reasoning.strength import REASONS, SUM_MAXIMUM, SUM_SOURCE, sum_score
from patients.tables.columns import visits_of
from patients.tables.strength import StrengthTable, between_visits, strength_table


@dataclass(frozen=True)
class SumLine:
    """The sum score of one or more visits as text; `missing` lists the missing muscle groups."""

    visit: str
    text: str
    missing: tuple[str, ...]


@dataclass(frozen=True)
class VisitComparison:
    """A comparison of two visits; `before` and `after` are None if there are fewer than two.

    `is_choice` is true if the visits compared are not the first and the last, in that order.
    """

    visits: tuple[Visit, ...]
    before: Visit | None
    after: Visit | None
    table: StrengthTable
    sums: tuple[SumLine, ...]
    maps: tuple[BodyMap, ...]
    is_choice: bool = False

    @property
    def query(self):
        """The query string that selects the two visits."""
        return urlencode({"from": self.before.key, "to": self.after.key})

    def looks(self):
        """Return [(kind, legend)], one for each kind of body map."""
        return [(kind, legend(kind)) for kind in dict.fromkeys(one.kind for one in self.maps)]


def compare(record, wanted_from=None, wanted_to=None):
    """Compare two visits, given by key; the defaults are the first and last visits with a grade."""
    rows = record.rows["strength"]
    visits = tuple(visit for visit in visits_of(rows, record.rows["visits"]) if visit)
    before, after = chosen(visits, wanted_from, wanted_to)
    if before is None:
        return VisitComparison(
            visits, None, None, strength_table(rows, visits), sum_lines(rows, visits), ()
        )
    table = between_visits(rows, before, after)
    pair = (before, after)
    is_choice = pair != (visits[0], visits[-1])
    maps = body_maps(rows, pair, table)
    return VisitComparison(visits, *pair, table, sum_lines(rows, pair), maps, is_choice)


def chosen(visits, wanted_from, wanted_to):
    """Return the two visits to compare, or (None, None) if there are fewer than two.

    An unknown key selects the default. A visit is never compared with itself: the other visit is
    the last if both keys select the same one, or the first if both select the last.
    """
    if len(visits) < 2:
        return None, None
    by_key = {visit.key: visit for visit in visits}
    before = by_key.get(wanted_from, visits[0])
    after = by_key.get(wanted_to, visits[-1])
    if before is after:
        after = visits[-1] if before is not visits[-1] else visits[0]
    return before, after


def sum_lines(rows, visits):
    """Return a SumLine for each visit; visits that lack the same groups share a line."""
    lines = {}
    for visit in visits:
        text, missing = sum_text(sum_score(rows, visit.key))
        lines.setdefault(missing or visit.key, []).append((visit.label, text, missing))
    return tuple(
        SumLine("; ".join(label for label, _text, _missing in same), *same[0][1:])
        for same in lines.values()
    )


def sum_text(score):
    """Return ("46 of 60", ()), or ("", texts that list the missing groups by reason)."""
    text = ""
    if score.total is not None:
        text = _("%(sum)s of %(maximum)s") % {"sum": score.total, "maximum": SUM_MAXIMUM}
    by_why = {}
    for one in score.missing:
        name = _(lookup.label("movements", one.movement))
        by_why.setdefault(one.why, {}).setdefault(name, []).append(side_words(one.side))
    missing = tuple(
        f"{_(REASONS[why])}: "
        + ", ".join(f"{name} ({', '.join(sides)})" for name, sides in names.items())
        for why, names in by_why.items()
    )
    return text, missing


def sum_source():
    return _(SUM_SOURCE)


def body_maps(rows, visits, table):
    """Return the body maps of both visits and of the changes, drawn in the same frame."""
    at = {visit.key: [] for visit in visits}
    for row in rows:
        if row.visit and row.visit.key in at:
            at[row.visit.key].append(row)
    frame = frame_for(table.rows)
    before, after = visits
    return (
        grade_map("map-before", before.label, at[before.key], frame),
        grade_map("map-after", after.label, at[after.key], frame),
        change_map("map-change", _("Change"), table.rows, frame),
    )

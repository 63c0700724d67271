"""The strength grid: rows for movements or muscles, columns for sides and visits."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.catalogue import lookup, movements, mrc
from patients.catalogue.mrc import parse_grade
from patients.drawings.body_map import grade_map, legend, rows_on_map
from patients.entry.cells import normalise
from patients.entry.rows import refresh_links
from patients.entry.strength_cells import GridCell, GridColumn, GridRow
from patients.models import Side, StrengthScore
from patients.models.fields import AS_TEXT
from patients.models.wording import side_words

PREFIX = "strength"
EXTRA_ROWS = 2
DEFAULT_SET = "leg"  # of a case without grades
SIDE = "|".join(Side.values)
CELL_NAME = re.compile(
    rf"{PREFIX}-(?P<row>(?:movement|muscle)\..+?|new\d+)-(?P<side>{SIDE})-(?P<visit>.*)"
)
SIDE_SETS = {
    "left": (gettext_lazy("left"), (Side.LEFT,)),
    "right": (gettext_lazy("right"), (Side.RIGHT,)),
    "both": (gettext_lazy("left and right"), (Side.LEFT, Side.RIGHT)),
    "midline": (gettext_lazy("midline"), (Side.MIDLINE,)),
    "not_stated": (gettext_lazy("side not stated"), (Side.NOT_STATED,)),
}
SET_NAMES = {
    "leg_short": gettext_lazy("lower limb, seven movements"),
    "leg": gettext_lazy("lower limb"),
    "arm": gettext_lazy("upper limb"),
    "both": gettext_lazy("all limbs, twenty movements"),
    "mrc_sum": gettext_lazy("MRC sum score"),
    "all": gettext_lazy("every movement"),
}


@dataclass(frozen=True)
class DeletedVisit:
    """A visit that was deleted while grades were typed for it; its key comes from its label."""

    key: str

    @property
    def label(self):
        return _("deleted visit (%s)") % self.key.replace("-", " ")


class StrengthGrid:
    """The part of the strength page that shows all grades of a case in one grid."""

    template = "patients/entry/_strength.html"
    prefix = PREFIX
    takes_tables = True
    title = property(lambda self: _("Strength"))

    def __init__(self, case, rows, visits, *, texts=None, bound=False, grid_options=None):
        self.case, self.visits = case, list(visits)
        self.bound, self.grid_options = bound, grid_options or {}
        self.stored = list(rows)
        self.scores, self.duplicates = split_duplicates(self.stored)
        self.shown = texts_of(self.scores.values())
        self.given = self.shown | (texts or {})  # a cell that was not sent is unchanged
        self.columns = self.choose_columns()
        self.keys = self.choose_rows()
        self.cell_errors = {}

    # Display

    def choose_columns(self):
        """Return a column per visit and per side requested or in use; by default left and right."""
        used = {score.side for score in self.scores.values()}
        names = self.names_to_keep("sides")
        used |= {side for side in Side.values for name in names if f"-{side}-" in name}
        _label, requested = SIDE_SETS.get(self.grid_options.get("sides"), (None, ()))
        if not requested and not used:
            requested = (Side.LEFT, Side.RIGHT)
        sides = [side for side in Side.values if side in requested or side in used]
        sides += sorted(used - set(sides))  # values from an older release
        visits = list(self.visits)
        if not visits or self.has_unstated_visit():
            visits.append(None)
        visits += map(DeletedVisit, self.deleted_visits())
        return [GridColumn(s, v, f"{s}-{v.key if v else ''}") for s in sides for v in visits]

    def has_unstated_visit(self):
        """Return whether there is a grade without a visit, stored or typed."""
        typed = [CELL_NAME.fullmatch(name) for name, text in self.given.items() if text]
        return any(match and not match["visit"] for match in typed)

    def deleted_visits(self):
        """Return the keys of the visits that were deleted after grades were typed for them."""
        keys = {visit.key for visit in self.visits} | {""}
        typed = (CELL_NAME.fullmatch(name) for name, text in self.given.items() if text)
        return list(dict.fromkeys(m["visit"] for m in typed if m and m["visit"] not in keys))

    def choose_rows(self):
        """Return the row keys: those in use, and those of the requested set.

        If there are no grades and no set is requested, it is DEFAULT_SET.
        """
        used = dict.fromkeys(row_key(score) for score in self.scores.values())
        kept = dict.fromkeys(filter(None, map(self.key_in, self.names_to_keep("set"))))
        name = self.grid_options.get("set") or ("" if used else DEFAULT_SET)
        offered = [f"movement.{one}" for one in movements.SETS.get(name, ("", ()))[1]]
        in_order = [key for key in offered if key in used] == [k for k in used if k in offered]
        if in_order and all(key in offered for key in used):
            ordered = offered
        else:
            ordered = [*used, *(key for key in offered if key not in used)]
        return [*ordered, *(key for key in kept if key not in ordered)]

    def names_to_keep(self, option):
        """Return the names of inputs whose rows and sides stay: all that were on the page.

        If the user chose rows or sides, the `option`, only those of inputs with text stay.
        """
        is_chosen = option in self.grid_options
        return [name for name, text in self.given.items() if text or not is_chosen]

    @property
    def options_to_keep(self):
        """The grid options that show the same rows and sides when the page is opened again."""
        sides = {column.side for column in self.columns}
        found = [name for name, (_label, shown) in SIDE_SETS.items() if set(shown) == sides]
        default = {} if self.scores else {"set": DEFAULT_SET, "sides": (found or [""])[0]}
        return default | self.grid_options

    def key_in(self, name):
        """Return the row key in an input name; "" for other inputs and for free rows."""
        match = CELL_NAME.fullmatch(name)
        keys = {column.key for column in self.columns}
        is_cell = match and f"{match['side']}-{match['visit']}" in keys
        return match["row"] if is_cell and "." in match["row"] else ""

    def rows(self):
        found = [self.make_row(number, key) for number, key in enumerate(self.keys)]
        free = range(1, self.free_rows + 1)
        return found + [self.make_row(len(found) + n, f"new{n}", True) for n in free]

    @property
    def free_rows(self):
        requested = 3 if self.given.get("add") == PREFIX else 0
        typed = [
            int(name[len(PREFIX) + 4 :])
            for name in self.given
            if name.startswith(f"{PREFIX}-new") and name[len(PREFIX) + 4 :].isdigit()
        ]
        return min(max([EXTRA_ROWS, *typed]) + requested, 60)

    def make_row(self, number, key, is_free=False):
        label = self.given.get(f"{PREFIX}-{key}", "") if is_free else row_label(key)
        cells = tuple(
            GridCell(
                name,
                f"grade-{number}-{place}",
                self.given.get(name, ""),
                f"{label or _('another movement')}, {column.label}",
                column,
                self.cell_errors.get(name, ""),
            )
            for place, column in enumerate(self.columns)
            for name in [f"{PREFIX}-{key}-{column.key}"]
        )
        printed_name = f"{PREFIX}-label-{key}"
        return GridRow(key, label, cells, printed_name, self.given.get(printed_name, ""), is_free)

    @property
    def sides(self):
        """The sides as [(label, number of columns)], for the upper header row."""
        sides = [column.side for column in self.columns]
        return [(side_words(side), sides.count(side)) for side in dict.fromkeys(sides)]

    @property
    def sets(self):
        chosen = self.grid_options.get("set") or ""
        return [(name, label, name == chosen) for name, label in SET_NAMES.items()]

    @property
    def side_sets(self):
        chosen = self.grid_options.get("sides") or ""
        return [(name, label, name == chosen) for name, (label, _sides) in SIDE_SETS.items()]

    @property
    def body_map(self):
        """The body map of the first visit; a script updates it for the visit being edited."""
        visit = self.columns[0].visit
        scores = [score for score in self.scores.values() if score.visit == visit]
        title = visit.label if visit else _("visit not stated")
        return grade_map("entry-map", title, scores, "whole")

    @property
    def looks(self):
        return legend("grades")

    def catalogues(self):
        return {"movements"}

    rows_on_map = staticmethod(rows_on_map)
    grades = mrc.ORDER
    state_labels = tuple(mrc.STATES.values())

    # Text values, for drafts and merging

    def texts(self):
        return self.shown

    def texts_at(self, record, typed):
        return texts_of(split_duplicates(record.rows["strength"])[0].values())

    def input_labels(self):
        found = {}
        for row in self.rows():
            found |= {cell.name: f"{self.title}, {cell.label}" for cell in row.cells}
            found[row.label_name] = f"{self.title}, {row.label}, {_('label as printed')}"
        return found

    # Validation

    def is_valid(self):
        self.result = self.read_cells()
        return not self.cell_errors

    def read_cells(self):
        """Return the valid scores in page order, and collect the errors in `cell_errors`."""
        found, seen = [], set()
        for row in self.rows():
            kind, value = read_row(row) if row.label else ("", "")
            for cell, column in zip(row.cells, self.columns, strict=True):
                text = normalise(cell.text)
                if not text:
                    continue
                identity = (kind, value, column.key)
                if isinstance(column.visit, DeletedVisit):
                    self.cell_errors[cell.name] = _(
                        "This visit was deleted. Move the grade to another visit, or add the visit "
                        "again on the timeline page."
                    )
                elif not kind:
                    self.cell_errors[cell.name] = _("Enter the movement or muscle for this row.")
                elif identity in seen:
                    self.cell_errors[cell.name] = _(
                        "A row above already grades this movement or muscle. "
                        "Leave one of the two empty."
                    )
                elif score := self.read_cell(row, cell, column, kind, value, text):
                    found.append(score)
                seen.add(identity)
        return found

    def read_cell(self, row, cell, column, kind, value, text):
        """Return the score of one cell, reusing a stored score; None if the grade is not valid."""
        score = self.scores.get((f"{kind}.{value}", column.key))
        score = score or StrengthScore(side=column.side, visit=column.visit, **{kind: value})
        grade = self.read_grade(score, cell, text)
        if grade is None:
            return None
        score.grade, printed = grade, normalise(row.printed)
        if printed != self.shown.get(row.label_name, "") or score.pk is None:
            score.printed_label = printed[:120]
        return score

    def read_grade(self, score, cell, text):
        if score.pk is not None and str(score.grade) == text:
            return score.grade
        try:
            return parse_grade(text)
        except ValueError as error:
            self.cell_errors[cell.name] = str(error)
            return None

    def list_errors(self):
        return [
            (cell.id, f"{cell.label}: {cell.error}") for row in self.rows() for cell in row.errors
        ]

    # Saving

    def scores_to_save(self):
        """Return the scores to save, in page order.

        If that would reorder stored scores or drop duplicates, stored scores come first, in their
        order, and new ones follow.
        """
        included = [*self.result, *self.duplicates]
        stored = [score for score in self.stored if score in included]
        if [score for score in self.result if score.pk is not None] == stored:
            return self.result
        return [*stored, *(score for score in self.result if score.pk is None)]

    def record_rows(self):
        return {"strength": tuple(self.scores_to_save())}

    def rows_after_save(self):
        kept = {score.pk: score for score in self.scores_to_save()}
        return {(StrengthScore, score.pk): kept.get(score.pk) for score in self.stored}

    @property
    def row_lists(self):
        return {}

    def rows_renamed(self):
        """Return {row in input names: row after saving}, for the free rows that have a name."""
        free = {
            row.key: ".".join(read_row(row)) for row in self.rows() if row.is_free and row.label
        }
        cells = {f"{PREFIX}-{key}": f"{PREFIX}-{after}" for key, after in free.items()}
        return cells | {f"{PREFIX}-label-{k}": f"{PREFIX}-label-{a}" for k, a in free.items()}

    def save(self):
        """Delete and re-create the case's grades; stored grades keep their primary keys."""
        scores = self.scores_to_save()
        for position, score in enumerate(scores):
            score.case, score.position = self.case, position
            refresh_links(score)
        StrengthScore.objects.filter(case=self.case).delete()
        StrengthScore.objects.bulk_create(scores)


def split_duplicates(rows):
    """Return ({(row, column): score}, [further scores for the same cells])."""
    found, duplicates = {}, []
    for score in rows:
        identity = (row_key(score), column_key(score))
        duplicates.append(score) if identity in found else found.setdefault(identity, score)
    return found, duplicates


def row_key(score):
    return f"movement.{score.movement}" if score.movement else f"muscle.{score.muscle}"


def column_key(score):
    return f"{score.side}-{score.visit.key if score.visit else ''}"


def texts_of(scores):
    found = {}
    for score in scores:
        key = row_key(score)
        found[f"{PREFIX}-{key}-{column_key(score)}"] = str(score.grade)
        found.setdefault(f"{PREFIX}-label-{key}", score.printed_label)
    return found


def row_label(key):
    """Return the label of a row, from the catalogue or as typed by the user."""
    kind, _dot, value = key.partition(".")
    return StrengthScore._meta.get_field(kind).label(value)


def read_row(row):
    """Return ("movement" or "muscle", value) for a row.

    The name typed in a free row is looked up; an unknown name becomes a movement in free text.
    """
    if not row.is_free:
        kind, _dot, value = row.key.partition(".")
        return kind, value
    return lookup.find_graded(row.label) or ("movement", f"{AS_TEXT}{row.label.strip()}"[:200])

"""What the user can choose for the columns and rows of a pasted table."""

from django.utils.translation import gettext as _

from patients.catalogue.pasted_words import plain
from patients.entry.pasting.columns import BY_PARAMETER, LEAVE_OUT, PARAMETER, TABLE, UNIT
from patients.entry.pasting.corrections import AS_HEADING, SIDE_CHOICES
from patients.entry.pasting.targets import GridTarget
from patients.entry.pasting.values import JOINT
from patients.models import Side
from patients.models.wording import side_words


class PasteChoices:
    """The options of the preview's selects, as lists of (value, label)."""

    def __init__(self, target, siblings, visits, corrections):
        self.target, self.siblings = target, siblings
        self.known, self.corrections = visits, corrections

    def whats(self, tables):
        """Return what a column can be, as {value: label}."""
        found = {LEAVE_OUT: _("leave out"), **self.target.labels}
        if self.target.value_field and not isinstance(self.target, GridTarget):
            found[UNIT] = _("unit")
        if self.target.has_siblings:
            found[TABLE] = _("table")
        labels = {what: text for one in self.siblings for what, text in one.labels.items()}
        labels |= {UNIT: _("unit"), TABLE: _("table")}
        labels |= {PARAMETER: _("parameter"), BY_PARAMETER: _("value of the parameter")}
        for column in (column for table in tables for column in table.columns):
            if column.what not in found:
                parts = column.what.split(JOINT)
                found[column.what] = f" {JOINT} ".join(str(labels[part]) for part in parts)
        return found

    @property
    def sides(self):
        words = [(sides, " / ".join(map(side_words, sides.split(",")))) for sides in SIDE_CHOICES]
        return [("", _("side: as in the rows")), *words]

    @property
    def visits(self):
        new = {key: _("new visit: %s") % label for key, label in self.known.new.items()}
        return [("", _("visit: as in the rows")), *(self.known.known | new).items()]

    def visit_of(self, table, column):
        """Return the chosen visit of a column."""
        return AS_HEADING if self.corrections.has_new_visit(table, column) else column.visit

    def visits_of(self, table, column):
        """Return the visits for a column: also a new one that is named as its heading."""
        heading = column.heading.text
        named = (AS_HEADING, _("new visit: %s") % heading)
        if self.corrections.has_new_visit(table, column):
            return [named if key == column.visit else (key, label) for key, label in self.visits]
        is_known = self.known.find(heading) or not plain(heading)
        return self.visits if is_known else [*self.visits, named]

    @property
    def default_sides(self):
        words = [(side, side_words(side)) for side in Side.values if side != Side.NOT_STATED]
        return [("", _("not stated")), *words]

    @property
    def default_visits(self):
        return [("", _("not stated")), *self.visits[1:]]

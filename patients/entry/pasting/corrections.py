"""The user's corrections of a paste: what columns and rows are."""

from collections import UserDict

from patients.entry.pasting.columns import LEAVE_OUT

AS_HEADING = "as heading"  # a new visit, named as the heading of the column
SIDE_CHOICES = ("right", "left", "right,left", "left,right", "both", "midline", "not_stated")


class Corrections(UserDict):
    """What the user has entered in the preview, by the name of the input."""

    def correct(self, table, column, whats, visits):
        """Apply the corrections to a column; `whats` and `visits` are what can be chosen."""
        name = f"{table.number}-{column.number}"
        what = self.get(f"what-{name}", column.what)
        if what != column.what:
            column.is_sure, column.name = True, ""
            column.what = what if what in whats else LEAVE_OUT
        if f"side-{name}" in self:
            sides = self[f"side-{name}"]
            column.sides = tuple(sides.split(",")) if sides in SIDE_CHOICES else ()
        visit = self.get(f"visit-{name}", column.visit)
        if visit != column.visit and visit in {"", *visits}:
            column.visit, column.name = visit, ""

    def has_new_visit(self, table, column):
        """Whether a column is a new visit that is named as its heading."""
        return self.get(f"visit-{table.number}-{column.number}") == AS_HEADING

    @property
    def names(self):
        """The names of rows, as {row: name}."""
        found = {
            int(key[5:]): text.strip()
            for key, text in self.items()
            if key.startswith("name-") and key[5:].isdecimal()
        }
        return {number: text for number, text in found.items() if text}

    @property
    def skipped(self):
        """The numbers of the rows to leave out."""
        names = [key[5:] for key in self if key.startswith("skip-")]
        return {int(name) for name in names if name.isdecimal()}

"""Three-way merge of an entry page: the original, another user's version and the user's input."""

from dataclasses import dataclass

from patients.entry.cells import normalise
from patients.models import Side

UNSHOWN = ("delete", "order", "completed")


@dataclass(frozen=True)
class CellConflict:
    """A changed cell: its input name, its label, and its original, saved and entered texts."""

    name: str
    label: str
    before: str
    theirs: str
    mine: str

    @property
    def is_conflict(self):
        """Whether both users changed the cell, but to different texts."""
        pairs = ((self.before, self.theirs), (self.before, self.mine), (self.theirs, self.mine))
        return not any(is_same(*pair) for pair in pairs)


def row_of(name):
    """Return the row of an input, such as "laboratory-12" for "laboratory-12-value"."""
    return name.rpartition("-")[0]


def merge(before, theirs, mine, row_of=row_of):
    """Return the merged {name: text}; if both users changed a cell, `mine` wins.

    A row that the other user deleted is kept only if it was also changed in `mine`.
    """
    rows = {}
    for name in [*theirs, *(name for name in mine if name not in theirs)]:
        rows.setdefault(row_of(name), []).append(name)
    merged = {}
    their_rows = {row_of(name) for name in theirs}
    for row, names in rows.items():
        touched = any(
            n in mine and not is_same(mine[n], before.get(n)) for n in names if is_shown(n)
        )
        if row in their_rows or touched:
            deleted_there = row not in their_rows
            merged |= {n: pick(before, theirs, mine, n, deleted_there) for n in names}
    return merged


def pick(before, theirs, mine, name, deleted_there):
    old, own = before.get(name, ""), mine.get(name)
    if own is None or (is_same(own, old) and not deleted_there):
        return theirs.get(name, "")
    return own


def is_same(text, other):
    """Whether two texts of a cell are the same; a browser sends other line endings than stored."""
    return normalise(text) == normalise(other)


def is_shown(name):
    return name.rpartition("-")[2] not in UNSHOWN


def list_conflicts(before, theirs, mine, labels):
    """Return a CellConflict for each cell whose three texts are not all the same.

    The texts are the original, the saved and the entered one. `labels` is {input name: label};
    inputs without a label are skipped.
    """
    names = [name for name in dict.fromkeys([*theirs, *mine]) if name in labels and is_shown(name)]
    found = [
        CellConflict(
            name,
            labels[name],
            display_text(before.get(name)),
            display_text(theirs.get(name)),
            display_text(mine.get(name, before.get(name))),
        )
        for name in names
    ]
    return [
        cell
        for cell in found
        if not is_same(cell.before, cell.theirs) or not is_same(cell.before, cell.mine)
    ]


def display_text(text):
    """Return the text of a cell; "" if it is missing or the side is not stated."""
    return "" if text in (None, Side.NOT_STATED) else text

"""Three states of one page, cell by cell: as it was, as somebody saved it meanwhile, as typed."""

from dataclasses import dataclass

from patients.models import Side

UNSHOWN = ("delete", "order")


@dataclass(frozen=True)
class CellConflict:
    """One cell that changed: its input's name, what it is, and its text in each state."""

    name: str
    words: str
    before: str
    theirs: str
    mine: str

    @property
    def is_conflict(self):
        """Tell whether both sides changed the cell, to different texts."""
        return self.before not in (self.theirs, self.mine) and self.theirs != self.mine


def row_of(name):
    """Return the row of an input: "laboratory-12" of "laboratory-12-value"."""
    return name.rpartition("-")[0]


def merge(before, theirs, mine, row_of=row_of):
    """Return {name: text}: what either side changed, and where both did, what was typed.

    A row that they deleted stays only where it was changed here too.
    """
    rows = {}
    for name in [*theirs, *(name for name in mine if name not in theirs)]:
        rows.setdefault(row_of(name), []).append(name)
    merged = {}
    their_rows = {row_of(name) for name in theirs}
    for row, names in rows.items():
        touched = any(n in mine and mine[n] != before.get(n, "") for n in names if is_shown(n))
        if row in their_rows or touched:
            deleted_there = row not in their_rows
            merged |= {n: pick(before, theirs, mine, n, deleted_there) for n in names}
    return merged


def pick(before, theirs, mine, name, deleted_there):
    old, own = before.get(name, ""), mine.get(name)
    if own is None or (own == old and not deleted_there):
        return theirs.get(name, "")
    return own


def is_shown(name):
    return name.rpartition("-")[2] not in UNSHOWN


def choices(before, theirs, mine, words):
    """Return a CellConflict for each cell that differs; `words` names the inputs."""
    names = [name for name in dict.fromkeys([*theirs, *mine]) if name in words and is_shown(name)]
    found = [
        CellConflict(
            name,
            words[name],
            said(before.get(name)),
            said(theirs.get(name)),
            said(mine.get(name, before.get(name))),
        )
        for name in names
    ]
    return [one for one in found if len({one.before, one.theirs, one.mine}) > 1]


def said(text):
    """Return a text; a side that was not stated says nothing."""
    return "" if text in (None, Side.NOT_STATED) else text

"""The parts of a page into which a table can be pasted, and the rows of a preview."""

from collections.abc import Callable
from dataclasses import dataclass, field

PHASE = "phase_"  # before the name of a column of a phase that the treatment has, too


@dataclass(frozen=True)
class PastedCell:
    """A cell of the preview: its text, what happens to it, and a note.

    `status` is "new", "name", "replaces", "merged", "moved" or "wrong" for a cell that is entered,
    "key" for one that is used, "lost" or "left" for one that is not, and "dash", "empty" or
    "heading".
    """

    text: str
    status: str
    note: str = ""

    @property
    def needs_check(self):
        return self.status in ("lost", "wrong", "merged", "moved")


@dataclass
class PreviewRow:
    """A row of the preview; `name` is the name to correct, None if it has none."""

    number: int
    kind: str
    cells: list = field(default_factory=list)
    name: str | None = None
    is_unknown: bool = False
    suggest: Callable = list  # returns names that are close to an unknown one
    is_skipped: bool = False

    @property
    def title(self):
        """The name of the row or, without one, its first text."""
        return self.name or next((cell.text for cell in self.cells if cell.text), "")

    @property
    def suggestions(self):
        return self.suggest(self.name) if self.is_unknown else []

    @property
    def needs_check(self):
        if self.is_skipped or self.kind != "data":
            return self.kind == "unsplit"
        return self.is_unknown or any(cell.needs_check for cell in self.cells)


def pasted_parts(page):
    """Return {prefix: part} of the tables of a page that a table can be pasted into."""
    parts = {}
    for part in page.parts:
        if not getattr(part, "takes_tables", False):
            continue
        parts[part.prefix] = part
        for form in getattr(part, "forms", ()):
            if phases := getattr(form, "phases", None):
                parts[phases.prefix] = phases
    return parts


def nested_prefixes(part):
    """Return the prefixes of the tables in the rows of a part."""
    found = (getattr(form, "phases", None) for form in getattr(part, "forms", ()))
    return {phases.prefix for phases in found if phases}

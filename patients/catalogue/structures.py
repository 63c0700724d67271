"""Anatomical structures for findings and image marks, such as roots, plexuses and muscles."""

from dataclasses import dataclass
from typing import Any

from patients.catalogue import muscles, nerves
from patients.catalogue.table import index, parts, read


@dataclass(frozen=True)
class Structure:
    """One structure; ``side_applicable`` is "y" if it can be left or right."""

    id: str
    label: str
    aliases: str
    kind: str
    side_applicable: str
    source: str


def _nerve(row: Any) -> Structure:
    aliases = ";".join((row.label, *(f"{alias} nerve" for alias in parts(row.aliases))))
    return Structure(row.id, f"{row.label} nerve", aliases, "nerve", "y", row.source)


def _muscle(row: Any) -> Structure:
    return Structure(row.id, row.label, row.aliases, "muscle", row.side_applicable, row.evidence)


ROWS = (
    *(Structure(*vars(row).values()) for row in read("structures")),
    *(
        _nerve(row)
        for row in nerves.ROWS
        if not row.label.endswith(("division", "branch", "plexus"))
    ),
    *(_muscle(row) for row in muscles.ROWS if row.kind != "paraspinal"),
)
BY_ID = index(ROWS)

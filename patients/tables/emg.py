"""Needle EMG: one row for each muscle, side and visit; a value not recorded is empty, not 0."""

from collections.abc import Sequence
from dataclasses import dataclass

from patients.catalogue.emg import COLUMNS
from patients.models import NeedleEMG, Visit
from patients.tables.columns import label, merge_sides

SAME = ("muscle", "printed_label", "visit", "active_denervation", *COLUMNS, "note")


@dataclass(frozen=True)
class EMGRow:
    """One muscle at one visit; `side` is "both" if left and right are equal.

    A value not recorded is None in `active_denervation` and "" in `columns`.
    """

    source: NeedleEMG
    visit: Visit | None
    muscle: str
    side: str
    active_denervation: bool | None
    columns: tuple[str, ...]


def emg_table(rows: Sequence[NeedleEMG]) -> tuple[EMGRow, ...]:
    """Return rows in the order of entry, with left and right merged if they are equal."""
    return tuple(
        EMGRow(
            row,
            row.visit,
            row.printed_label or label(row, "muscle"),
            side,
            row.active_denervation,
            tuple(label(row, name) for name in COLUMNS),
        )
        for side, row in merge_sides(rows, SAME)
    )

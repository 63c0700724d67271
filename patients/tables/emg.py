"""Needle EMG: a row a muscle; a column that was not recorded stays empty, and is not 0."""

from collections.abc import Sequence
from dataclasses import dataclass

from patients.catalogue.emg import COLUMNS
from patients.models import NeedleEMG, Visit
from patients.tables.columns import label, merge_sides

SAME = ("muscle", "printed_label", "visit", "active_denervation", *COLUMNS, "note")


@dataclass(frozen=True)
class EMGRow:
    """`active_denervation` is None and a word of `columns` is "" where it was not recorded."""

    source: NeedleEMG
    visit: Visit | None
    muscle: str
    side: str
    active_denervation: bool | None
    columns: tuple[str, ...]


def emg_table(rows: Sequence[NeedleEMG]) -> tuple[EMGRow, ...]:
    """Rows in the order of entry; left and right in one where they say the same."""
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

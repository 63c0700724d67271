"""Findings as evidence, with the rows of the record that they come from."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from patients.catalogue import lookup
from patients.reasoning.rows import SidedRow

SIDES = ("left", "right")


@dataclass(frozen=True)
class Finding:
    """A finding on one side; ``kind`` is the id of a row of localisation.csv.

    ``words`` is the result; ``catalogue`` and ``item`` identify what was examined. ``supply`` is
    set if another structure determines the nerve supply, such as the recording muscle of a motor
    response. ``rows`` are indexes into ``table``.
    """

    kind: str
    side: str
    abnormal: bool
    words: str
    catalogue: str
    item: str
    table: str
    rows: tuple[int, ...]
    detail: str = ""
    supply: tuple[str, str] = ("", "")
    visit: str | None = None

    @property
    def label(self) -> str:
        return lookup.label(self.catalogue, self.item)

    @property
    def supplied(self) -> tuple[str, str]:
        """The (catalogue, item) to pass to sites.coverage."""
        return self.supply if self.supply[1] else (self.catalogue, self.item)

    @property
    def of(self) -> tuple[str, str, str, tuple[str, str]]:
        """A key for what was examined; findings with the same key are merged."""
        kind = "snap" if self.kind.startswith("snap") else self.kind
        return (kind, self.catalogue, self.item, self.supply)

    def as_data(self) -> dict[str, Any]:
        """Return JSON-serialisable data: the rows and the text."""
        return {
            "table": self.table,
            "rows": list(self.rows),
            self.catalogue.removesuffix("s"): self.item,
            "words": f"{self.label}: {self.words}" + (f" ({self.detail})" if self.detail else ""),
        }


@dataclass(frozen=True)
class Unused:
    """A row that is not used as evidence, with the reason."""

    table: str
    row: int
    label: str
    reason: str
    visit: str | None = None
    side: str = ""

    def as_data(self) -> dict[str, Any]:
        """Return JSON-serialisable data."""
        return {"table": self.table, "row": self.row, "label": self.label, "reason": self.reason}


@dataclass(frozen=True)
class Symmetric:
    """An abnormal finding on both sides, which does not favour either side.

    ``kind`` is "sensory", "motor", "reflex" or "strength". If ``is_evidence`` is set, the finding
    still counts on each side.
    """

    kind: str
    words: str
    catalogue: str
    item: str
    table: str
    rows: tuple[int, ...]
    is_evidence: bool = False
    visit: str | None = None

    @property
    def label(self) -> str:
        return lookup.label(self.catalogue, self.item)

    def as_data(self) -> dict[str, Any]:
        """Return JSON-serialisable data."""
        return {
            "kind": self.kind,
            "table": self.table,
            "rows": list(self.rows),
            self.catalogue.removesuffix("s"): self.item,
            "words": f"symmetric {self.kind} finding: {self.label}, {self.words} on both sides",
            "counts_on_each_side": self.is_evidence,
        }


def sides_of(row: SidedRow) -> tuple[str, ...]:
    """Return the sides of a row; () if the side is not stated or is the midline."""
    return SIDES if row.side == "both" else (str(row.side),) if row.side in SIDES else ()


def visit_key(row: SidedRow) -> str | None:
    """Return the key of a row's visit, or None."""
    visit = getattr(row, "visit", None)
    return visit.key if visit else None


def merge(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Merge findings of the same item, in an order that does not depend on the order of rows.

    If rows contradict each other, the abnormal finding is used.
    """
    found: dict[tuple[str, str, str, tuple[str, str]], Finding] = {}
    for finding in sorted(findings, key=_order):
        first = found.setdefault(finding.of, finding)
        if first is not finding and first.abnormal == finding.abnormal:
            rows = tuple(sorted({*first.rows, *finding.rows}))
            found[finding.of] = replace(first, rows=rows)
    return tuple(found.values())


def _order(finding: Finding) -> tuple[Any, ...]:
    return (finding.of, not finding.abnormal, finding.kind, finding.words, finding.detail)

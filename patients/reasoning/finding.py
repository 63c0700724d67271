"""One finding as evidence: what it is of, on which side, which way it speaks, which rows say it."""

from dataclasses import dataclass, replace

from patients.catalogue import lookup

SIDES = ("left", "right")


@dataclass(frozen=True)
class Finding:
    """A finding of one side; ``kind`` is a row of localisation.csv, ``words`` what was found.

    ``catalogue`` and ``item`` name what was examined, ``supply`` what has to be supplied for it
    (the muscle from which a motor response is recorded). ``rows`` are places in ``table``.
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
        """(catalogue, item) by which sites.coverage finds what a lesion takes of this."""
        return self.supply if self.supply[1] else (self.catalogue, self.item)

    @property
    def of(self) -> tuple:
        """What is examined: two findings of one and the same thing are one piece of evidence."""
        kind = "snap" if self.kind.startswith("snap") else self.kind
        return (kind, self.catalogue, self.item, self.supply)

    def as_data(self) -> dict:
        """Plain JSON: the rows, and the words of it."""
        return {
            "table": self.table,
            "rows": list(self.rows),
            self.catalogue.removesuffix("s"): self.item,
            "words": f"{self.label}: {self.words}" + (f" ({self.detail})" if self.detail else ""),
        }


@dataclass(frozen=True)
class Unused:
    """A row that is no evidence, and why; ``visit`` as in its row."""

    table: str
    row: int
    label: str
    reason: str
    visit: str | None = None
    side: str = ""

    def as_data(self) -> dict:
        """Plain JSON."""
        return {"table": self.table, "row": self.row, "label": self.label, "reason": self.reason}


@dataclass(frozen=True)
class Symmetric:
    """The same finding on both sides, recognised as such: it says of neither side more.

    ``kind`` is sensory, motor, reflex or strength. What ``is_evidence`` counts on both sides.
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

    def as_data(self) -> dict:
        """Plain JSON."""
        return {
            "kind": self.kind,
            "table": self.table,
            "rows": list(self.rows),
            self.catalogue.removesuffix("s"): self.item,
            "words": f"symmetric {self.kind} finding: {self.label}, {self.words} on both sides",
            "counts_on_each_side": self.is_evidence,
        }


def sides_of(row) -> tuple[str, ...]:
    """The sides that a row speaks of: none where it is not stated or in the midline."""
    return SIDES if row.side == "both" else (str(row.side),) if row.side in SIDES else ()


def visit_key(row) -> str | None:
    """The key of a row's visit."""
    visit = getattr(row, "visit", None)
    return visit.key if visit else None


def merge(findings) -> tuple[Finding, ...]:
    """One finding for each thing examined, in a fixed order, whatever the order of the rows.

    Where rows contradict each other the abnormal one counts; of two normal ones the more telling.
    """
    found = {}
    for finding in sorted(findings, key=_order):
        first = found.setdefault(finding.of, finding)
        if first is not finding and first.abnormal == finding.abnormal:
            rows = tuple(sorted({*first.rows, *finding.rows}))
            found[finding.of] = replace(first, rows=rows)
    return tuple(found.values())


def _order(finding):
    return (finding.of, not finding.abnormal, finding.kind, finding.words, finding.detail)

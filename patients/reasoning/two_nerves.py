"""The two-nerve rule of needle EMG.

A root fulfils the rule if two of its muscles, supplied by different nerves, are denervated. Here,
"denervated" means active denervation or neurogenic change.

Branches of one nerve count once (deep and superficial fibular, ulnar and its deep branch). Because
muscles have several roots, a root next to an affected one can also fulfil the rule, and so can
roots in a sciatic neuropathy; the ranking of the sites decides between these causes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from patients.catalogue import muscles
from patients.reasoning.finding import Finding
from patients.reasoning.sites import ROOTS, muscle_supply

LEAST_WEIGHT = 0.5  # lowest weight in muscles.csv at which a muscle counts for a root


@dataclass(frozen=True)
class RootRule:
    """The denervated muscles of one root, grouped by nerve, and the state of its paraspinals.

    ``paraspinals`` is "denervated", "spared" or "not examined".
    """

    root: str
    muscles: dict[str, tuple[Finding, ...]]
    paraspinals: str

    @property
    def is_fulfilled(self) -> bool:
        return len(self.muscles) > 1

    @property
    def findings(self) -> tuple[Finding, ...]:
        return tuple(finding for found in self.muscles.values() for finding in found)

    def as_data(self) -> dict[str, Any]:
        """Return JSON-serialisable data."""
        return {
            "root": self.root,
            "muscles_by_nerve": {
                group: [finding.item for finding in found] for group, found in self.muscles.items()
            },
            "paraspinals": self.paraspinals,
        }


@dataclass(frozen=True)
class TwoNerves:
    """The result of the rule on one side.

    `roots` are the roots that fulfil it, in craniocaudal order. `examined` is the number of muscles
    with a result, excluding the paraspinals.
    """

    roots: tuple[RootRule, ...]
    examined: int

    @property
    def is_fulfilled(self) -> bool:
        return bool(self.roots)

    def as_data(self) -> dict[str, Any]:
        """Return JSON-serialisable data."""
        return {
            "fulfilled": self.is_fulfilled,
            "muscles_examined": self.examined,
            "roots": [one.as_data() for one in self.roots],
        }


def two_nerves(findings: Sequence[Finding]) -> TwoNerves:
    """Apply the rule to the needle EMG findings of one side."""
    limbs = [finding for finding in findings if finding.kind == "emg"]
    denervated = [finding for finding in limbs if finding.abnormal]
    found = (_of_root(root, denervated, findings) for root in ROOTS)
    return TwoNerves(tuple(one for one in found if one.is_fulfilled), len(limbs))


def _of_root(root: str, denervated: Sequence[Finding], findings: Sequence[Finding]) -> RootRule:
    groups: dict[str, tuple[Finding, ...]] = {}
    for finding in denervated:
        if muscle_supply(finding.item).roots.get(root, 0) >= LEAST_WEIGHT:
            group = muscles.BY_ID[finding.item].nerve_group
            groups[group] = (*groups.get(group, ()), finding)
    return RootRule(root, groups, _paraspinals(root, findings))


def _paraspinals(root: str, findings: Sequence[Finding]) -> str:
    level = f"paraspinal_{root.lower()}"
    found = [f for f in findings if f.kind == "paraspinal" and f.item == level]
    if not found:
        return "not examined"
    return "denervated" if found[0].abnormal else "spared"

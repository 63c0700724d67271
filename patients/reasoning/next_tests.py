"""Suggest tests that distinguish the leading candidates: muscles and movements not yet examined.

The expected information of a test is the mutual information of its result and the site, over the
leading candidates: H(result) − Σ share · H(result | site), in bits, times the weight of its kind.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log2
from typing import Any, Protocol

from patients.catalogue import lookup, movements, muscles
from patients.catalogue.localisation import LIKELIHOODS, PARAMETERS
from patients.reasoning.finding import Finding
from patients.reasoning.sites import PLACES, Site, coverage, prime_movers

MAX_CANDIDATES, MAX_TESTS, MAX_EQUAL = 8, 5, 4
TABLES = {"mrc": "strength", "emg": "needle_emg", "paraspinal": "needle_emg"}
Shares = Sequence[tuple[Site, float]]  # (leading site, share of the leading sites' support)


@dataclass(frozen=True)
class TestOutcome:
    """The site that would rank first after a result; its share of the leading sites' support."""

    site: Site
    support: float

    @property
    def percent(self) -> int:
        return round(self.support * 100)

    def as_data(self) -> dict[str, Any]:
        """Return JSON-serialisable data."""
        return {
            "name": self.site.name,
            "sites": [vars(part) for part in self.site.parts],
            "support": round(self.support, 3),
        }


@dataclass(frozen=True)
class Test:
    """A suggested test; ``alternatives`` are items that are equally informative.

    ``separates`` are the two sites for which the expected results differ most.
    """

    side: str
    kind: str
    catalogue: str
    item: str
    information: float
    separates: tuple[Site, Site]
    if_abnormal: TestOutcome
    if_normal: TestOutcome
    alternatives: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        return lookup.label(self.catalogue, self.item)

    @property
    def other_labels(self) -> tuple[str, ...]:
        """Labels of the alternatives."""
        return tuple(lookup.label(self.catalogue, item) for item in self.alternatives)

    @property
    def is_needle(self) -> bool:
        return self.catalogue == "muscles"

    def as_data(self) -> dict[str, Any]:
        """Return JSON-serialisable data."""
        return {
            "side": self.side,
            "table": TABLES[self.kind],
            self.catalogue.removesuffix("s"): self.item,
            "name": self.label,
            "alternatives": list(self.alternatives),
            "information_bits": round(self.information, 3),
            "separates": [site.name for site in self.separates],
            "if_abnormal": self.if_abnormal.as_data(),
            "if_normal": self.if_normal.as_data(),
        }


class RankedSite(Protocol):
    """A site with its support, such as localisation.Candidate."""

    @property
    def site(self) -> Site: ...

    @property
    def support(self) -> float: ...


def choose_tests(
    side: str, candidates: Sequence[RankedSite], findings: Sequence[Finding]
) -> tuple[Test, ...]:
    """Return the most informative tests, best first; ``candidates`` are ranked best first."""
    least = PARAMETERS["leading_support"]
    # If sites that explain nothing abnormal fit best, perhaps no candidate reaches `least`.
    leading = [one for one in candidates if one.support >= least] or candidates
    leading = leading[:MAX_CANDIDATES]
    total = sum(one.support for one in leading)
    shares = [(one.site, one.support / total) for one in leading]
    found: dict[tuple[str, tuple[float, ...]], list[tuple[float, str, str]]] = {}
    for kind, catalogue, item in _untested(findings):
        chances = _chances(kind, catalogue, item, shares)
        worth = LIKELIHOODS[kind].weight * _information(chances, shares)
        if worth >= PARAMETERS["least_information"]:
            found.setdefault((kind, chances), []).append((worth, catalogue, item))
    ranked = sorted(found.items(), key=lambda pair: -pair[1][0][0])[:MAX_TESTS]
    return tuple(_test(side, kind, equal, chances, shares) for (kind, chances), equal in ranked)


def _untested(findings: Sequence[Finding]) -> Iterator[tuple[str, str, str]]:
    """Yield (kind, catalogue, item) for muscles and movements without a finding in `findings`.

    A movement with a graded prime mover counts as examined.

    Muscles of the trunk and the anal sphincter are left out, because they are examined for other
    reasons. Groups such as "quadriceps" are left out too: a needle is in only one muscle.
    """
    needled = {one.item for one in findings if one.table == "needle_emg"}
    graded = {one.item for one in findings if one.table == "strength"}
    for row in muscles.ROWS:
        is_single = row.kind != "trunk" and muscles.is_specific(row.id)
        if row.needle_emg == "y" and is_single and row.id not in needled:
            yield ("paraspinal" if row.kind == "paraspinal" else "emg"), "muscles", row.id
    for row in movements.ROWS:
        if row.id not in graded and not graded & set(prime_movers(row.id)):
            yield "mrc", "movements", row.id


def _chances(kind: str, catalogue: str, item: str, shares: Shares) -> tuple[float, ...]:
    covered = coverage(catalogue, item)
    return tuple(LIKELIHOODS[kind].abnormal(covered[PLACES[site.key]]) for site, _share in shares)


def _information(chances: Sequence[float], shares: Shares) -> float:
    if max(chances) == min(chances):
        return 0.0
    mean = sum(chance * share for chance, (_site, share) in zip(chances, shares, strict=True))
    known = zip(chances, shares, strict=True)
    return _entropy(mean) - sum(share * _entropy(chance) for chance, (_site, share) in known)


def _entropy(chance: float) -> float:
    return -chance * log2(chance) - (1 - chance) * log2(1 - chance)


def _test(
    side: str,
    kind: str,
    equal: Sequence[tuple[float, str, str]],
    chances: Sequence[float],
    shares: Shares,
) -> Test:
    worth, catalogue, item = equal[0]
    by_chance = sorted(range(len(shares)), key=lambda n: (-chances[n], -shares[n][1]))
    most, least = shares[by_chance[0]][0], shares[_least(chances, shares)][0]
    return Test(
        side,
        kind,
        catalogue,
        item,
        worth,
        (most, least),
        _outcome(shares, chances),
        _outcome(shares, [1 - chance for chance in chances]),
        tuple(other for _worth, _catalogue, other in equal[1 : MAX_EQUAL + 1]),
    )


def _least(chances: Sequence[float], shares: Shares) -> int:
    return min(range(len(shares)), key=lambda n: (chances[n], -shares[n][1]))


def _outcome(shares: Shares, chances: Sequence[float]) -> TestOutcome:
    after = [share * chance for (_site, share), chance in zip(shares, chances, strict=True)]
    best = max(range(len(after)), key=after.__getitem__)
    return TestOutcome(shares[best][0], after[best] / sum(after))

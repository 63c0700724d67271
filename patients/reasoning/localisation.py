"""Rank the candidate sites of a lesion by the recorded findings, for each side.

score = Σ weight · (log p(finding | site) − log p(finding | no lesion)) + prior of the site, with
p(abnormal) = false positive + (sensitivity − false positive) · coverage. The "relative support" is
the softmax of the scores; it is not a probability of disease. The probabilities, weights and
priors are in localisation.csv. Results are worded as "compatible with" a site.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import exp, log
from typing import Any

from patients.catalogue.localisation import LIKELIHOODS, PARAMETERS
from patients.reasoning.evidence import Evidence, gather
from patients.reasoning.finding import SIDES, Finding
from patients.reasoning.next_tests import Test, choose_tests
from patients.reasoning.sites import SITES, Site, coverage, extent
from patients.reasoning.two_nerves import TwoNerves, two_nerves

CANDIDATES, SCATTERED = "candidates", "scattered"
NOTHING_FOCAL, NOT_EXAMINED = "nothing_focal", "not_examined"
OUTCOMES = {
    CANDIDATES: "compatible with the sites below",
    SCATTERED: "no single site explains half of the abnormal findings",
    NOTHING_FOCAL: "nothing focal found",
    NOT_EXAMINED: "no localising findings are recorded",
}
CAVEATS = {
    "compatible": "“Compatible with” does not mean proven. Support compares these sites with each "
    "other. It is not a probability of disease and not a diagnosis.",
    "patchy": "Neuralgic amyotrophy is patchy and may not follow a single root or nerve; this "
    "ranking does not rule it out.",
    "overlap": "Every muscle has several roots, and the plexus may be prefixed or postfixed.",
    "paraspinals": "Normal paraspinal muscles do not exclude a lesion of a root.",
    "early": "Needle EMG shows denervation only after about three weeks: normal muscles before "
    "then do not exclude a lesion.",
}
MAX_CANDIDATES, MAX_IN_DATA = 20, 8


@dataclass(frozen=True)
class Candidate:
    """One site; ``support`` is its share, 0 to 1, of the support for all sites on its side.

    ``behind`` are up to three findings that favour the first candidate over this one, the
    strongest first.
    """

    side: str
    site: Site
    score: float
    support: float
    explains: tuple[Finding, ...]
    unexplained: tuple[Finding, ...]
    against: tuple[Finding, ...]
    behind: tuple[Finding, ...] = ()

    @property
    def percent(self) -> int:
        """The support as a percentage, rounded to a whole number."""
        return round(self.support * 100)

    def as_data(self) -> dict[str, Any]:
        """Return JSON-serialisable data."""
        lists = ("explains", "unexplained", "against", "behind")
        return {
            "side": self.side,
            "name": self.site.name,
            "sites": [vars(part) for part in self.site.parts],
            "support": round(self.support, 3),
            **{name: [one.as_data() for one in getattr(self, name)] for name in lists},
        }


@dataclass(frozen=True)
class SideRanking:
    """The ranking for one side; ``outcome`` is a key of OUTCOMES.

    With the outcome "scattered", the first candidate explains less than half of the abnormal
    findings.
    """

    side: str
    outcome: str
    findings: tuple[Finding, ...]
    candidates: tuple[Candidate, ...]
    rule: TwoNerves
    next_tests: tuple[Test, ...]

    @property
    def first(self) -> Candidate | None:
        """The candidate with the most support, or None."""
        return self.candidates[0] if self.candidates else None

    @property
    def outcome_words(self) -> str:
        return OUTCOMES[self.outcome]

    @property
    def abnormal(self) -> int:
        """The number of abnormal findings."""
        return sum(finding.abnormal for finding in self.findings)

    def as_data(self) -> dict[str, Any]:
        """Return JSON-serialisable data."""
        return {
            "side": self.side,
            "outcome": self.outcome,
            "words": self.outcome_words,
            "findings": len(self.findings),
            "abnormal": self.abnormal,
            "two_muscles_two_nerves": self.rule.as_data(),
        }


@dataclass(frozen=True)
class Localisation:
    """The rankings of both sides, and the evidence they are based on."""

    sides: tuple[SideRanking, ...]
    evidence: Evidence

    @property
    def caveats(self) -> tuple[str, ...]:
        """The caveats to show; the caveat on early EMG only if the EMG was early or is undated."""
        days, has_emg = self.evidence.emg_days, "needle_emg" in self.evidence.visits
        late = days is not None and days >= PARAMETERS["emg_days"]
        return tuple(
            words for key, words in CAVEATS.items() if key != "early" or (has_emg and not late)
        )

    def side(self, name: str) -> SideRanking:
        """Return the ranking of one side."""
        return next(one for one in self.sides if one.side == name)

    def as_data(self, most: int = MAX_IN_DATA) -> dict[str, Any]:
        """Return JSON-serialisable data, with up to ``most`` candidates for each side."""
        shown = [one for side in self.sides for one in side.candidates[:most]]
        tests = [test for side in self.sides for test in side.next_tests]
        return {
            "candidates": [one.as_data() for one in sorted(shown, key=lambda c: -c.support)],
            "next_tests": [one.as_data() for one in sorted(tests, key=lambda t: -t.information)],
            "sides": [one.as_data() for one in self.sides],
            "symmetric": [one.as_data() for one in self.evidence.symmetric],
            "unused": [one.as_data() for one in self.evidence.unused],
            "visits": dict(self.evidence.visits),
            "emg_days_after_onset": self.evidence.emg_days,
            "caveats": list(self.caveats),
        }


def localise(record: Any, visit: str | None = None) -> Localisation:
    """Rank the sites for a CaseRecord; ``visit`` is the key of a visit (see evidence.gather)."""
    evidence = gather(record.rows, record.case, visit)
    return Localisation(tuple(_rank(side, evidence.findings[side]) for side in SIDES), evidence)


def _rank(side: str, findings: tuple[Finding, ...]) -> SideRanking:
    rule = two_nerves(findings)
    weighed = [_weigh(finding) for finding in findings]
    scores = [PARAMETERS[site.prior] for site in SITES]
    for one in weighed:
        scores = [a + b for a, b in zip(scores, one.gains, strict=True)]
    if not findings:
        return SideRanking(side, NOT_EXAMINED, findings, (), rule, ())
    if not any(finding.abnormal for finding in findings) or max(scores) <= 0:
        return SideRanking(side, NOTHING_FOCAL, findings, (), rule, ())
    candidates = _candidates(side, weighed, scores)
    tests = choose_tests(side, candidates, findings)
    return SideRanking(side, _outcome(candidates), findings, candidates, rule, tests)


def _outcome(candidates: Sequence[Candidate]) -> str:
    """Return SCATTERED if the first site explains under half of the abnormal findings.

    Otherwise, return CANDIDATES.
    """
    first = candidates[0]
    return CANDIDATES if len(first.explains) >= len(first.unexplained) else SCATTERED


@dataclass(frozen=True)
class _Weighed:
    """A finding with its coverage by each site, and its contribution to each site's score."""

    finding: Finding
    shares: tuple[float, ...]
    gains: tuple[float, ...]


def _weigh(finding: Finding) -> _Weighed:
    added = gains(finding.kind, finding.abnormal, *finding.supplied)
    return _Weighed(finding, coverage(*finding.supplied), added)


@cache
def gains(kind: str, abnormal: bool, catalogue: str, item: str) -> tuple[float, ...]:
    """Return the contribution of one finding to the score of each of SITES."""
    likelihood = LIKELIHOODS[kind]
    without = _log(likelihood.false_positive, abnormal)
    return tuple(
        likelihood.weight * (_log(likelihood.abnormal(share), abnormal) - without)
        for share in coverage(catalogue, item)
    )


def _log(probability: float, abnormal: bool) -> float:
    return log(probability if abnormal else 1 - probability)


def _candidates(
    side: str, weighed: Sequence[_Weighed], scores: Sequence[float]
) -> tuple[Candidate, ...]:
    """Return up to MAX_CANDIDATES candidates that explain an abnormal finding, best first.

    Sites with equal scores are sorted with whole structures before nerve segments, then by extent,
    smallest first.
    """
    scores = [round(score, 9) for score in scores]  # so that the order of addition does not matter
    supports = _softmax(scores)
    least = PARAMETERS["explains_from"]
    order = [(-scores[n], SITES[n].segment != "", extent(n)) for n in range(len(SITES))]
    ranked = sorted(range(len(SITES)), key=order.__getitem__)
    abnormal = [one.shares for one in weighed if one.finding.abnormal]
    places = [n for n in ranked if any(shares[n] >= least for shares in abnormal)]
    return tuple(
        _candidate(side, place, scores, supports, weighed, places[0])
        for place in places[:MAX_CANDIDATES]
    )


def _softmax(scores: Sequence[float]) -> list[float]:
    temperature, best = PARAMETERS["temperature"], max(scores)
    powers = [exp((score - best) / temperature) for score in scores]
    total = sum(powers)
    return [power / total for power in powers]


def _candidate(
    side: str,
    place: int,
    scores: Sequence[float],
    supports: Sequence[float],
    weighed: Sequence[_Weighed],
    first: int,
) -> Candidate:
    least = PARAMETERS["explains_from"]
    inside = [one.finding for one in weighed if one.shares[place] >= least]
    outside = [one.finding for one in weighed if one.shares[place] < least]
    return Candidate(
        side,
        SITES[place],
        scores[place],
        supports[place],
        tuple(finding for finding in inside if finding.abnormal),
        tuple(finding for finding in outside if finding.abnormal),
        tuple(finding for finding in inside if not finding.abnormal),
        _behind(weighed, first, place),
    )


def _behind(weighed: Sequence[_Weighed], first: int, place: int) -> tuple[Finding, ...]:
    """Return up to three findings that favour site `first` over site `place`, strongest first."""
    least = PARAMETERS["telling_loss"]
    lost = [(one.gains[first] - one.gains[place], one.finding) for one in weighed]
    lost = sorted((pair for pair in lost if pair[0] > least), key=lambda pair: -pair[0])
    return tuple(finding for _loss, finding in lost[:3])

"""Where a lesion may be: candidate sites ranked by the recorded findings, for each side.

score = Σ weight · (log p(finding | site) − log p(finding | no lesion)) + prior of the site, with
p(abnormal) = false positive + (sensitivity − false positive) · coverage; "relative support" is the
softmax of the scores and no probability of a disease. All numbers are in localisation.csv. What is
said is "compatible with", never "is".
"""

from dataclasses import dataclass
from functools import cache
from math import exp, log

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
    NOT_EXAMINED: "no findings that localise are recorded",
}
CAVEATS = {
    "compatible": "Compatible with, never proof of: the support compares these sites with each "
    "other and is no probability of a disease.",
    "patchy": "Neuralgic amyotrophy is patchy and may follow no single root or nerve; this ranking "
    "does not rule it out.",
    "overlap": "Every muscle has several roots, and the plexus may be prefixed or postfixed.",
    "paraspinals": "Normal paraspinal muscles do not exclude a lesion of a root.",
    "early": "Needle EMG shows denervation only from about three weeks on: normal muscles before "
    "that prove nothing.",
}
MOST_CANDIDATES, MOST_IN_DATA = 20, 8


@dataclass(frozen=True)
class Candidate:
    """One site: ``support`` 0 to 1 among all sites of its side.

    ``behind`` is what sets it behind the first candidate, most telling first.
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
        """Support in %."""
        return round(self.support * 100)

    def as_data(self) -> dict:
        """Plain JSON."""
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
    """One side: ``outcome`` is a key of OUTCOMES; ``scattered`` has candidates for parts of it."""

    side: str
    outcome: str
    findings: tuple[Finding, ...]
    candidates: tuple[Candidate, ...]
    rule: TwoNerves
    next_tests: tuple[Test, ...]

    @property
    def first(self) -> Candidate | None:
        """The candidate with the most support."""
        return self.candidates[0] if self.candidates else None

    @property
    def outcome_words(self) -> str:
        return OUTCOMES[self.outcome]

    @property
    def abnormal(self) -> int:
        """How many of the findings are abnormal."""
        return sum(finding.abnormal for finding in self.findings)

    def as_data(self) -> dict:
        """Plain JSON."""
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
    """Both sides, and the evidence they were ranked by."""

    sides: tuple[SideRanking, ...]
    evidence: Evidence

    @property
    def caveats(self) -> tuple[str, ...]:
        """What is always to be said; of early EMG only where its day is early, or not known."""
        days, has_emg = self.evidence.emg_days, "needle_emg" in self.evidence.visits
        late = days is not None and days >= PARAMETERS["emg_days"]
        return tuple(
            words for key, words in CAVEATS.items() if key != "early" or (has_emg and not late)
        )

    def side(self, name: str) -> SideRanking:
        """The ranking of one side."""
        return next(one for one in self.sides if one.side == name)

    def as_data(self, most: int = MOST_IN_DATA) -> dict:
        """Plain JSON: candidates of both sides, best first, at most so many of each."""
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


def localise(record, visit: str | None = None) -> Localisation:
    """Rank the sites for a CaseRecord; ``visit`` is the key of one."""
    evidence = gather(record.rows, record.case.age_at_presentation, visit)
    return Localisation(tuple(_rank(side, evidence.findings[side]) for side in SIDES), evidence)


def _rank(side, findings):
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


def _outcome(candidates):
    """Whether the first site explains half of what is abnormal; else no one lesion is likely."""
    first = candidates[0]
    return CANDIDATES if len(first.explains) >= len(first.unexplained) else SCATTERED


@dataclass(frozen=True)
class _Weighed:
    """A finding with what each site takes of it, and what it adds to the score of each."""

    finding: Finding
    shares: tuple[float, ...]
    gains: tuple[float, ...]


def _weigh(finding):
    added = gains(finding.kind, finding.abnormal, *finding.supplied)
    return _Weighed(finding, coverage(*finding.supplied), added)


@cache
def gains(kind: str, abnormal: bool, catalogue: str, item: str) -> tuple[float, ...]:
    """What one finding adds to the score of each of SITES."""
    likelihood = LIKELIHOODS[kind]
    without = _log(likelihood.false_positive, abnormal)
    return tuple(
        likelihood.weight * (_log(likelihood.abnormal(share), abnormal) - without)
        for share in coverage(catalogue, item)
    )


def _log(probability, abnormal):
    return log(probability if abnormal else 1 - probability)


def _candidates(side, weighed, scores):
    """The sites that explain something, best first; of equal ones a whole nerve, the smaller."""
    supports = _softmax(scores)
    least = PARAMETERS["explains_from"]
    order = [(-round(scores[n], 9), SITES[n].segment != "", extent(n)) for n in range(len(SITES))]
    ranked = sorted(range(len(SITES)), key=order.__getitem__)
    abnormal = [one.shares for one in weighed if one.finding.abnormal]
    places = [n for n in ranked if any(shares[n] >= least for shares in abnormal)]
    return tuple(
        _candidate(side, place, scores, supports, weighed, places[0])
        for place in places[:MOST_CANDIDATES]
    )


def _softmax(scores):
    warmth, best = PARAMETERS["temperature"], max(scores)
    powers = [exp((score - best) / warmth) for score in scores]
    total = sum(powers)
    return [power / total for power in powers]


def _candidate(side, place, scores, supports, weighed, first):
    least = PARAMETERS["explains_from"]
    taken = [one.finding for one in weighed if one.shares[place] >= least]
    spared = [one.finding for one in weighed if one.shares[place] < least]
    return Candidate(
        side,
        SITES[place],
        scores[place],
        supports[place],
        tuple(finding for finding in taken if finding.abnormal),
        tuple(finding for finding in spared if finding.abnormal),
        tuple(finding for finding in taken if not finding.abnormal),
        _behind(weighed, first, place),
    )


def _behind(weighed, first, place):
    """The findings that the first candidate fits better, by how much; at most three."""
    least = PARAMETERS["telling_loss"]
    lost = [(one.gains[first] - one.gains[place], one.finding) for one in weighed]
    lost = sorted((pair for pair in lost if pair[0] > least), key=lambda pair: -pair[0])
    return tuple(finding for _loss, finding in lost[:3])

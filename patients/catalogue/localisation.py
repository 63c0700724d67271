"""What the localisation weighs: every weight and probability, sensory paths, reflex arcs,
and the places of nerves beyond which only a part of what they supply is taken.

None of the numbers was measured as a likelihood; each row of localisation.csv says its source.
"""

from dataclasses import dataclass

from patients.catalogue.table import index, parts, read

ROWS = read("localisation")
BY_ID = index(ROWS)
PARAMETERS = {row.id: float(row.value) for row in ROWS if row.value}
SENSORY_PATHS = index(read("sensory_paths"))
SEGMENTS = index(read("nerve_segments"))
REFLEX_ARCS = {row.id: parts(row.muscles) for row in read("reflex_arcs")}


@dataclass(frozen=True)
class Likelihood:
    """How often a kind of finding is abnormal: in what the lesion takes, and in what it spares.

    ``weight`` tempers the evidence, since findings of one kind depend on each other.
    """

    sensitivity: float
    false_positive: float
    weight: float

    def abnormal(self, coverage: float) -> float:
        """The probability of an abnormal finding where the lesion takes ``coverage`` (0 to 1)."""
        return self.false_positive + (self.sensitivity - self.false_positive) * coverage


LIKELIHOODS = {
    row.id: Likelihood(float(row.sensitivity), float(row.false_positive), float(row.weight))
    for row in ROWS
    if row.group == "evidence"
}

"""Parameters of the localisation: weights, probabilities, sensory paths, reflex arcs, segments.

None of the numbers is a measured likelihood; each row of localisation.csv states its source. A
nerve segment is a place on a nerve beyond which a lesion affects only a part of its supply.
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
    """How often a kind of finding is abnormal within a lesion's territory and outside it.

    ``weight`` reduces the evidence, because findings of one kind depend on each other.
    """

    sensitivity: float
    false_positive: float
    weight: float

    def abnormal(self, coverage: float) -> float:
        """Return the probability of an abnormal finding; ``coverage`` is 0 to 1."""
        return self.false_positive + (self.sensitivity - self.false_positive) * coverage


LIKELIHOODS = {
    row.id: Likelihood(float(row.sensitivity), float(row.false_positive), float(row.weight))
    for row in ROWS
    if row.group == "evidence"
}

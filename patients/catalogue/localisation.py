"""Parameters for localising lesions: weights, probabilities, sensory paths and reflex arcs.

None of the numbers is a measured likelihood; each row of localisation.csv states its source. A
nerve segment is a site on a nerve where a lesion affects only part of the nerve's territory.
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
    """The probabilities that a kind of finding is abnormal inside and outside a lesion's territory.

    ``weight`` discounts the evidence, because findings of the same kind are not independent.
    """

    sensitivity: float
    false_positive: float
    weight: float

    def abnormal(self, coverage: float) -> float:
        """Return the probability of an abnormal finding.

        ``coverage`` is the share of the supply that the lesion affects, from 0 to 1.
        """
        return self.false_positive + (self.sensitivity - self.false_positive) * coverage


LIKELIHOODS = {
    row.id: Likelihood(float(row.sensitivity), float(row.false_positive), float(row.weight))
    for row in ROWS
    if row.group == "evidence"
}

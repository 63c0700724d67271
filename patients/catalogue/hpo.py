"""Terms of the Human Phenotype Ontology, and the findings for which there is none."""

from patients.catalogue.table import read

ROWS = read("hpo_terms")
BY_ID = {row.id: row for row in ROWS if row.id}
WITHOUT_TERM = tuple(row.used_for for row in ROWS if not row.id)


def choices() -> list[tuple[str, str]]:
    """(id, label) of every term."""
    return [(row.id, row.label) for row in BY_ID.values()]

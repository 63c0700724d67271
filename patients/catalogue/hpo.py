"""Terms of the Human Phenotype Ontology, and the findings for which there is none."""

from patients.catalogue.table import read

ROWS = read("hpo_terms")
BY_ID = {row.id: row for row in ROWS if row.id}

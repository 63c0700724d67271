"""Human Phenotype Ontology terms, and findings that have no term."""

from patients.catalogue.table import read

ROWS = read("hpo_terms")
BY_ID = {row.id: row for row in ROWS if row.id}

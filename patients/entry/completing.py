"""What a row takes from the catalogue when its diagnosis or drug is entered by name.

Codes, kind and route are filled only into empty cells, when the name is entered or changed. A cell
that the user clears later stays empty.
"""

from patients.catalogue import coding, lookup
from patients.catalogue.table import parts
from patients.entry.cells import OFFERED, show_codes
from patients.models import Diagnosis, Treatment

# The column with the name that completes a row.
NAMED = {Diagnosis: "text", Treatment: "agent"}


def completed(model, texts):
    """Return {column: text} to fill in empty cells of a row; {} if the catalogue lacks its name."""
    name = NAMED[model]
    catalogue = OFFERED[model._meta.model_name, name]
    id = lookup.find(catalogue, texts[name])
    if id is None:
        return {}
    row = lookup.row_of(catalogue, id)
    found = {"codes": show_codes(coding.codes_of(catalogue, row))}
    if model is Treatment:
        routes = parts(row.usual_routes)
        found["kind"] = lookup.label("treatment_kinds", row.treatment_kind)
        found["route"] = lookup.label("routes", routes[0]) if len(routes) == 1 else ""
    return {column: text for column, text in found.items() if text and not texts[column]}

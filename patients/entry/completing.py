"""What a row takes from the catalogue when its diagnosis or drug is entered by name.

These are codes, and the kind of a treatment: what the catalogue knows, not what the source may
leave open, such as a route. When the name changes, what came with the old name is replaced; what
the user entered stays.
"""

import re

from patients.catalogue import coding, lookup
from patients.entry.cells import show_codes
from patients.entry.offered import OFFERED
from patients.models import Comorbidity, Diagnosis, Treatment

# The column with the name that completes a row.
NAMED = {Diagnosis: "text", Comorbidity: "text", Treatment: "agent"}


def completed(model, texts, name_before):
    """Return {column: text} of the cells that change with the name of a row."""
    name = NAMED[model]
    catalogue = OFFERED[model._meta.model_name, name]
    before, now = (lookup.find(catalogue, one) for one in (name_before, texts[name]))
    if before == now:
        return {}
    old, new = (brought(model, catalogue, one) for one in (before, now))
    return {
        column: replaced(texts[column], old.get(column, ""), new.get(column, ""))
        for column in old | new
    }


def brought(model, catalogue, id):
    """Return {column: text} that an entry brings; {} without an entry."""
    if id is None:
        return {}
    row = lookup.row_of(catalogue, id)
    found = {"codes": show_codes(coding.codes_of(catalogue, row))}
    if model is Treatment:
        found["kind"] = model._meta.get_field("kind").label(row.treatment_kind)
    return found


def replaced(text, old, new):
    """Return a cell's text with the parts of `old` replaced by `new`, unless it has none of them.

    An empty cell is filled.
    """
    parts = split(text)
    own = [part for part in parts if part not in split(old)]
    return text if parts and own == parts else "; ".join([*split(new), *own])


def split(text):
    return [part for part in re.split(r"\s*;\s*", text) if part]

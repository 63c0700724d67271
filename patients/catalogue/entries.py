"""Catalogue entries as plain data, for the REST API and the pickers of the entry pages."""

from typing import Any

from patients.catalogue import lookup
from patients.catalogue.analytes import specimens_of
from patients.catalogue.coding import codes_of
from patients.catalogue.searching import CLOSE, Match, search
from patients.catalogue.table import parts

# Further columns of a table: (column, name in the entry, whether it holds several parts).
FURTHER = {
    "drugs": (("treatment_kind", "kind", False), ("usual_routes", "routes", True)),
    "instruments": (
        ("low", "low", False),
        ("high", "high", False),
        ("unit", "unit", False),
    ),
    "analytes": (("unit", "unit", False),),
}


def entry_of(table_name: str, row: Any) -> dict[str, Any]:
    """Return a row as a dict: id, label, aliases, codes, source and keys specific to its table."""
    found = {
        "id": row.id,
        "label": row.label,
        "aliases": [
            name
            for column in ("aliases", "muscle_names")
            for name in parts(getattr(row, column, ""))
        ],
        "codes": codes_of(table_name, row),
        "source": getattr(row, "source", "") or getattr(row, "evidence", ""),
    }
    for column, name, is_list in FURTHER.get(table_name, ()):
        cell = getattr(row, column)
        found[name] = list(parts(cell)) if is_list else cell
    if table_name == "analytes":
        found["specimens"] = list(specimens_of(row.specimen))
    return found


def entries(table_name: str) -> list[dict[str, Any]]:
    """Return all entries of a table in its order. Raises KeyError for an unknown table."""
    return [entry_of(table_name, row) for row in lookup.TABLES[table_name]]


def found_entries(table_name: str, text: str, specimen: str = "") -> list[dict[str, Any]]:
    """Return the entries that match a text, best first, with the name that matched.

    `similar` is true for entries whose names are only spelt similarly. Raises KeyError for an
    unknown table.
    """
    return [_found(table_name, match) for match in search(table_name, text, specimen)]


def _found(table_name: str, match: Match) -> dict[str, Any]:
    entry = entry_of(table_name, lookup.row_of(table_name, match.id))
    return entry | {"matched": match.name, "similar": match.rank == CLOSE}

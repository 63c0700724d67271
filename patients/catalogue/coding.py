"""The codes of catalogue entries in public terminologies."""

from typing import Any

from patients.catalogue.table import parts

# The columns of a table that hold codes, with the code system of each.
SYSTEMS: dict[str, dict[str, str]] = {
    "diagnoses": {
        "icd10_who": "ICD-10 (WHO 2019)",
        "icd10_cm": "ICD-10-CM (April 2026)",
        "icd11": "ICD-11 MMS",
        "orpha": "Orphanet",
        "mondo": "MONDO",
        "omim": "OMIM",
    },
    "drugs": {"atc": "ATC"},
    "analytes": {"loinc": "LOINC"},
    "hpo": {"id": "HP"},
    "units": {"id": "UCUM"},
}
INEXACT = "broader or related category"  # displayed with a code that does not match exactly


def codes_of(table_name: str, row: Any) -> list[dict[str, str]]:
    """Return the codes of a row as {system, code}; an inexact code also has a `display`."""
    found = []
    for column, system in SYSTEMS.get(table_name, {}).items():
        is_inexact = column in parts(getattr(row, "inexact", ""))
        display = {"display": INEXACT} if is_inexact else {}
        codes = parts(getattr(row, column))
        found += [{"system": system, "code": code} | display for code in codes]
    return found

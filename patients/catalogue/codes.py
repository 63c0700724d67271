"""Codes of diagnoses and tests, each with where it was verified. None is ever made up."""

from patients.catalogue.table import read

ROWS = read("codes")
# Rows without a code say what was looked for and not found.
BY_ID = {f"{row.system}|{row.code}": row for row in ROWS if row.code}


def choices(system: str | None = None) -> list[tuple[str, str]]:
    """("system|code", "code display") of every code, or of one system."""
    return [
        (key, f"{row.code} {row.label}")
        for key, row in BY_ID.items()
        if system in (None, row.system)
    ]


def display(system: str, code: str) -> str | None:
    """The words of one code; None where it is not in the table."""
    row = BY_ID.get(f"{system}|{code}")
    return row.label if row else None

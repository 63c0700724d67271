"""Case templates: what the entry pages offer in a new case, by kind of illness."""

import tomllib
from dataclasses import dataclass
from typing import Any

from patients.catalogue.table import TABLES

SETTINGS = ("label", "visits", "strength", "sides")  # of a template; its other keys are tables


@dataclass(frozen=True)
class CaseTemplate:
    """What the entry pages offer in a new case.

    `visits` are the labels of its visits. `strength` and `sides` are the set of movements and the
    sides that the strength grid shows at first. `rows` maps document keys to the values of
    the rows that each table offers.
    """

    id: str
    label: str
    visits: tuple[str, ...]
    strength: str
    sides: str
    rows: dict[str, tuple[dict[str, str], ...]]


def read_templates() -> dict[str, CaseTemplate]:
    """Return the templates by id, in the order of case_templates.toml."""
    tables = tomllib.loads((TABLES / "case_templates.toml").read_text(encoding="utf-8"))
    return {name: read_template(name, table) for name, table in tables.items()}


def read_template(name: str, table: dict[str, Any]) -> CaseTemplate:
    rows = {key: rows for key, rows in table.items() if key not in SETTINGS}
    return CaseTemplate(
        name,
        table["label"],
        tuple(table["visits"]),
        table["strength"],
        table["sides"],
        {key: tuple(row for one in rows[key] for row in by_side(one)) for key in rows},
    )


def by_side(row: dict[str, Any]) -> list[dict[str, str]]:
    """Return a row once for each of its `sides`, or unchanged if it has none."""
    plain = {name: value for name, value in row.items() if name != "sides"}
    return [plain | {"side": side} for side in row["sides"]] if "sides" in row else [plain]


TEMPLATES = read_templates()

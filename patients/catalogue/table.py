"""Read the catalogue's CSV tables; each row states its source."""

import csv
from collections.abc import Sequence
from dataclasses import make_dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol, TypeVar

TABLES = Path(__file__).parent / "tables"


class HasId(Protocol):
    @property
    def id(self) -> str: ...


Row = TypeVar("Row", bound=HasId)


@cache
def read(name: str, folder: Path = TABLES) -> tuple[Any, ...]:
    """Return the rows of <folder>/<name>.csv as frozen dataclasses with a str field per column."""
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        lines = csv.reader(file)
        columns = next(lines)
        row_class = make_dataclass(f"{name}_row", columns, frozen=True)
        return tuple(row_class(*cells) for cells in lines)


def index(rows: Sequence[Row]) -> dict[str, Row]:
    """Return the rows by id, in table order. Raises ValueError for a duplicate id."""
    by_id = {row.id: row for row in rows}
    if len(by_id) != len(rows):
        raise ValueError("duplicate id in a table")
    return by_id


def parts(cell: str) -> tuple[str, ...]:
    """Split a cell at semicolons, leaving out empty parts."""
    return tuple(part.strip() for part in cell.split(";") if part.strip())

"""Reads the CSV tables beside this package: one row a line, each with its source."""

import csv
from dataclasses import make_dataclass
from functools import cache
from pathlib import Path

TABLES = Path(__file__).parent / "tables"


@cache
def read(name: str, folder: Path = TABLES) -> tuple:
    """The rows of <folder>/<name>.csv as frozen dataclasses; the columns are fields, all str."""
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        lines = csv.reader(file)
        columns = next(lines)
        row_class = make_dataclass(f"{name}_row", columns, frozen=True)
        return tuple(row_class(*cells) for cells in lines)


def index(rows: tuple) -> dict:
    """Rows by id, in the order of the table; two rows of one id are refused."""
    by_id = {row.id: row for row in rows}
    if len(by_id) != len(rows):
        raise ValueError("two rows of one table have the same id")
    return by_id


def parts(cell: str) -> tuple[str, ...]:
    """The items of a cell that holds several, split at semicolons."""
    return tuple(part.strip() for part in cell.split(";") if part.strip())

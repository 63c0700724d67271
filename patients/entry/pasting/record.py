"""A record of a pasted table: the values of one name, side and visit."""

from dataclasses import dataclass, field

from patients.entry.pasting.columns import PARAMETER, REFERENCE, TABLE, UNIT
from patients.entry.pasting.names import PastedName

KEYS = ("side", "visit", UNIT, TABLE, PARAMETER)  # columns without values
JOINED = (REFERENCE, "words")  # columns that take the texts of several cells


@dataclass(frozen=True)
class PastedValue:
    """A text for one column of a record, and the pasted cell that it comes from."""

    row: int
    column: int
    what: str
    text: str


@dataclass(frozen=True)
class Unplaced:
    """A pasted cell that is not entered, and why."""

    row: int
    column: int
    text: str
    reason: str


@dataclass
class PastedRecord:
    """The values of one name, side and visit in one pasted row."""

    target: object
    row: int
    name: PastedName
    side: str
    visit: str
    continues: bool = False  # whether the name is in a row above, such as a drug with a second dose
    values: list = field(default_factory=list)


@dataclass(frozen=True)
class PasteDefaults:
    """The side and visit of values for which the pasted table states none.

    They are those of the cell pasted into, unless the user has chosen others.
    """

    side: str = ""
    visit: str = ""
    chosen_side: str | None = None
    chosen_visit: str | None = None

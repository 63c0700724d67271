"""The columns, rows and cells of the strength grid."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from patients.catalogue import mrc
from patients.models.wording import side_words


@dataclass(frozen=True)
class GridColumn:
    """One side at one visit; `visit` is None if the visit is not stated.

    Grades for a DeletedVisit are shown, but not saved.
    """

    side: str
    visit: object
    key: str

    @property
    def label(self):
        return (
            f"{side_words(self.side)}, {self.visit.label if self.visit else _('visit not stated')}"
        )


@dataclass(frozen=True)
class GridCell:
    """One input of the grid, with its label and error."""

    name: str
    id: str
    text: str
    label: str
    column: GridColumn
    error: str = ""


@dataclass(frozen=True)
class GridRow:
    """A movement or muscle with its cells; in a free row, the user types the name."""

    key: str
    label: str
    cells: tuple[GridCell, ...]
    label_name: str
    printed: str
    is_free: bool = False

    @property
    def errors(self):
        return [cell for cell in self.cells if cell.error]

    @property
    def kept_as_words(self):
        """The cells without an error whose text is kept although it is not an MRC grade."""
        return [cell for cell in self.cells if not cell.error and mrc.is_words(cell.text)]

"""What a dash alone in a cell of a pasted table means: absent among signs, nothing elsewhere."""

import re
from collections import defaultdict

from patients.catalogue.pasted_words import minus_of
from patients.entry.pasting.columns import is_filled, is_numeric
from patients.entry.pasting.values import DASH, JOINT, is_signed

_GRADE = re.compile(r"[0-4]\b.*")


def minus_words(table):
    """Return {number of a column: the word for a dash alone} of the columns that have signs.

    A column without signs or numbers is like the others of its kind. In a column with measurements,
    such as scores, a dash alone is an empty cell.
    """
    own = {column.number: stated_below(table, column) for column in table.columns}
    of_kind = defaultdict(list)
    for column in table.columns:
        of_kind[column.what] += own[column.number]
    found = {}
    for column in table.columns:
        word = minus_of(column.what.split(JOINT)[0])
        cells = own[column.number]
        others = cells if any(map(is_signed, cells)) else of_kind[column.what]
        if word and are_signs(column.what, others):
            found[column.number] = word
    return found


def stated_below(table, column):
    """Return the cells of a column that are neither empty nor a dash."""
    cells = [row.cells[column.number] for row in table.data]
    return [cell for cell in cells if is_filled(cell) and not DASH.fullmatch(cell)]


def are_signs(what, cells):
    """Whether cells have a sign such as "++", and no number that is a measurement."""
    numbers = [cell for cell in cells if is_numeric(cell) and not is_signed(cell)]
    are_grades = what != "value" and all(map(_GRADE.fullmatch, numbers))
    return any(map(is_signed, cells)) and (not numbers or are_grades)

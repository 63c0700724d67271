"""What a dash alone in a cell of a pasted table means: absent among signs, nothing elsewhere."""

import re
from collections import defaultdict

from patients.catalogue.pasted_words import minus_of
from patients.entry.pasting.columns import is_filled, is_numeric
from patients.entry.pasting.values import DASH, JOINT, is_signed, pieces_of

_GRADE = re.compile(r"[0-4]\b.*")


def minus_words(table):
    """Return {number of a column: the word for a dash alone} of the columns that have signs.

    A column without signs is like the others in which a dash has the same meaning. In a column with
    measurements, such as scores, a dash alone is an empty cell.
    """
    words = {column.number: minus_of(column.what.split(JOINT)[0]) for column in table.columns}
    own = {column.number: stated_below(table, column) for column in table.columns}
    of_kind = defaultdict(list)
    for at, word in words.items():
        of_kind[word] += own[at]
    return {
        column.number: word
        for column in table.columns
        if (word := words[column.number])
        and are_signs(column.what, own[column.number], of_kind[word])
    }


def stated_below(table, column):
    """Return the cells of a column that are neither empty nor dashes alone."""
    cells = [row.cells[column.number] for row in table.data]
    return [one for one in cells if is_filled(one) and not all(map(DASH.fullmatch, pieces_of(one)))]


def are_signs(what, own, others):
    """Whether the cells of a column, or those of similar columns, have signs and no measurement."""
    cells = own if any(map(is_signed, own)) else others
    numbers = [cell for cell in (*cells, *own) if is_numeric(cell) and not is_signed(cell)]
    are_grades = what != "value" and all(map(_GRADE.fullmatch, numbers))
    return any(map(is_signed, cells)) and (not numbers or are_grades)

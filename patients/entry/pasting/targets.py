"""The tables of an entry page as targets of a paste: their columns, names and inputs."""

import re
from functools import cached_property, lru_cache

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from patients.catalogue import lookup
from patients.catalogue.mrc import parse_grade
from patients.catalogue.searching import ids_named, suggest
from patients.models.fields import AS_TEXT

MAX_SUGGESTIONS = 4
CLOSENESS = 0.8  # the least similarity of a suggestion, from 0 to 1
_SIGN = r"[+⁺＋\-−‐-—⁻﹣－ ]*"
_SIGNED = re.compile(rf"{_SIGN}[0-5]{_SIGN}")  # such as "+2" or "3 −"


@lru_cache(maxsize=2000)
def suggestions_in(catalogue, text):
    """Return the labels of a catalogue's entries with this name or, if none, with a similar one."""
    named = [lookup.label(catalogue, id) for id in ids_named(catalogue, text)]
    return named or [one.label for one in suggest(catalogue, text, closeness=CLOSENESS)]


class NotPlaced(ValueError):
    """Why a cell cannot be entered, for the user."""


class PasteTarget:
    """What both kinds of table offer to a paste.

    `labels` are {column: label} of what a pasted column can be; `subject` is the column with the
    name of the row, `value_field` the one for values under a heading such as "Right", "" if it
    is not clear.
    """

    labels: dict
    subject = ""
    value_field = ""
    catalogues: tuple = ()
    nested: dict = {}  # the columns of rows within a row, such as the phases of a treatment
    has_flags = False  # whether results are printed with flags such as H and L

    def __init__(self, part, has_siblings=False):
        self.part, self.has_siblings = part, has_siblings
        self.prefix, self.title = part.prefix, capfirst(part.title)

    def find(self, text, specimen=""):
        """Return the label of the catalogue's entry that a text names, or ""."""
        specimen = (lookup.find("specimens", specimen) if specimen else "") or ""
        for catalogue in self.catalogues:
            if found := lookup.find(catalogue, text, specimen):
                return lookup.label(catalogue, found)
        return ""

    def suggestions(self, text):
        """Return the labels of the entries with this name or, without any, a similar one."""
        found = [label for one in self.catalogues for label in suggestions_in(one, text)]
        return list(dict.fromkeys(found))[:MAX_SUGGESTIONS]

    def is_text(self, what):
        """Whether a column has names and words rather than results."""
        return what == self.subject

    def lists(self, what, text):
        """Whether the catalogue of a column has a name; of the subject if `what` is ""."""
        return what in ("", self.subject) and bool(self.find(text))

    def column_listing(self, text):
        """Return the column, other than the subject, whose catalogue has this name, or ""."""
        return ""

    def is_site(self, text):
        """Whether a text beside a name is the recording site, such as a muscle."""
        return False

    def beside(self, name):
        """Return {column: text} of what is printed beside a PastedName, such as a muscle."""
        return {}

    def derived(self, name):
        """Return {column: text} of what the catalogue says about a name."""
        return {}

    @property
    def takes_any_name(self):
        """Whether a text that is alone in its row is a row of the table, whatever it is."""
        return False

    def is_result_text(self, text):
        """Whether a text such as "M3", which could be a visit, is a result in this table."""
        return False

    def split(self, what, text, name):
        """Return {column: text} of a cell that may have the texts of several columns."""
        return {what: text}

    def about(self, what, text):
        """Return a text that is for one of the results of a row."""
        return text

    def takes_unit(self, what, unit):
        """Whether a unit that is printed with the name of a row is that of a column."""
        return False

    def field_with_unit(self, unit):
        return ""

    def is_result(self, what):
        """Whether a column has results, which may be of one side and visit."""
        return bool(what) and what == self.value_field


class GridTarget(PasteTarget):
    """The strength grid: its cells are named by row, side and visit."""

    subject, value_field = "name", "grade"
    catalogues = ("movements", "muscles")
    MAX_FREE = 60

    @property
    def labels(self):
        return {
            "name": _("movement or muscle"),
            "side": _("side"),
            "visit": _("visit"),
            "grade": _("grade"),
        }

    def find(self, text, specimen=""):
        kind, id = lookup.find_graded(text) or ("", "")
        return lookup.label(f"{kind}s", id) if kind else ""

    @cached_property
    def rows(self):
        return self.part.rows()

    def position(self, name):
        """Return (row, column) of an input, both 0 if it is not a cell."""
        for at, row in enumerate(self.rows):
            for column, cell in enumerate(row.cells):
                if cell.name == name:
                    return at, column
        return 0, 0

    def by_position(self, columns, start):
        """Yield (column, (what, side, visit)) for the columns that are not known otherwise."""
        unknown = [column for column in columns if not column.what]
        for column, own in zip(unknown, self.part.columns[start:], strict=False):
            yield column, (self.value_field, own.side, own.visit.key if own.visit else "")

    def name_at(self, row):
        """Return the name of a row of the grid, or ""."""
        return self.rows[row].label if row < len(self.rows) else ""

    def visit_at(self, name):
        match = next((cell for row in self.rows for cell in row.cells if cell.name == name), None)
        return match.column.visit.key if match and match.column.visit else ""

    def side_at(self, name):
        match = next((cell for row in self.rows for cell in row.cells if cell.name == name), None)
        return match.column.side if match else ""

    def accepts(self, _what, text):
        try:
            parse_grade(text)
        except ValueError:
            return False
        return True

    def reads(self, what, text):
        """Return a grade in its usual spelling ("+2" is "2+"), and any other text as it is."""
        is_grade = _SIGNED.fullmatch(text) and self.accepts(what, text)
        return parse_grade(text).text if is_grade else text

    def is_result_text(self, text):
        return bool(re.search(r"[0-5]", text)) and self.accepts(self.value_field, text)

    def with_unit(self, what, text, unit):
        return text

    def beside(self, name):
        return {"label": name.printed} if name.aside else {}  # the row keeps its printed label

    def row_key(self, name):
        """Return the key of a name's row; "" if the name is in no catalogue and no grid row."""
        if found := lookup.find_graded(name):
            return ".".join(found)
        as_text = next((k for k in self.part.keys if k == f"movement.{AS_TEXT}{name}"), "")
        return as_text

"""Load the current record of a case, and prepare the body map of its page."""

from django.utils.translation import gettext_lazy as _

from patients.drawings.body_map import change_map, grade_map
from patients.record.document import read
from patients.versions.reading import load_record


def current_record(case):
    """Return the current version's record, or one read from the rows if no version is saved yet."""
    version = case.versions.filter(number=case.version).first()
    return load_record(version) if version else read(case)


# The case page


def strength_map(table, rows):
    """Return the body map for the strength table: changes, or grades if there is only one visit."""
    if table.is_compared:
        return change_map("map-strength", _("Change, first to last visit"), table.rows)
    return grade_map("map-strength", _("MRC grades"), rows)

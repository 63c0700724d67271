"""Rules about grades without a definition, such as grades with + and −."""

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from caserecords.reasoning.checks.finding import DOUBT, GAP, CheckFinding, Rule
from caserecords.reasoning.checks.prose import remarks, stated
from caserecords.reasoning.row_references import refer_to_rows
from patients.catalogue import mrc
from patients.models import Origin

WHOLE = ("0", "1", "2", "3", "4", "5")  # the grades defined by the MRC (Memorandum 45)
# Phrases that name a definition of grades with + and −.
DEFINED = re.compile(r"\bKendall\b|\b(?:expanded|extended|modified) MRC\b", re.I)
# Phrases stating that the source does not define grades with + and −.
WHOLE_ALONE = re.compile(
    r"\b(?:whole grades (?:alone|only)|only whole grades"
    r"|(?:do|does|is|are)(?: not|n't|n’t) define[sd]?)\b",
    re.I,
)


def grades_of(row):
    return {end for end in (row.grade.low, row.grade.high) if end} if row.grade else set()


def undefined_grades(record):
    """Grades with + or − that the source does not define.

    In a published case only the source can define them. The team's own cases use the definitions
    shown next to the entry grid, unless a remark states otherwise.
    """
    rows = [row for row in record.strength if grades_of(row) - set(WHOLE)]
    between = sorted({end for row in rows for end in grades_of(row)} - set(WHOLE), key=mrc.rank)
    stating_undefined = [
        row for row, text in remarks(record) if WHOLE_ALONE.search(text) and "grade" in text
    ]
    silent = record.case.origin == Origin.PUBLISHED and not is_defined(record)
    if between and (stating_undefined or silent):
        yield CheckFinding(
            _("The source does not define these grades: %(grades)s.")
            % {"grades": ", ".join(between)},
            refer_to_rows(record, [*rows, *stating_undefined]),
            tuple(between),
        )


def is_defined(record):
    """Return whether a narrative, note or discrepancy names a definition of grades with + and −."""
    texts = [row.text for row in record.narrative]
    texts += [row.note for row in (*record.visits, *record.strength)]
    texts += [f"{row.statement} {row.reading}" for row in stated(record)]
    return any(DEFINED.search(text) for text in texts)


def grades_without_source(record):
    """Grades without a known published definition."""
    rows = [row for row in record.strength if grades_of(row) & set(mrc.RARE)]
    if rows:
        yield CheckFinding(
            _("No published definition of this grade is known: %(grades)s.")
            % {"grades": ", ".join(mrc.RARE)},
            refer_to_rows(record, rows),
            (*mrc.RARE, len(rows)),
        )


RULES = (
    Rule(
        "grades-undefined",
        GAP,
        gettext_lazy("Grades not defined in the source"),
        gettext_lazy("Enter the definition in the visit's note, or accept that none is stated."),
        undefined_grades,
    ),
    Rule(
        "grades-without-source",
        DOUBT,
        gettext_lazy("Grades without a published definition"),
        gettext_lazy("Use a defined grade, or accept the grade as the source states it."),
        grades_without_source,
    ),
)

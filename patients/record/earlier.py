"""Documents of earlier versions of a case, in the form in which they would be written today."""

from patients.catalogue.mrc import parse_grade
from patients.models import StrengthScore


def as_written_today(document):
    """Return a document whose grades have their canonical text, and the text as printed beside it.

    Grades that cannot be read are unchanged. The given document is not changed.
    """
    key = StrengthScore.DOCUMENT_KEY
    if key not in document:
        return document
    return document | {key: [with_canonical_grade(row) for row in document[key]]}


def with_canonical_grade(row):
    try:
        grade = parse_grade(row["grade"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return row
    if grade.text == row["grade"]:
        return row
    printed = row.get("printed_grade") or grade.printed
    return row | {"grade": grade.text} | ({"printed_grade": printed} if printed else {})

"""Rules about duplicate rows and visits without findings."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from caserecords.reasoning.checks.finding import DOUBT, GAP, CheckFinding, Rule
from caserecords.reasoning.row_references import refer_to, refer_to_rows, row_label
from patients.models.events import VisitRow
from patients.models.wording import field_text
from patients.record.document import document_fields
from patients.record.kinds import by_key, keys_of

IGNORED = ("words", "note", "key")
# Columns added since the first release: if empty, they are not among the facts of a check, so that
# an accepted check stays accepted.
ADDED = ("condition", "printed_grade", "frequency", "end_dose")


def repeated_rows(record):
    """Rows that differ at most in source wording, note and key, in tables without MAY_REPEAT."""
    for table, model in by_key().items():
        seen = {}
        for row in record.rows[table] if not model.MAY_REPEAT else ():
            seen.setdefault(content(row), []).append(row)
        for contents, same in seen.items():
            if len(same) > 1:
                values = {"table": model.TITLE, "row": row_label(same[0]), "n": len(same)}
                yield CheckFinding(
                    _("The same row occurs %(n)s times in %(table)s: %(row)s.") % values,
                    refer_to_rows(record, same),
                    (table, *contents, len(same)),
                )


def content(row):
    """Return the values of a row as strings, without the IGNORED fields and empty ADDED ones."""
    fields = [field for field in document_fields(type(row)) if field.name not in IGNORED]
    return tuple(
        plain(field, getattr(row, field.name))
        for field in fields
        if field.name not in ADDED or getattr(row, field.name)
    )


def plain(field, value):
    """Return a value as a string; an event or visit is given by its label."""
    if field.is_relation:
        return field_text(field, value)
    return str(value)


def visits_without_findings(record):
    """A visit without findings or imaging studies."""
    tables = keys_of(lambda model: issubclass(model, VisitRow))
    used = {row.visit.key for table in tables for row in record.rows[table] if row.visit}
    studies = (record.parts.get("imaging") or {}).get("studies", ())
    used |= {study.get("visit") for study in studies}
    for row in record.visits:
        if row.key not in used:
            yield CheckFinding(
                _("No findings are recorded for the visit “%(visit)s”.") % {"visit": row.label},
                (refer_to(record, row),),
                (row.label,),
            )


RULES = (
    Rule(
        "row-twice",
        DOUBT,
        gettext_lazy("Duplicate rows"),
        gettext_lazy("Delete one of the rows, or enter what distinguishes them."),
        repeated_rows,
    ),
    Rule(
        "visit-empty",
        GAP,
        gettext_lazy("Visits without findings"),
        gettext_lazy("Enter the findings, or delete the visit."),
        visits_without_findings,
        of_images=True,
    ),
)

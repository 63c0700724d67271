"""Rule about values and grades that are kept as text, because they were not recognised."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from caserecords.reasoning.checks.finding import DOUBT, CheckFinding, Rule
from caserecords.reasoning.row_references import refer_to, row_label
from patients.catalogue.mrc import Grade
from patients.models.fields import GradeField, ValueField
from patients.record.document import document_fields
from patients.record.kinds import by_key


def texts(record):
    """Values and grades that are kept as text, and are therefore not compared or counted."""
    for key, model in by_key().items():
        fields = [f for f in document_fields(model) if isinstance(f, (ValueField, GradeField))]
        for row in record.rows[key]:
            for field in fields:
                text = kept_text(getattr(row, field.name))
                if text:
                    values = {"row": row_label(row), "column": field.verbose_name, "text": text}
                    yield CheckFinding(
                        _("%(row)s: %(column)s “%(text)s” is kept as text.") % values,
                        (refer_to(record, row),),
                        (key, str(row), field.name, text),
                    )


def kept_text(value):
    """Return the text of a value or grade that was not recognised; "" for any other."""
    if isinstance(value, Grade):
        return value.word
    return value.text or "" if value else ""


RULES = (
    Rule(
        "not-recognised",
        DOUBT,
        gettext_lazy("Values and grades that are not recognised"),
        gettext_lazy("Enter a value or an MRC grade, or accept the text as the source prints it."),
        texts,
    ),
)

"""Convert the data of a case to phrases for its report."""

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.catalogue import mrc
from patients.models import Sex, Side
from patients.models.wording import field_text, is_empty, missing_unit, side_words

ORDINALS = {
    1: gettext_lazy("first"),
    2: gettext_lazy("second"),
    3: gettext_lazy("third"),
    4: gettext_lazy("fourth"),
    5: gettext_lazy("fifth"),
}
# (text in the source column of the grade catalogue, citation in the report)
GRADE_SOURCES = (
    ("footnote of the published table", gettext_lazy("footnote to Table 1 in Chang 2017")),
    ("[S9]", gettext_lazy("MRC Memorandum 45 (1976)")),
    ("Kendall 2005 via Physio-pedia", gettext_lazy("Kendall 2005, as quoted by Physio-pedia")),
    ("standard teaching", gettext_lazy("standard teaching, not checked against a publication")),
    ("none found", gettext_lazy("no publication found")),
)
MRC_CREDIT = gettext_lazy(
    "MRC, Medical Research Council. The MRC scale is used with the permission of the Medical "
    "Research Council, under the Open Government Licence. Grades are ordinal: they are compared, "
    "never added or averaged."
)


def show(row, name):
    """Return the text of a field with its unit, or "" if it is empty."""
    field = row._meta.get_field(name)
    value = getattr(row, name)
    return "" if is_empty(value) else field_text(field, value) + missing_unit(field, value)


def value_text(row, name, value):
    """Return the text of a value in column `name` with its unit, or "" if there is no value."""
    return value.printed + missing_unit(row._meta.get_field(name), value) if value else ""


def with_side(text, side):
    """Return "L5 and S1 roots, left"; the side is left out if not stated or already in the text."""
    label = side_words(side)
    if not label or side == Side.NOT_STATED or label.casefold() in text.casefold():
        return text
    return f"{text}, {label}" if text else label


def number_text(number: Decimal):
    """Return a number with grouped thousands and no trailing zeros after the point: "5,000"."""
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent_text(number: Decimal):
    return f"{number}%"


def ordinal(number):
    return str(ORDINALS.get(number) or number)


def person_text(case, patient):
    """Return "74 years, male"; a missing age or sex is given as not recorded."""
    age = case.age_at_presentation
    parts = [
        show(case, "age_at_presentation") if age else _("age not recorded"),
        _("sex not recorded")
        if patient.sex == Sex.NOT_RECORDED
        else str(patient.get_sex_display()),
    ]
    return ", ".join(parts)


def ratio_text(found):
    """Return (text, small print) for a side-to-side ratio, marked as reported or computed.

    Return ("", "") if there is no ratio.
    """
    if found is None:
        return "", ""
    ratio, of = found.ratio, side_words(found.of)
    if ratio.origin == "reported":
        drop = ratio.drop is not None and _("computed drop: %(drop)s") % {
            "drop": percent_text(ratio.drop)
        }
        return _("as reported"), drop or ratio.reason
    values = {"percent": percent_text(ratio.percent), "side": of}
    text = _("%(percent)s of the %(side)s side") % values
    formula = ratio.formula.rpartition(" = ")[0]
    return text, _("computed: %(formula)s; drop %(drop)s") % {
        "formula": formula,
        "drop": percent_text(ratio.drop),
    }


# Treatment


def phase_text(phase):
    """Return the reported dose, sessions and duration, such as "1,000 mg per day, 5 days".

    The daily dose is added in brackets if it is computed: "20 mg twice daily (40 mg a day)".
    """
    row = phase.source
    dose = " ".join(filter(None, (show(row, "dose"), taper_text(row), row.frequency)))
    per = _("per %(time)s") % {"time": row.per} if dose and row.per else ""
    sessions = show(row, "sessions")
    counted = per_time = ""
    if sessions:
        counted = _("1 session") if sessions == "1" else _("%s sessions") % sessions
        per_time = _("per %(time)s") % {"time": row.per} if row.per and not dose else ""
    parts = [
        " ".join(part for part in (dose, per, daily_text(phase)) if part),
        " ".join(part for part in (counted, per_time) if part),
        show(row, "duration"),
    ]
    return ", ".join(part for part in parts if part)


def taper_text(row):
    return _("tapered to %(dose)s") % {"dose": show(row, "end_dose")} if row.end_dose else ""


def daily_text(phase):
    """Return the computed daily dose in brackets; "" if it is unknown, as reported or tapered."""
    if phase.daily is None or phase.daily == phase.each or phase.source.end_dose:
        return ""
    amount = f"{number_text(phase.daily)} {phase.unit}".strip()
    return _("(%(amount)s a day)") % {"amount": amount}


def dose_text(phase, number):
    """Return the dose of a phase, such as "5,000 mg in the first phase", or "doses not reported".

    Return "" if a dose is recorded but its total is not known, or for sessions without a dose.
    """
    row = phase.source
    if phase.known_dose is not None:
        amount = f"{number_text(phase.known_dose)} {phase.unit}".strip()
        return _("%(amount)s in the %(ordinal)s phase") % {
            "amount": amount,
            "ordinal": ordinal(number),
        }
    if row.dose is not None:
        return ""
    if row.kind == "taper":
        return _("doses of the taper not reported")
    return "" if row.kind == "sessions" else _("doses not reported")


def total_text(dose):
    """Return the total dose, or "at least 5,000 mg" if the dose of a phase is not known."""
    amount = f"{number_text(dose.amount)} {dose.unit}".strip()
    if dose.lower_bound:
        return _("at least %(amount)s") % {"amount": amount}
    return amount


def dose_formula(dose):
    """Return the formula of a total dose, such as "1,000 mg × 5 days"."""
    return " + ".join(
        f"{number_text(phase.each)} {phase.unit} × {number_text(phase.times)} {counted(phase)}"
        for phase in dose.phases
    )


def counted(phase):
    if phase.source.per == "session":
        return _("sessions")
    return _("days") if phase.daily == phase.each else _("doses")


# Strength


def grade_definition(grade):
    """Return (definition, list of citations) of a grade.

    A definition by Chang or Kendall names its author.
    """
    row = mrc.BY_ID[grade]
    text = row.definition.replace("Published table", "Chang 2017")
    if "Kendall" in row.source and "Kendall" not in text and "Chang" not in text:
        text = f"Kendall: {text[0].casefold()}{text[1:]}"
    return _(text), [str(citation) for mark, citation in GRADE_SOURCES if mark in row.source]

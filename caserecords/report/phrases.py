"""The words that the report makes of data. They state, they never judge or fill a gap."""

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.catalogue import mrc
from patients.models import Sex, Side
from patients.models.wording import field_words, is_empty, missing_unit, side_words

MINUS = "\u2212"
ORDINALS = {
    1: gettext_lazy("first"),
    2: gettext_lazy("second"),
    3: gettext_lazy("third"),
    4: gettext_lazy("fourth"),
    5: gettext_lazy("fifth"),
}
# How the catalogue of grades names its sources, and what a reader is told.
GRADE_SOURCES = (
    ("footnote of the published table", gettext_lazy("footnote of Table 1 of Chang 2017")),
    ("[S9]", gettext_lazy("MRC Memorandum 45 (1976)")),
    ("Kendall 2005 via Physio-pedia", gettext_lazy("Kendall 2005, as quoted by Physio-pedia")),
    ("standard teaching", gettext_lazy("standard teaching, no publication checked")),
    ("none found", gettext_lazy("no publication found")),
)
MRC_CREDIT = gettext_lazy(
    "MRC, Medical Research Council. The MRC scale is used with the permission of the Medical "
    "Research Council, under the Open Government Licence. Grades are ordinal: they are compared, "
    "never added or averaged."
)


def show(row, name):
    """A field of a row in words, with its column's unit; "" where it is empty."""
    field = row._meta.get_field(name)
    value = getattr(row, name)
    return "" if is_empty(value) else field_words(field, value) + missing_unit(field, value)


def value_text(row, name, value):
    """A value that stands in column `name` of the kind of `row`, with the column's unit."""
    return value.printed + missing_unit(row._meta.get_field(name), value) if value else ""


def day_number(day):
    """0, −25: with a typographic minus."""
    return str(day).replace("-", MINUS)


def day_words(point):
    """ "day −25", or "about day 92" where a placement is not exact to the day; "" for none."""
    if point.day is None:
        return ""
    words = _("day %(day)s") if point.exact else _("about day %(day)s")
    return words % {"day": day_number(point.day)}


def day_range(point):
    """ "77 to 107", the days that an inexact placement allows; "" where it is exact, or none."""
    if point.day is None or point.exact:
        return ""
    return _("%(low)s to %(high)s") % {
        "low": day_number(point.low),
        "high": day_number(point.high),
    }


def with_side(text, side):
    """ "L5 and S1 roots, left"; the text alone where no side was stated or it says it already."""
    words = side_words(side)
    if not words or side == Side.NOT_STATED or words.casefold() in text.casefold():
        return text
    return f"{text}, {words}" if text else words


def number_text(number: Decimal):
    """ "5,000", "2": grouped, without trailing zeros."""
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent_text(number: Decimal):
    return f"{number} %"


def ordinal(number):
    return str(ORDINALS.get(number) or number)


def person_words(case, patient):
    """ "74 years, male": what the record holds, and what it does not."""
    age = case.age_at_presentation
    parts = [
        show(case, "age_at_presentation") if age else _("age not recorded"),
        _("sex not recorded")
        if patient.sex == Sex.NOT_RECORDED
        else str(patient.get_sex_display()),
    ]
    return ", ".join(parts)


def ratio_words(found):
    """(words, small print) of a ratio between the sides; reported and computed are told apart."""
    if found is None:
        return "", ""
    ratio, of = found.ratio, side_words(found.of)
    if ratio.origin == "reported":
        drop = ratio.drop is not None and _("drop %(drop)s, computed") % {
            "drop": percent_text(ratio.drop)
        }
        return _("as reported"), drop or ratio.reason
    words = _("%(percent)s of %(side)s") % {"percent": percent_text(ratio.percent), "side": of}
    formula = ratio.formula.rpartition(" = ")[0]
    return words, _("computed: %(formula)s; drop %(drop)s") % {
        "formula": formula,
        "drop": percent_text(ratio.drop),
    }


# Treatment


def phase_words(phase):
    """ "1,000 mg per day, 5 days" as it was reported, and whose doses were not."""
    row = phase.source
    dose = show(row, "dose")
    per = _("per %(time)s") % {"time": row.per} if dose and row.per else ""
    sessions = show(row, "sessions")
    counted = per_time = ""
    if sessions:
        counted = _("%(number)s sessions") % {"number": sessions}
        per_time = _("per %(time)s") % {"time": row.per} if row.per and not dose else ""
    parts = [
        " ".join(part for part in (dose, per) if part),
        " ".join(part for part in (counted, per_time) if part),
        show(row, "duration"),
    ]
    return ", ".join(part for part in parts if part)


def dose_words(phase, number):
    """ "5,000 mg in the first phase", "doses of the taper not reported", or "" for other phases."""
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


def total_words(dose):
    """ "at least 5,000 mg": a lower bound where the dose of a phase is not known."""
    amount = f"{number_text(dose.amount)} {dose.unit}".strip()
    if dose.lower_bound:
        return _("at least %(amount)s") % {"amount": amount}
    return amount


def dose_formula(dose):
    """ "1,000 mg × 5 days": what a known total is computed from."""
    return " + ".join(
        f"{number_text(phase.each)} {phase.unit} × {number_text(phase.times)} {counted(phase)}"
        for phase in dose.phases
    )


def counted(phase):
    return _("sessions") if phase.source.per == "session" else _("days")


# Strength


def grade_definition(grade):
    """(definition, sources) of one grade, as the catalogue has them; it says whose words it is."""
    row = mrc.BY_ID[grade]
    said = row.definition.replace("Published table", "Chang 2017")
    if "Kendall" in row.source and "Kendall" not in said and "Chang" not in said:
        said = f"Kendall: {said[0].casefold()}{said[1:]}"
    return _(said), [str(words) for mark, words in GRADE_SOURCES if mark in row.source]

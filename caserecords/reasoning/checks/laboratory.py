"""Rule that compares the interpretation of a result with its reference range."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from caserecords.reasoning.checks.finding import CONTRADICTION, CheckFinding, Rule
from caserecords.reasoning.row_references import refer_to, row_label
from patients.language.numbers import to_decimal
from patients.language.values import parse_value
from patients.models.investigations import Interpretation

WITHIN, ABOVE, BELOW = "within", "above", "below"
AGREES = {
    Interpretation.NORMAL: (WITHIN,),
    Interpretation.ABNORMAL: (ABOVE, BELOW),
    Interpretation.HIGH: (ABOVE,),
    Interpretation.LOW: (BELOW,),
}


def against_range(record):
    """A result whose interpretation contradicts its reference range."""
    for row in (*record.laboratory, *record.investigations):
        place = place_in(row.value, row.reference_range)
        if place and row.interpretation in AGREES and place not in AGREES[row.interpretation]:
            values = {
                "row": row_label(row),
                "interpretation": row.get_interpretation_display(),
                "range": row.reference_range,
            }
            message = _(
                "%(row)s is recorded as %(interpretation)s, but its reference range is %(range)s."
            )
            yield CheckFinding(
                message % values,
                (refer_to(record, row),),
                (
                    str(row),
                    row.value.printed,
                    row.reference_range,
                    row.interpretation,
                ),
            )


def place_in(value, printed_range):
    """Return "within", "above" or "below"; None if value and range cannot be compared reliably."""
    limits = read_range(printed_range)
    if value is None or limits is None or value.comparator or value.approximate:
        return None
    if value.out_of:
        return None
    number = value.decimal()
    unit = "%" if value.kind == "percent" else value.unit
    low, high, range_unit = limits
    if number is None or value.of or (range_unit or unit) != (unit or range_unit):
        return None
    if high is not None and high(number):
        return ABOVE
    return BELOW if low is not None and low(number) else WITHIN


def read_range(text):
    """Parse a range such as "0.15–0.45 g/L", "< 5" or "≥ 4 µV".

    Return (is_below, is_above, unit): two tests of a number, one of which may be None. Return None
    for any other text.
    """
    try:
        value = parse_value(text)
    except ValueError:
        return None
    if value.kind == "range":
        low, high = to_decimal(value.number), to_decimal(value.high)
        return lambda n: n < low, lambda n: n > high, value.unit
    limit = value.decimal()
    if limit is None or not value.comparator:
        return None
    unit = "%" if value.kind == "percent" else value.unit
    return {
        "<": (None, lambda n: n >= limit, unit),
        "<=": (None, lambda n: n > limit, unit),
        ">": (lambda n: n <= limit, None, unit),
        ">=": (lambda n: n < limit, None, unit),
    }.get(value.comparator)


RULES = (
    Rule(
        "result-range",
        CONTRADICTION,
        gettext_lazy("Interpretation does not match the result and its reference range"),
        gettext_lazy("Correct the result, the reference range or the interpretation."),
        against_range,
    ),
)

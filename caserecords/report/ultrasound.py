"""Report table of nerve and muscle ultrasound, with side-to-side ratios."""

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from caserecords.report.exhibits import (
    ReportCell,
    ReportTable,
    collect_notes,
    field_cell,
    head,
    visit_label,
    with_visits,
    without_empty_columns,
)
from caserecords.report.phrases import number_text, side_words
from patients.models import Ultrasound
from patients.tables.columns import OTHER_SIDE, group, identity

SITE = ("nerve", "muscle", "site", "condition", "visit")
NAMES = (
    "area_mm2",
    "thickness_mm",
    "echogenicity",
    "heckmatt",
    "vascularity",
    "fasciculations",
    "result",
    "other_side",
)
HUNDREDTH = Decimal("0.01")
MAX_RATIO = Decimal("999999999999.99")  # a larger ratio is not shown, as it is too long


def ultrasound(record):
    """Return the ultrasound table in order of entry, or None if there are no rows."""
    rows = record.ultrasound
    if not rows:
        return None
    several, ratios = with_visits(rows), side_ratios(rows)
    visit = (_("visit"),) if several else ()
    table = ReportTable(
        _("Nerve and muscle ultrasound"),
        (
            _("nerve or muscle"),
            _("side"),
            *visit,
            _("site"),
            _("condition"),
            *(str(Ultrasound._meta.get_field(name).verbose_name) for name in NAMES),
            _("larger side ÷ smaller side"),
            _("laboratory's reference limits"),
        ),
        tuple(cells(row, several, ratios) for row in rows),
        collect_notes([(str(row), row.note) for row in rows]),
    )
    return without_empty_columns(table)


def cells(row, several, ratios):
    return (
        head(str(row)),
        field_cell(row, "side"),
        *((ReportCell(visit_label(row.visit)),) if several else ()),
        ReportCell(row.site),
        ReportCell(row.condition),
        *(field_cell(row, name) for name in NAMES),
        ratios.get(id(row), ReportCell()),
        ReportCell(row.reference),
    )


def side_ratios(rows):
    """Return {id() of the row with the larger area: ReportCell with the side-to-side ratio}.

    A ratio needs exactly one row on each side for the same nerve or muscle, site and visit. The
    areas must be plain positive numbers in the same unit.
    """
    found = {}
    for same in group(rows, lambda row: identity(row, SITE)).values():
        sides = {row.side: row for row in same}
        if len(same) == 2 and OTHER_SIDE.get(same[0].side) in sides:
            larger, smaller = sorted(same, key=size, reverse=True)
            if size(smaller) > 0 and area(larger).unit == area(smaller).unit:
                found[id(larger)] = ratio_cell(larger, smaller)
    return found


def area(row):
    """Return the area with an explicit unit, or None unless it is a plain positive number."""
    value = row.area_mm2
    if value is None or value.kind != "number" or value.comparator or value.decimal() <= 0:
        return None
    return replace(value, unit=value.unit or row._meta.get_field("area_mm2").unit)


def size(row):
    value = area(row)
    return value.decimal() if value else Decimal(0)


def ratio_cell(larger, smaller):
    """Return the ratio, rounded to 0.01, with its formula; empty if the ratio exceeds MAX_RATIO."""
    ratio = size(larger) / size(smaller)
    if ratio > MAX_RATIO:
        return ReportCell()
    formula = f"{area(larger).printed} ÷ {area(smaller).printed}"
    small = _("computed: %(larger)s ÷ %(smaller)s, %(formula)s") % {
        "larger": side_words(larger.side),
        "smaller": side_words(smaller.side),
        "formula": formula,
    }
    return ReportCell(number_text(ratio.quantize(HUNDREDTH, ROUND_HALF_UP)), small)

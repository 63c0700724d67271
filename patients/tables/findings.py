"""Signs, scales, measures, laboratory and imaging findings as tables."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from patients.catalogue import instruments
from patients.language.value import Value
from patients.models import (
    Dynamometry,
    ImagingFinding,
    LaboratoryResult,
    ScaleScore,
    Sign,
    Visit,
)
from patients.tables.columns import (
    by_visit,
    group,
    identity,
    label,
    merge_sides,
    visit_key,
    visits_of,
)


@dataclass(frozen=True)
class SignRow:
    """One sign on one side; `signs` has one item for each visit, None if not recorded."""

    domain: str
    item: str
    side: str
    region: str
    signs: tuple[Sign | None, ...]


@dataclass(frozen=True)
class SignTable:
    visits: tuple[Visit | None, ...]
    rows: tuple[SignRow, ...]


@dataclass(frozen=True)
class MeasureRow:
    """One scale, force or count on one side, with at most one value per visit.

    `change` is None if no direction can be given.
    """

    label: str
    side: str
    values: tuple[Value | None, ...]
    change: str | None
    bounds: str = ""
    condition: str = ""


@dataclass(frozen=True)
class MeasureTable:
    visits: tuple[Visit | None, ...]
    rows: tuple[MeasureRow, ...]


@dataclass(frozen=True)
class LaboratoryRow:
    source: LaboratoryResult
    visit: Visit | None
    specimen: str
    analyte: str
    value: Value | None
    reference_range: str
    interpretation: str


@dataclass(frozen=True)
class ImagingStudy:
    """The findings of one kind of imaging at one visit."""

    visit: Visit | None
    modality: str
    region: str
    sequence: str
    plane: str
    contrast: str
    findings: tuple[ImagingFinding, ...]


SIGN_SAME = ("domain", "item", "region", "visit", "finding", "grade", "scale", "note")


def sign_table(rows: Sequence[Sign], visits: Sequence[Visit]) -> SignTable:
    """Return signs by domain, item, side and region, with left and right merged if equal."""
    columns = visits_of(rows, visits)
    merged = merge_visits(rows)
    found = group(merged, lambda pair: (pair[1].domain, pair[1].item, pair[0], pair[1].region))
    return SignTable(columns, tuple(make_sign(pairs, columns) for pairs in found.values()))


def merge_visits(rows):
    """Return (side, sign), with left and right merged if they agree at every visit."""
    found = group(rows, lambda row: (row.domain, row.item, row.region))
    return [pair for signs in found.values() for pair in merge_if_whole(signs)]


def merge_if_whole(signs):
    merged = merge_sides(signs, SIGN_SAME)
    if len(merged) * 2 == len(signs):
        return merged
    return [(sign.side, sign) for sign in signs]


def make_sign(pairs, columns):
    side, first = pairs[0]
    signs = by_visit([sign for _side, sign in pairs], columns)
    return SignRow(label(first, "domain"), label(first, "item"), side, first.region, signs)


def scale_table(rows: Sequence[ScaleScore], visits: Sequence[Visit]) -> MeasureTable:
    """Return scores by instrument and side, with the change from the first to the last visit."""
    columns = visits_of(rows, visits)
    found = one_per_visit(rows, ("instrument", "side", "condition"))
    return MeasureTable(columns, tuple(make_scale(scores, columns) for scores in found))


def one_per_visit(rows, names):
    """Return the rows grouped by the named columns, with at most one row per visit in a group.

    A second value of a visit is in a further group, after the first.
    """
    found = {}
    for same in group(rows, lambda row: identity(row, names)).values():
        earlier = Counter()
        for row in same:
            visit = visit_key(row.visit)
            earlier[visit] += 1
            found.setdefault((identity(row, names), earlier[visit]), []).append(row)
    return list(found.values())


def make_scale(scores, columns):
    first = scores[0]
    values = tuple(score.value if score else None for score in by_visit(scores, columns))
    known = first.instrument in instruments.BY_ID
    return MeasureRow(
        label(first, "instrument"),
        first.side,
        values,
        score_change(first.instrument, values) if known else None,
        instruments.printed_range(first.instrument) if known else "",
        first.condition,
    )


def score_change(instrument, values):
    """Return the direction of a score's change; None if first and last cannot be compared."""
    ends = (values[0], values[-1])
    if len(values) < 2 or not all(is_plain(value) for value in ends):
        return None
    first, last = ends
    high = instruments.BY_ID[instrument].high
    if any(value.out_of not in (None, high) for value in ends):
        return None
    if (first.kind, first.of) != (last.kind, last.of):
        return None
    if not instruments.units_match(instrument, first.unit, last.unit):
        return None
    return instruments.change(instrument, *(value.decimal() for value in ends))


def is_plain(value):
    return value is not None and value.decimal() is not None and not value.comparator


def measure_table(rows: Sequence[Dynamometry], visits: Sequence[Visit]) -> MeasureTable:
    """Return forces and counts by measure and side, without a direction of change."""
    columns = visits_of(rows, visits)
    found = one_per_visit(rows, ("measure", "side", "condition"))
    return MeasureTable(columns, tuple(make_measure(measures, columns) for measures in found))


def make_measure(measures, columns):
    first = measures[0]
    values = tuple(one.value if one else None for one in by_visit(measures, columns))
    return MeasureRow(first.measure, first.side, values, None, condition=first.condition)


def laboratory_table(rows: Sequence[LaboratoryResult]) -> tuple[LaboratoryRow, ...]:
    """Return results grouped by specimen, in order of first appearance."""
    found = group(rows, lambda row: row.specimen)
    return tuple(
        LaboratoryRow(
            row,
            row.visit,
            label(row, "specimen"),
            label(row, "analyte"),
            row.value,
            row.reference_range,
            row.interpretation,
        )
        for results in found.values()
        for row in results
    )


def imaging_table(rows: Sequence[ImagingFinding]) -> tuple[ImagingStudy, ...]:
    """Return findings by visit and kind of imaging."""
    names = ("modality", "region", "sequence", "plane", "contrast")
    found = group(rows, lambda row: (id(row.visit), *(getattr(row, name) for name in names)))
    return tuple(
        ImagingStudy(findings[0].visit, *key[1:], tuple(findings))
        for key, findings in found.items()
    )

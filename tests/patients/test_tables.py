"""Tables of rows: sides, visits, changes, ratios, doses and the timeline."""

import copy
import json
from decimal import Decimal
from pathlib import Path

import pytest

from patients.record.computed import resolve_days
from patients.record.document import build
from patients.tables import (
    conduction_table,
    diagnosis_table,
    emg_table,
    imaging_table,
    laboratory_table,
    measure_table,
    scale_table,
    sign_table,
    strength_table,
    timeline,
    treatment_table,
)
from patients.tables.spreadsheet import as_csv
from tests.factories import make_document

DEMO = Path(__file__).parents[2] / "caserecords" / "demo"


def load(name):
    return json.loads((DEMO / f"{name}.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def published():
    return build(load("published_case"))


@pytest.fixture(scope="module")
def invented():
    return build(load("invented_case"))


def record_of(**parts):
    return build(make_document(**parts))


def graded(*triples, visits=("on-admission", "later")):
    """Return strength rows of one movement for each (side, grade at each visit); None omits one."""
    return [
        {"visit": visit, "movement": "hip_abduction", "side": side, "grade": grade}
        for side, *grades in triples
        for visit, grade in zip(visits, grades, strict=True)
        if grade
    ]


def strength_of(*triples):
    record = record_of(strength=graded(*triples))
    return strength_table(record.strength, record.visits)


# Strength


def test_published_table_has_seven_rows_five_better_two_the_same(published):
    table = strength_table(published.strength, published.visits)
    assert len(table.rows) == 7
    assert table.counts == {"better": 5, "same": 2}
    assert [row.label for row in table.rows if row.change == "same"] == [
        "Hip flexor",
        "Knee extensor",
    ]
    assert table.sides == ("left",)


def test_published_grades_are_under_their_visits(published):
    table = strength_table(published.strength, published.visits)
    assert [visit.label for visit in table.visits] == [
        "On admission",
        "3 months after finishing treatment",
    ]
    assert [[str(grade) for grade in row.grades] for row in table.rows] == [
        ["5", "5"],
        ["2", "2+"],
        ["3+", "4"],
        ["5", "5"],
        ["3-", "4"],
        ["1", "2+"],
        ["3+", "4"],
    ]
    assert table.grades_used == ("1", "2", "2+", "3-", "3+", "4", "5")


@pytest.mark.parametrize(
    "before, after, change",
    [
        ("3-", "3", "better"),
        ("4", "4-", "worse"),
        ("2+", "2+", "same"),
        ("2 to 3", "3", None),
        ("2", "not tested", None),
        ("0", "5", "better"),
    ],
)
def test_change_is_ordinal_or_none(before, after, change):
    assert strength_of(("left", before, after)).rows[0].change == change


def test_change_is_from_the_first_to_the_last_of_three_visits():
    keys = ("on-admission", "later", "last")
    visits = [{"key": key, "label": key} for key in keys]
    rows = graded(("left", "4", "2", "5"), visits=keys)
    record = record_of(visits=visits, strength=rows)
    row = strength_table(record.strength, record.visits).rows[0]
    assert (row.first.key, row.last.key, row.change) == ("on-admission", "last", "better")


def test_one_visit_gives_no_change():
    table = strength_of(("left", "3", None))
    assert table.rows[0].change is None
    assert table.rows[0].first is None
    assert not table.is_compared


def test_missing_grade_is_none_and_not_zero():
    table = strength_of(("left", "3", "4"), ("right", None, "0"))
    right = table.rows[1]
    assert right.grades[0] is None
    assert str(right.grades[1]) == "0"


def test_both_sides_are_in_one_row(invented):
    table = strength_table(invented.strength, invented.visits)
    assert table.sides == ("left", "right")
    assert len(table.rows) == 16
    assert len(table.movements) == 8
    assert all(row.side == side for one in table.movements for row, side in pairs(one, table))


def pairs(movement, table):
    return zip(movement.sides, table.sides, strict=True)


def test_a_side_without_a_grade_is_none():
    rows = graded(("left", "3", "4"), ("right", "5", "5"))
    rows += [{"visit": "later", "movement": "hip_flexion", "side": "left", "grade": "4"}]
    record = record_of(strength=rows)
    table = strength_table(record.strength, record.visits)
    assert table.movements[1].sides[1] is None


def test_rows_without_a_visit_have_their_own_column():
    rows = [*graded(("left", "3", "4")), {"movement": "knee_flexion", "grade": "2"}]
    record = record_of(strength=rows)
    table = strength_table(record.strength, record.visits)
    assert table.visits[-1] is None
    assert table.rows[1].change is None


def test_no_rows_give_an_empty_table():
    table = strength_table((), ())
    assert (table.rows, table.visits, table.sides) == ((), (), ())


# Conduction


def test_a_reported_ratio_needs_no_amplitudes(published):
    table = conduction_table(published.motor_conduction, published.sensory_conduction)
    ratios = [row.side_to_side for row in table.motor]
    assert [(one.side, one.of, one.ratio.origin) for one in ratios] == [
        ("left", "right", "reported")
    ] * 2
    assert [(one.ratio.percent, one.ratio.drop) for one in ratios] == [
        (Decimal("4.1"), Decimal("95.9")),
        (Decimal("46.8"), Decimal("53.2")),
    ]
    assert not any(one.ratio.formula for one in ratios)


def test_equal_sides_are_one_row(published):
    table = conduction_table((), published.sensory_conduction)
    assert [(row.nerve, row.side) for row in table.sensory] == [
        ("Superficial peroneal (fibular)", "both"),
        ("Sural", "both"),
    ]


def amplitudes(left, right):
    return [
        {"visit": "on-admission", "nerve": "median", "side": side, "amplitude_mv": value}
        for side, value in (("left", left), ("right", right))
        if value
    ]


def test_computed_ratio_shows_its_formula_on_the_smaller_side():
    rows = amplitudes({"number": "2", "unit": "mV"}, {"number": "8", "unit": "mV"})
    record = record_of(motor_conduction=rows)
    left, right = conduction_table(record.motor_conduction, ()).motor
    assert left.side_to_side.ratio.percent == Decimal("25.0")
    assert "2 mV ÷ 8 mV" in left.side_to_side.ratio.formula
    assert left.side_to_side.ratio.origin == "computed"
    assert right.side_to_side is None


@pytest.mark.parametrize(
    "left, right",
    [
        ({"number": "2", "unit": "mV"}, {"state": "no_response"}),
        ({"number": "2", "unit": "mV"}, {"number": "0", "unit": "mV"}),
        ({"number": "2", "unit": "mV"}, None),
        ({"number": "2", "unit": "mV"}, {"word": "reduced"}),
        ({"state": "not_tested"}, {"number": "2", "unit": "mV"}),
    ],
)
def test_no_ratio_without_two_numbers(left, right):
    record = record_of(motor_conduction=amplitudes(left, right))
    ratios = [row.side_to_side for row in conduction_table(record.motor_conduction, ()).motor]
    known = [one for one in ratios if one and one.ratio.percent]
    assert known == []


def test_velocity_is_computed_from_the_segment(invented):
    table = conduction_table(invented.motor_conduction, ())
    assert table.motor[0].velocity is None
    assert table.motor[1].velocity.m_s == Decimal("30.4")


def test_time_is_not_quadratic_in_the_number_of_rows():
    rows = [
        {
            "nerve": f"text:nerve {number}",
            "side": side,
            "amplitude_mv": {"number": str(number % 9 + 1)},
        }
        for number in range(1500)
        for side in ("left", "right")
    ]
    record = record_of(motor_conduction=rows)
    assert len(conduction_table(record.motor_conduction, ()).motor) == 1500


# Other tables


def test_active_denervation_needs_no_grade(published):
    rows = emg_table(published.needle_emg)
    assert len(rows) == 7
    assert all(row.active_denervation for row in rows)
    assert not any(any(row.columns) for row in rows)


def test_signs_that_agree_on_both_sides_are_one_row(invented):
    table = sign_table(invented.signs, invented.visits)
    achilles = [row for row in table.rows if row.item.startswith("Achilles")]
    assert [row.side for row in achilles] == ["both"]
    assert [sign and sign.grade for sign in achilles[0].signs] == ["0", "0"]


def test_scales_have_a_direction_of_improvement(invented):
    table = scale_table(invented.scales, invented.visits)
    changes = {row.label: row.change for row in table.rows}
    assert changes["INCAT disability score"] == "better"
    assert changes["I-RODS"] is None


def test_forces_have_no_direction(invented):
    table = measure_table(invented.dynamometry, invented.visits)
    assert [row.side for row in table.rows] == ["left", "right"]
    assert {row.change for row in table.rows} == {None}


def test_laboratory_keeps_the_printed_values(published):
    rows = laboratory_table(published.laboratory)
    assert [row.value.printed for row in rows] == ["36.95 mg/dL", "58 mg/dL", "2 cells/µL"]
    assert {row.specimen for row in rows} == {"Cerebrospinal fluid"}


def test_imaging_findings_are_grouped_by_study(published):
    studies = imaging_table(published.imaging_findings)
    assert [len(study.findings) for study in studies] == [3, 5]
    assert studies[1].contrast == "gadolinium"


def test_final_diagnosis_comes_first_and_ruled_out_last(published):
    rows = diagnosis_table(published.diagnoses)
    assert rows[0].text == "neuralgic amyotrophy"
    assert [row.status for row in rows[-4:]] == ["ruled_out"] * 4


# Treatment


def test_known_dose_is_a_lower_bound_where_the_taper_is_not_reported(published):
    (course,) = treatment_table(published.treatments, published.phases)
    (total,) = course.cumulative
    assert (total.amount, total.unit, total.lower_bound) == (5000, "mg", True)
    assert [phase.known_dose for phase in course.phases] == [5000, None]


def test_doses_by_weight_and_sessions_add_up(invented):
    courses = treatment_table(invented.treatments, invented.phases)
    totals = [(one.amount, one.unit, one.lower_bound) for row in courses for one in row.cumulative]
    assert totals == [
        (2, "g/kg", False),
        (4, "g/kg", False),
        (1680, "mg", True),
    ]


@pytest.mark.parametrize(
    "dose, duration",
    [
        ({"number": "60", "unit": "mg", "approximate": True}, {"number": "5", "unit": "days"}),
        ({"low": "10", "high": "50", "unit": "mg"}, {"number": "5", "unit": "days"}),
        ({"number": "60", "unit": "mg"}, {"number": "5", "unit": "months"}),
        ({"number": "60", "unit": "mg"}, {"word": "a while"}),
        ({"number": "1×10^30", "unit": "mg"}, {"number": "5", "unit": "days"}),
    ],
)
def test_unknown_doses_give_no_total(dose, duration):
    phases = [{"kind": "fixed", "dose": dose, "per": "day", "duration": duration}]
    record = record_of(treatments=[{"kind": "drug", "agent": "x", "phases": phases}])
    (course,) = treatment_table(record.treatments, record.phases)
    assert course.cumulative == ()


def test_dose_per_day_may_be_in_the_unit():
    phases = [
        {
            "kind": "fixed",
            "dose": {"number": "500", "unit": "mg/day"},
            "duration": {"number": "2", "unit": "weeks"},
        }
    ]
    record = record_of(treatments=[{"kind": "drug", "agent": "x", "phases": phases}])
    (course,) = treatment_table(record.treatments, record.phases)
    assert (course.cumulative[0].amount, course.cumulative[0].unit) == (7000, "mg")


# Timeline


def drawn(record):
    return timeline(
        record.events, record.visits, record.symptoms, resolve_days(record), record.treatments
    )


def test_events_with_a_day_are_in_order_and_the_others_separate(published):
    found = drawn(published)
    assert [point.day for point in found.points] == [-30, -25, -25, 0, 0, 0]
    assert [stop.day for stop in found.stops] == [-30, -25, 0]
    assert [point.event.key for point in found.order_only][-2:] == ["end-of-treatment", "follow-up"]
    assert all(point.day is None for point in found.order_only)


def test_labels_never_overlap(invented):
    found = drawn(invented)
    points = [*found.points, *found.order_only]
    spots = [(point.x, point.x + len(point.label) * 6.6, point.label_y) for point in points]
    for number, (left, right, y) in enumerate(spots):
        for other_left, other_right, other_y in spots[number + 1 :]:
            assert y != other_y or right <= other_left or other_right <= left


def test_symptom_of_unknown_end_stays_open(published):
    pain, weakness, steroid = drawn(published).lanes
    assert pain.open and weakness.open
    assert (steroid.kind, steroid.open) == ("treatment", False)


def test_an_open_symptom_runs_to_the_end_of_the_axis_and_an_open_treatment_does_not():
    record = record_of(
        symptoms=[{"name": "weakness", "side": "left", "onset": "weakness"}],
        treatments=[{"kind": "drug", "agent": "prednisolone", "start": "weakness"}],
    )
    found = drawn(record)
    symptom, treatment = found.lanes
    assert symptom.open and treatment.open and symptom.start == treatment.start
    assert symptom.start + symptom.length == found.axis_end
    assert treatment.length < symptom.length / 2


def test_inexact_days_are_marked(invented):
    found = drawn(invented)
    by_key = {point.event.key: point for point in found.points}
    assert not by_key["relapse"].exact
    relapse = by_key["relapse"].resolved
    assert relapse.low < relapse.day < relapse.high


def test_no_events_give_no_drawing():
    assert not timeline((), (), (), {})


def test_events_without_a_day_can_be_drawn():
    events = [{"key": "one", "label": "One", "placement": {"how": "unknown"}}]
    record = build(
        {
            "schema": "caserecord/1",
            "case": {"title": "t"},
            "patient": {"code": "c"},
            "events": copy.deepcopy(events),
        }
    )
    found = drawn(record)
    assert found.points == ()
    assert found.width > 0


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_of_a_csv_file_is_a_formula(start):
    assert as_csv([[f"{start}SUM(A1)", "1-2"]]).decode().startswith(("'", "\"'"))

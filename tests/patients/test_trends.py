"""Charts of strength grades over three or more visits."""

import pytest

from patients.catalogue import mrc
from patients.drawings.trends import BOTTOM, TOP, height, trends
from patients.record.computed import resolve_days
from patients.record.document import build
from patients.tables import strength_table
from tests.factories import make_document
from tests.patients.test_tables import load


def trends_of(document, with_days=True):
    record = build(document)
    table = strength_table(record.strength, record.visits)
    return trends(table, resolve_days(record) if with_days else {})


@pytest.fixture(scope="module")
def invented():
    return trends_of(load("invented_case"))


def line(found, label, side):
    (chart,) = [chart for chart in found.charts if chart.label == label]
    return next(one for one in chart.lines if one.side == side)


def test_two_visits_are_not_a_trend():
    assert not trends_of(load("published_case"))
    assert not trends_of(make_document(strength=[]))


def test_each_movement_has_a_chart_with_both_sides(invented):
    assert len(invented.charts) == 8
    assert {one.side for chart in invented.charts for one in chart.lines} == {"left", "right"}
    assert [label for _x, _n, label, _day in invented.visits] == [
        "First visit",
        "After immunoglobulin",
        "Relapse",
        "One year",
    ]


def test_visits_are_drawn_to_scale(invented):
    assert invented.by_day
    first, second, _third, last = [(float(x), day) for x, _n, _label, day in invented.visits]
    share = (second[1] - first[1]) / (last[1] - first[1])
    assert (second[0] - first[0]) / (last[0] - first[0]) == pytest.approx(share, abs=0.01)


def test_visits_without_days_are_drawn_in_order():
    found = trends_of(load("invented_case"), with_days=False)
    xs = [float(x) for x, *_rest in found.visits]
    assert not found.by_day and {day for *_rest, day in found.visits} == {None}
    assert len({round(b - a) for a, b in zip(xs, xs[1:], strict=False)}) == 1


def test_a_state_leaves_a_gap(invented):
    knee = line(invented, "Knee extensor", "right")
    assert (len(knee.marks), len(knee.stretches)) == (3, 1)
    toe = line(invented, "1st toe extensor", "left")
    assert (len(toe.marks), len(toe.stretches)) == (3, 1)
    assert "Relapse limited by pain" in next(
        chart.words for chart in invented.charts if chart.label == "Knee extensor"
    )


def test_an_interval_is_a_bar(invented):
    ankle = line(invented, "Ankle dorsiflexor", "right")
    assert [mark.y != mark.y_low for mark in ankle.marks] == [False, False, True, False]


def test_every_grade_is_one_step_above_the_one_before():
    ys = [float(height(grade)) for grade in mrc.ORDER]
    steps = [a - b for a, b in zip(ys, ys[1:], strict=False)]
    assert (ys[0], ys[-1]) == (BOTTOM, TOP)
    assert max(steps) - min(steps) < 0.2


def test_letters_of_the_sides_do_not_cover_each_other(invented):
    for chart in invented.charts:
        right, left = (float(one.letter_y) for one in chart.lines)
        assert abs(left - right) >= 8.9, chart.label


def test_grades_without_a_visit_do_not_change_the_charts(invented):
    document = load("invented_case")
    row = {name: value for name, value in document["strength"][0].items() if name != "visit"}
    document["strength"].insert(0, row | {"grade": "1"})
    assert trends_of(document) == invented

"""Change between two visits, and the MRC sum score of twelve muscle groups."""

import itertools
import json
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.catalogue import mrc
from patients.catalogue.mrc import parse_grade
from patients.reasoning import strength
from patients.reasoning.strength import direction, sum_score
from patients.record.document import build
from patients.tables.strength import between_visits
from tests.patients.test_tables import load

OPPOSITE = {"better": "worse", "worse": "better", "same": "same", None: None}
points = st.sampled_from(mrc.ORDER).map(parse_grade)
intervals = st.sampled_from(list(itertools.combinations(mrc.ORDER, 2))).map(
    lambda pair: parse_grade(f"{pair[0]} to {pair[1]}")
)
states = st.sampled_from(sorted(mrc.STATES.values())).map(parse_grade)
gradings = points | intervals | states | st.none()


def row(movement, side, grade, visit="first", muscle=""):
    return SimpleNamespace(
        movement=movement,
        muscle=muscle,
        side=side,
        grade=parse_grade(grade),
        visit=SimpleNamespace(key=visit),
    )


def whole_body(grade="5", sides=strength.SUM_SIDES, **others):
    """Return a row for each muscle group of the sum score; `others` are grades of the left side."""
    return [
        row(movement, side, others.get(movement, grade) if side == "left" else grade)
        for movement in strength.SUM_MOVEMENTS
        for side in sides
    ]


@pytest.fixture(scope="module")
def published():
    return build(load("published_case"))


@pytest.fixture(scope="module")
def invented():
    return build(load("invented_case"))


# Change


@given(gradings, gradings)
def test_reversed_change_is_the_opposite(one, other):
    assert direction(other, one) == OPPOSITE[direction(one, other)]


@given(points, points, points)
def test_changes_of_points_follow_one_order(first, second, third):
    if direction(first, second) == direction(second, third):
        assert direction(first, third) == direction(first, second)
    if direction(first, second) == "same":
        assert direction(first, third) == direction(second, third)


@given(intervals | points, intervals | points, intervals | points)
def test_better_is_transitive(first, second, third):
    if direction(first, second) == direction(second, third) == "better":
        assert direction(first, third) == "better"


@given(points, points)
def test_single_grades_always_compare_by_rank(one, other):
    assert (direction(one, other) == "better") == (mrc.rank(one.low) < mrc.rank(other.low))
    assert (direction(one, other) == "same") == (one.low == other.low)


def test_published_case_is_better_five_times_and_twice_the_same(published):
    table = between_visits(published.strength, *published.visits)
    assert table.counts == {"better": 5, "same": 2}


def test_any_two_visits_compare_also_backwards(invented):
    for before, after in itertools.permutations(invented.visits, 2):
        there = between_visits(invented.strength, before, after)
        back = between_visits(invented.strength, after, before)
        assert there.visits == (before, after)
        assert {(one.movement, one.side, one.change) for one in there.rows} == {
            (one.movement, one.side, OPPOSITE[one.change]) for one in back.rows
        }


# Sum score


def test_normal_strength_sums_to_sixty():
    assert strength.SUM_MAXIMUM == 60
    assert sum_score(whole_body(), "first").total == 60


def test_signs_do_not_count():
    assert sum_score(whole_body(hip_flexion="4-", elbow_flexion="4+"), "first").total == 58


def test_a_row_of_both_sides_counts_twice():
    assert sum_score(whole_body("4", sides=("both",)), "first").total == 48


@pytest.mark.parametrize(
    ("grade", "why"),
    [("not tested", "not_tested"), ("pain", "limited_by_pain"), ("2 to 3", "interval")],
)
def test_a_group_without_a_whole_grade_gives_no_sum(grade, why):
    found = sum_score(whole_body(hip_flexion=grade), "first")
    assert found.total is None and found.graded == 11
    assert [(one.movement, one.side, one.why) for one in found.missing] == [
        ("hip_flexion", "left", why)
    ]


def test_an_interval_within_one_whole_grade_counts():
    assert sum_score(whole_body(hip_flexion="4- to 4+"), "first").total == 59


def test_published_case_has_no_sum_and_lists_nine_missing_groups(published):
    found = sum_score(published.strength, "on-admission")
    data = strength.sum_score_as_data(found)
    assert data["sum"] is None and found.graded == 3
    assert len(data["missing"]) == 9
    assert {"movement": "hip_flexion", "side": "right", "why": "not_recorded"} in data["missing"]
    assert "Connolly" in data["source"]
    assert json.loads(json.dumps(data)) == data


def test_invented_case_has_sums_except_when_limited_by_pain(invented):
    scores = strength.sum_scores(invented.strength, [visit.key for visit in invented.visits])
    assert [score.total for score in scores] == [46, 53, None, 53]
    assert {(one.movement, one.why) for one in scores[2].missing} == {
        ("knee_extension", "limited_by_pain"),
        ("ankle_dorsiflexion", "interval"),
    }


@given(st.lists(points, min_size=12, max_size=12))
def test_sum_is_between_zero_and_sixty_and_symmetric(grades):
    groups = list(itertools.product(strength.SUM_MOVEMENTS, strength.SUM_SIDES))
    turned = {"left": "right", "right": "left"}
    rows = [row(*group, grade.low) for group, grade in zip(groups, grades, strict=True)]
    mirrored = [row(m, turned[s], g.low) for (m, s), g in zip(groups, grades, strict=True)]
    total = sum_score(rows, "first").total
    assert 0 <= total <= 60
    assert total == sum_score(mirrored, "first").total

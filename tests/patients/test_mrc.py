"""MRC grades: parsing, formatting and comparison."""

from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.catalogue import mrc
from patients.catalogue.mrc import Grade, compare, parse_grade, rank

ORDER = "0 1 1+ 2- 2 2+ 3- 3 3+ 4- 4 4+ 5- 5".split()

grades = st.sampled_from(ORDER)
pairs = st.tuples(grades, grades).filter(lambda pair: ORDER.index(pair[0]) < ORDER.index(pair[1]))
any_grade = st.one_of(
    st.builds(Grade, grades, denominator=st.sampled_from([None, "5"])),
    pairs.map(lambda pair: Grade(*pair)),
    st.builds(Grade, state=st.sampled_from(list(mrc.STATES))),
)


def test_the_table_has_the_fourteen_grades_in_order_with_sources():
    assert list(mrc.ORDER) == ORDER
    assert all(rank(low) < rank(high) for low, high in pairwise(ORDER))
    assert all(row.definition and row.source for row in mrc.ROWS)


@given(any_grade)
def test_every_grade_parses_from_its_text(grade):
    assert parse_grade(grade.text) == grade
    assert str(grade) == grade.text


@pytest.mark.parametrize("grade", ORDER)
def test_each_of_the_fourteen_grades_is_parsed(grade):
    assert parse_grade(grade) == Grade(grade)


@pytest.mark.parametrize(
    "text, canonical",
    [
        ("3−", "3-"),
        ("3–", "3-"),
        ("3 -", "3-"),
        ("+2", "2+"),
        ("-3", "3-"),
        ("4⁺", "4+"),
        ("M4", "4"),
        ("2-3", "2 to 3"),
        ("2–3", "2 to 3"),
        ("4−–4", "4- to 4"),
        ("4-5", "4 to 5"),
        ("2/5 to 3/5", "2 to 3/5"),
        ("NT", "not tested"),
        ("pain", "limited by pain"),
        ("pain-limited", "limited by pain"),
        ("immobilized", "immobilised"),
    ],
)
def test_other_spellings_have_a_canonical_text_and_are_kept_as_printed(text, canonical):
    grade = parse_grade(text)
    assert grade.text == canonical
    assert grade.printed == text
    assert parse_grade(grade.printed) == grade


@pytest.mark.parametrize(
    ("text", "shown"),
    [("3-", "3−"), ("3−", "3−"), ("2-3", "2–3"), ("4- to 4", "4− to 4"), ("4-/5", "4−/5")],
)
def test_pages_show_a_true_minus_sign(text, shown):
    assert parse_grade(text).shown == shown


@pytest.mark.parametrize("text", ["3-", "4+/5", "2 to 3", "4- to 4", "not tested", "amputated"])
def test_canonical_text_is_not_stored_twice(text):
    grade = parse_grade(text)
    assert (grade.text, grade.printed) == (text, None)


def test_n_means_not_tested_and_is_not_kept_as_printed():
    assert parse_grade("n") == parse_grade("N") == Grade(state="not_tested")


def test_three_minus_is_neither_a_range_nor_a_number():
    grade = parse_grade("3-")
    assert (grade.low, grade.high) == ("3-", None)


def test_intervals_and_denominators_are_parsed():
    assert parse_grade("4- to 4") == Grade("4-", "4")
    assert parse_grade("4+/5") == Grade("4+", denominator="5")


@pytest.mark.parametrize(
    "text",
    ["26", "6", "5+", "0-", "1-", "4++", "4.5", "3/4", "4/6", "3 to 2", "3 to 3", "x", "", "4 1/2"]
    + ["10", "-", "+", "2 to", "3--", "+2-", "٣", "3" * 50],
)
def test_invalid_grades_are_rejected_with_a_message(text):
    with pytest.raises(ValueError) as raised:
        parse_grade(text)
    assert text[:40] in str(raised.value) or "out of 5" in str(raised.value)


@given(st.text(alphabet="012345+-−– /toTnp", max_size=9))
def test_any_text_is_a_grade_or_an_error(text):
    try:
        grade = parse_grade(text)
    except ValueError as error:
        assert str(error)
        return
    again = parse_grade(grade.text)
    assert (again.low, again.high, again.denominator, again.state) == (
        (grade.low, grade.high, grade.denominator, grade.state)
    )
    assert parse_grade(str(grade)) == grade


@pytest.mark.parametrize(
    "before, after, direction",
    [
        ("5", "5", "same"),
        ("2", "2+", "better"),
        ("3+", "4", "better"),
        ("3-", "4", "better"),
        ("1", "2+", "better"),
        ("4", "4-", "worse"),
        ("2 to 3", "2 to 3", "same"),
        ("2 to 3", "3+", "better"),
        ("2 to 3", "3", None),
        ("2 to 3", "2+", None),
        ("2 to 3", "2+ to 4", None),
        ("4- to 4", "2 to 3", "worse"),
        ("not tested", "4", None),
        ("4", "limited by pain", None),
        ("amputated", "amputated", None),
        ("4", "4/5", "same"),
        ("3−", "3-", "same"),
    ],
)
def test_direction_of_change(before, after, direction):
    assert compare(parse_grade(before), parse_grade(after)) == direction


def test_swapping_before_and_after_reverses_the_direction():
    turned = {"better": "worse", "worse": "better", "same": "same"}
    for low, high in product(ORDER, ORDER):
        there, back = compare(Grade(low), Grade(high)), compare(Grade(high), Grade(low))
        assert turned[there] == back


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"low": "3", "state": "not_tested"},
        {"state": "gone"},
        {"low": "6"},
        {"low": "3", "high": "2"},
        {"low": "3", "denominator": "6"},
        {"state": "not_tested", "denominator": "5"},
    ],
)
def test_an_inconsistent_grade_is_rejected(fields):
    with pytest.raises(ValueError):
        Grade(**fields)

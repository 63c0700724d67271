"""MRC grades: parsing, formatting and comparison."""

import json
from dataclasses import replace
from itertools import pairwise, product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.catalogue import mrc
from patients.catalogue.mrc import Grade, compare, parse_grade, rank

# The script of the entry page is tested with the same examples.
EXAMPLES = json.loads((Path(__file__).parent.parent / "grades.json").read_text("utf-8"))
ORDER = "0 1 1+ 2- 2 2+ 3- 3 3+ 4- 4 4+ 5- 5".split()

grades = st.sampled_from(ORDER)
pairs = st.tuples(grades, grades).filter(lambda pair: ORDER.index(pair[0]) < ORDER.index(pair[1]))
any_grade = st.one_of(
    st.builds(Grade, grades),
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


@pytest.mark.parametrize("text, canonical", EXAMPLES["grades"].items())
def test_other_spellings_have_a_canonical_text_and_are_kept_as_printed(text, canonical):
    grade = parse_grade(text)
    assert grade.text == canonical
    assert str(grade) == text
    assert parse_grade(text) == parse_grade(canonical).as_printed(text)


@pytest.mark.parametrize(
    "text, canonical",
    [
        ("NT", "not tested"),
        ("pain", "limited by pain"),
        ("pain-limited", "limited by pain"),
        ("immobilized", "immobilised"),
    ],
)
def test_other_words_for_a_state_are_kept_as_printed(text, canonical):
    assert (parse_grade(text).text, parse_grade(text).printed) == (canonical, text)


@pytest.mark.parametrize("text", EXAMPLES["words"])
def test_other_words_are_kept_and_never_compared(text):
    grade = parse_grade(text)
    assert (grade.word, grade.text, grade.low, grade.printed) == (text, text, None, None)
    unquoted = text.strip('“”"')
    assert grade.shown == f"{unquoted} (not an MRC grade)"
    assert compare(grade, parse_grade("5")) is compare(grade, grade) is None


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("3-", "3−"),
        ("3−", "3−"),
        ("3 -", "3−"),
        ("3–", "3−"),
        ("2-3", "2–3"),
        ("4- to 4", "4− to 4"),
        ("4-/5", "4−/5"),
        ("4- (give-way)", "4− (give-way)"),
        ("IV+", "4+ (IV+)"),
    ],
)
def test_pages_show_a_true_minus_sign(text, shown):
    assert parse_grade(text).shown == shown


@pytest.mark.parametrize("text", ["3-", "2 to 3", "4- to 4", "not tested", "amputated"])
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
    assert parse_grade("4 to 3+/5") == Grade("3+", "4", printed="4 to 3+/5")
    assert parse_grade("4+/5") == Grade("4+", printed="4+/5")


def test_the_text_as_printed_must_be_the_same_grade():
    with pytest.raises(ValueError, match="4\\+ is not the grade 4"):
        Grade("4").as_printed("4+")
    assert Grade("4").as_printed("4").printed is None


@pytest.mark.parametrize("text", [*EXAMPLES["wrong"], "10", "-", "+", "٣", "3" * 70])
def test_invalid_grades_are_rejected_with_a_message(text):
    with pytest.raises(ValueError) as raised:
        parse_grade(text)
    assert text[:60] in str(raised.value) or "out of 5" in str(raised.value)
    assert "enter" in str(raised.value)


@given(st.text(alphabet="012345+-−– /toTnpIVM()*", max_size=9))
def test_any_text_is_a_grade_or_an_error(text):
    try:
        grade = parse_grade(text)
    except ValueError as error:
        assert str(error)
        return
    again = parse_grade(grade.text)
    assert again == replace(grade, printed=None)
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
        {"low": "3", "word": "weak"},
        {"state": "not_tested", "high": "5"},
    ],
)
def test_an_inconsistent_grade_is_rejected(fields):
    with pytest.raises(ValueError):
        Grade(**fields)

"""Doses: parsing, printing and frequencies."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.catalogue.frequencies import ROWS, doses_per_day, is_frequency
from patients.catalogue.table import parts
from patients.catalogue.units import ucum
from patients.language.doses import Dose, parse_dose
from patients.language.values import parse_value, read_value
from patients.models import TreatmentPhase
from patients.tables.course import make_phase

amounts = st.sampled_from(["20 mg", "0.4 g/kg", "2,5 mg", "1,000 mg", "5 mcg", "20–40 mg"])
frequencies = st.sampled_from(["", "od", "twice daily", "every 3 weeks", "as needed", "q8h"])
durations = st.sampled_from([None, "3 weeks", "three weeks", "5 days", "4–6 weeks", "2 months"])
doses = st.builds(
    Dose,
    amounts.map(parse_value),
    frequencies,
    duration=durations.map(lambda text: parse_value(text) if text else None),
) | st.builds(
    Dose,
    st.just(parse_value("60 mg")),
    frequencies,
    end=st.just(parse_value("10 mg")),
    duration=durations.map(lambda text: parse_value(text) if text else None),
)
pieces = st.lists(
    st.sampled_from(
        ["20", " mg", "60 to 10", " tapered to ", " bd", " twice daily", " for ", "3 weeks", " x 5"]
        + ["/day", "/kg", " every ", "2 days", "-", ",", " as needed", "three", " per day", "2,5"]
    ),
    max_size=7,
).map("".join)


@given(doses)
def test_every_dose_prints_to_text_that_parses_to_the_same_dose(dose):
    assert parse_dose(str(dose)) == dose


@given(pieces | st.text(max_size=30))
def test_any_text_is_a_dose_that_prints_stably_or_is_left_alone(text):
    dose = parse_dose(text)
    if dose is not None:
        again = parse_dose(str(dose))
        assert again is not None and str(again) == str(dose)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_every_spelling_of_a_frequency_is_recognised(row):
    for name in (row.label, *parts(row.aliases), row.label.upper()):
        assert is_frequency(name)
        assert doses_per_day(name) == (int(row.per_day) if row.per_day else None)


@pytest.mark.parametrize(
    "plain, number",
    [("bid", 2), ("bd", 2), ("tid", 3), ("tds", 3), ("qid", 4), ("qds", 4), ("od", 1), ("qd", 1)]
    + [("qod", None), ("qw", None), ("prn", None), ("qhs", 1), ("q12h", 2)],
)
def test_an_abbreviation_is_read_with_and_without_points_and_spaces(plain, number):
    letters = re.findall(r"[a-z]|[0-9]+", plain)
    dotted = [".".join(letters), ".".join(letters) + ".", ". ".join(letters) + "."]
    for text in (plain, plain.upper(), *dotted, dotted[1].upper()):
        assert is_frequency(text), text
        assert doses_per_day(text) == number, text
        assert parse_dose(f"1 g {text}").frequency == text
        assert read_value(f"1 g {text}").text == f"1 g {text}"


@pytest.mark.parametrize(
    "text, number",
    [
        ("3 times a day", 3),
        ("2x daily", 2),
        ("every 4 hours", 6),
        ("q8h", 3),
        ("12-hourly", 2),
        ("8 hourly", 3),
        ("every twelve hours", 2),
        ("every 5 hours", None),
        ("q2w", None),
        ("3-weekly", None),
        ("alternate days", None),
        ("every 0 hours", None),
        ("every 2 days", None),
        ("every three weeks", None),
        ("2 times a week", None),
    ],
)
def test_doses_a_day_are_counted_only_if_there_are_as_many_every_day(text, number):
    assert is_frequency(text)
    assert doses_per_day(text) == number


@pytest.mark.parametrize("text", ["", "often", "for 3 weeks", "mg", "with food", "hs", "biw"])
def test_other_text_is_not_a_frequency(text):
    assert not is_frequency(text)


@pytest.mark.parametrize(
    "text, code",
    [
        ("mcg", "ug"),
        ("microgram", "ug"),
        ("µg", "ug"),
        ("μg", "ug"),
        ("MG", "mg"),
        ("mV", "mV"),
        ("ml", "mL"),
        ("10⁹/L", "10*9/L"),
        ("not stated", None),
        ("furlong", None),
        (None, None),
    ],
)
def test_a_unit_as_written_has_its_ucum_code(text, code):
    assert ucum(text) == code


def test_a_dose_of_a_whole_course_stays_one_text_and_is_not_multiplied():
    phase = TreatmentPhase(kind="fixed", dose=parse_value('"2 g/kg over 5 days"'))
    phase.clean()
    assert phase.dose.printed.strip("“”") == "2 g/kg over 5 days" and phase.duration is None
    assert (
        parse_dose("20 mg for 5 days").duration and not parse_dose("20 mg for 5 days").is_of_course
    )


def test_a_point_that_may_separate_thousands_gives_no_total():
    for text, has_total in (("1.000 mg", False), ("1000 mg", True), ("0.125 mg", True)):
        phase = TreatmentPhase(
            kind="fixed", dose=parse_value(text), per="day", duration=parse_value("3 days")
        )
        assert (make_phase(phase).known_dose is not None) == has_total

"""Side-to-side ratios and conduction velocities: formulas, or why there is no result."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.language.value import Value
from patients.language.values import parse_value
from patients.reasoning import conduction
from patients.reasoning.conduction import Velocity, disagreement, velocity
from patients.reasoning.side_to_side import factor_between, ratio, reported

positive = st.decimals("0.1", "500", places=1)


def read(text):
    return parse_value(text) if text else None


def number(amount, unit=None):
    return Value("number", f"{amount:f}", unit=unit)


# Side-to-side ratios


def test_a_ratio_shows_its_formula():
    found = ratio(read("0.3 mV"), read("7.3 mV"))
    assert (found.percent, found.drop) == (Decimal("4.1"), Decimal("95.9"))
    assert found.formula == "0.3 mV ÷ 7.3 mV × 100 = 4.1%"
    assert (found.origin, found.reason) == ("computed", "")


@given(positive, positive)
def test_ratio_and_drop_make_one_hundred_and_the_ratio_is_within_its_rounding(one, other):
    found = ratio(number(one), number(other))
    assert found.percent + found.drop == 100
    assert abs(found.percent - one * 100 / other) <= Decimal("0.05")


@given(positive)
def test_equal_sides_are_one_hundred_percent(amount):
    assert ratio(number(amount, "mV"), number(amount, "mV")).percent == 100


@pytest.mark.parametrize(
    "affected, other, message",
    [
        ("6 µV", "NR", "the other side: no response"),
        ("NR", "6 µV", "this side: no response"),
        ("6 µV", "not tested", "the other side: not tested"),
        ("6 µV", "0 µV", "the other side is 0"),
        ("6 µV", "", "the other side is not recorded"),
        ("", "6 µV", "this side is not recorded"),
        ("6 µV", "< 5 µV", "known only as < 5 µV"),
        ("6–8 µV", "6 µV", "not a single number"),
        ("reduced", "6 µV", "not a single number"),
        ("6 µV", "6 ms", "units differ"),
        ("6 µV", "6", "units differ"),
        ("-6 µV", "6 µV", "this side is negative"),
        ("9e99", "1e-99", "too large"),
    ],
)
def test_missing_ratio_is_false_with_a_reason(affected, other, message):
    found = ratio(read(affected), read(other))
    assert not found
    assert (found.percent, found.drop, found.formula) == (None, None, "")
    assert message in found.reason


def test_zero_gives_a_ratio_and_no_response_does_not():
    assert ratio(read("0 mV"), read("5 mV")).percent == 0
    assert not ratio(read("NR"), read("5 mV"))


def test_units_of_one_quantity_are_converted():
    assert ratio(read("600 µV"), read("6 mV")).percent == 10
    assert factor_between("cm", "mm") == 10
    assert factor_between("mV", "ms") is None


def test_an_approximate_side_makes_the_ratio_approximate():
    assert ratio(read("about 3 mV"), read("6 mV")).approximate
    assert not ratio(read("3 mV"), read("6 mV")).approximate


def test_a_reported_ratio_needs_no_amplitude_and_has_no_formula():
    found = reported(read("46.8 % of right"))
    assert (found.percent, found.drop) == (Decimal("46.8"), Decimal("53.2"))
    assert (found.origin, found.formula) == ("reported", "")
    assert bool(found)


@pytest.mark.parametrize("text", ["6 mV", "80 % predicted", "62 %", "NR", ""])
def test_other_values_are_not_reported_as_ratios(text):
    assert reported(read(text)) is None


def test_a_reported_bound_has_no_drop():
    found = reported(read("< 5 % of right"))
    assert (found.percent, found.drop) == (Decimal(5), None)
    assert "< 5 % of right" in found.reason


# Conduction velocity


def test_a_velocity_shows_its_formula():
    found = velocity(read("320 mm"), read("11.2 ms"), read("4.0 ms"))
    assert found == Velocity(Decimal("44.4"), "320 mm ÷ (11.2 − 4.0) ms = 44.4 m/s")


@given(positive, positive, positive)
def test_velocity_times_the_difference_of_latencies_is_the_distance(distance, distal, more):
    found = velocity(number(distance), number(distal + more), number(distal))
    assert abs(found.m_s * more - distance) <= more * Decimal("0.05")


def test_centimetres_are_converted():
    assert velocity(read("32 cm"), read("12 ms"), read("4 ms")).m_s == 40


@pytest.mark.parametrize(
    "distance, proximal, distal, message",
    [
        ("320", "4.0", "4.0", "not longer"),
        ("320", "3.9", "4.0", "not longer"),
        ("0", "12", "4.0", "must be above 0"),
        ("-10", "12", "4.0", "must be above 0"),
        ("320", "NR", "4.0", "proximal latency: no response"),
        ("320", "12", "absent", "distal latency: no response"),
        ("320", "12", "", "distal latency is not recorded"),
        ("", "12", "4", "distance is not recorded"),
        ("320", "> 12", "4", "proximal latency is not a number in ms"),
        ("320 kg", "12", "4", "distance is not a number in mm"),
        ("9e99", "5", "4", "too large"),
    ],
)
def test_missing_velocity_is_false_with_a_reason(distance, proximal, distal, message):
    found = velocity(read(distance), read(proximal), read(distal))
    assert not found
    assert found.m_s is None
    assert message in found.reason


def test_a_sensory_velocity_needs_one_site_and_its_onset():
    assert conduction.sensory_velocity(read("140"), read("3.5")).m_s == 40
    assert "no response" in conduction.sensory_velocity(read("140"), read("NR")).reason
    assert not conduction.sensory_velocity(read("140"), read("0"))
    assert "onset latency is not recorded" in conduction.sensory_velocity(read("140"), None).reason


@pytest.mark.parametrize(
    "printed, warned",
    [("44", False), ("45 m/s", False), ("46.1", True), ("42.9", True), ("", False), ("NR", False)],
)
def test_a_printed_velocity_that_differs_by_more_than_one_gives_a_warning(printed, warned):
    computed = velocity(read("308"), read("11"), read("4"))
    assert computed.m_s == 44
    assert bool(disagreement(computed, read(printed))) is warned


def test_no_warning_without_a_computed_velocity():
    assert disagreement(Velocity(reason="one site"), read("44")) == ""

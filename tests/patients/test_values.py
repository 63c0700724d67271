"""Measured values: parsing, validation and round trips."""

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from patients.catalogue.value_words import COMPARATORS, STATES
from patients.language.values import (
    VALUE_SCHEMA,
    Value,
    both_sides,
    parse_value,
    to_decimal,
    value_from_document,
)

VALID = Draft202012Validator(VALUE_SCHEMA)

digits = st.from_regex(r"[0-9]{1,6}(\.[0-9]{1,4})?", fullmatch=True)
grouped = st.from_regex(r"[1-9][0-9]{0,2}((,[0-9]{3}){1,2}|(\u202f[0-9]{3}){1,2})", fullmatch=True)
powers = st.from_regex(r"[1-9](\.[0-9])?(×10\^-?[0-9]{1,2}|[eE][+-]?[0-9]{1,2})", fullmatch=True)
signs = st.sampled_from(["", "-", "+"])
numbers = st.builds(str.__add__, signs, digits | grouped | powers)
units = st.sampled_from(
    [None, "mV", "µV", "ms", "m/s", "mg/dL", "cells/µL", "lb", "kg", "mV·ms", "°C", "mm Hg", "/µL"]
    + ["mg per day", "mL/min/1.73 m2", "U/L", "%/min", "seconds", "g/kg/day", "percentile"]
)
wholes = st.sampled_from([None, "left", "right", "predicted", "baseline", "upper limit"])
marks = {"approximate": st.booleans(), "comparator": st.sampled_from(["", *COMPARATORS])}


def _sorted_range(low, high, **rest):
    low, high = sorted((low, high), key=to_decimal)
    return Value("range", low, high, **rest)


values = st.one_of(
    st.builds(Value, st.just("number"), numbers, unit=units, **marks),
    st.builds(_sorted_range, numbers, numbers, unit=units, approximate=st.booleans()),
    st.builds(_sorted_range, digits, digits, unit=st.just("%"), of=wholes),
    st.builds(Value, st.just("percent"), numbers, of=wholes, **marks),
    st.builds(Value, st.just("titre"), st.integers(1, 9999).map(lambda n: f"1:{n}"), **marks),
    st.builds(Value, st.just("state"), state=st.sampled_from(list(STATES))),
    st.builds(
        Value,
        st.just("word"),
        word=st.sampled_from(["weakly positive", "Reduced", "++", "2+", "+/-", "anti‑GM1 trace"]),
    ),
)
# Random text from tokens that the parser knows; most of it is not a value.
pieces = st.lists(
    st.sampled_from(
        [
            "<",
            "≥",
            "~",
            "about ",
            "less than ",
            "-",
            "–",
            "−",
            " to ",
            "1:",
            "320",
            "12,400",
            "0.50",
        ]
        + [".", "+", "%", " % of ", "right", "the right side", " predicted", "mg", " µV", "μV", " "]
        + ["NR", "not tested", "x 10^3", "×10⁹/L", "e5", "/", "5", "12 400", "reduced", "1", "per"]
    ),
    max_size=6,
).map("".join)


@given(values)
def test_every_value_prints_to_text_that_parses_to_the_same_value(value):
    assert parse_value(value.printed) == value


@given(values)
def test_every_value_round_trips_through_the_document_and_fits_the_schema(value):
    document = value.as_document()
    assert value_from_document(document) == value
    assert VALID.is_valid(document), document


@given(pieces | st.text(max_size=30))
@example("about 1:")
@example("-5 to -2")
@example("1e3–2 mg")
@example("320right..")
@example("320%..")
@example("1 µV–320.")
@example("12 400NR.. ")
@example("-5per...")
def test_parsed_text_prints_stably_and_other_text_gives_an_error(text):
    try:
        value = parse_value(text)
    except ValueError as error:
        assert str(error)
        return
    assert parse_value(value.printed) == value
    assert value_from_document(value.as_document()) == value


@pytest.mark.parametrize(
    "text, document",
    [
        ("6 µV", {"number": "6", "unit": "µV"}),
        ("6 μV", {"number": "6", "unit": "µV"}),
        ("6uV", {"number": "6", "unit": "µV"}),
        ("36.95 mg/dL", {"number": "36.95", "unit": "mg/dL"}),
        ("6.0", {"number": "6.0"}),
        ("12,400", {"number": "12,400"}),
        ("12 400", {"number": "12\u202f400"}),
        ("12\u2009400 cells/μL", {"number": "12\u202f400", "unit": "cells/µL"}),
        ("−5", {"number": "-5"}),
        ("0", {"number": "0"}),
        ("< 5", {"comparator": "<", "number": "5"}),
        ("≤5", {"comparator": "<=", "number": "5"}),
        ("at least 3", {"comparator": ">=", "number": "3"}),
        ("~ 4", {"approximate": True, "number": "4"}),
        ("approximately 4 mg", {"approximate": True, "number": "4", "unit": "mg"}),
        ("10-20", {"low": "10", "high": "20"}),
        ("10–20 mg/dL", {"low": "10", "high": "20", "unit": "mg/dL"}),
        ("10 mg to 20 mg", {"low": "10", "high": "20", "unit": "mg"}),
        ("-5 to -2", {"low": "-5", "high": "-2"}),
        ("1:320", {"titre": "1:320"}),
        ("> 1:320", {"comparator": ">", "titre": "1:320"}),
        ("4.1 % of right", {"percent": "4.1", "of": "right"}),
        ("46.8% of the right side", {"percent": "46.8", "of": "right"}),
        ("80 % of predicted", {"percent": "80", "of": "predicted"}),
        ("80 % pred", {"percent": "80", "of": "predicted"}),
        ("10–20 % of left", {"low": "10", "high": "20", "unit": "%", "of": "left"}),
        ("154 lb", {"number": "154", "unit": "lb"}),
        ("70kg", {"number": "70", "unit": "kg"}),
        ("1.2 x 10^3", {"number": "1.2×10^3"}),
        ("4.5 ×10⁹/L", {"number": "4.5×10^9", "unit": "/L"}),
        ("NR", {"state": "no_response"}),
        ("absent", {"state": "no_response"}),
        ("NT", {"state": "not_tested"}),
        ("not obtainable", {"state": "not_obtainable"}),
        ("not recorded", {"state": "not_recorded"}),
        ("Normal", {"state": "normal"}),
        ("negative", {"state": "negative"}),
        ("weakly positive", {"word": "weakly positive"}),
        ("Reduced", {"word": "Reduced"}),
        ("2+", {"word": "2+"}),
    ],
)
def test_clinical_notation_is_parsed(text, document):
    assert parse_value(text).as_document() == document
    assert list(parse_value(text).as_document()) == list(document)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "1:",
        "1:0",
        "2:5",
        "36,95",
        "0,400",
        "12,40",
        "6.",
        "20-10",
        "4/10",
        "120/80",
        "1/320",
    ]
    + ["6 left", "6 reduced", "5 x", "50 % drop", "-", "n", "NA", "ND", "less than", "about", "<"]
    + ["10 mg - 20 g", "< 10-20", "about 1:", "1e300", "1e3000", "%", "٣", "6 µV both sides", "_"],
)
def test_invalid_text_is_rejected_with_a_message(text):
    with pytest.raises(ValueError) as raised:
        parse_value(text)
    assert text.strip() in str(raised.value) or "lower number" in str(raised.value)


def test_the_states_and_a_plain_zero_are_all_different():
    texts = ["normal", "negative", "absent", "not tested", "not obtainable", "not recorded", "0"]
    assert len({parse_value(text) for text in texts}) == len(texts)


def test_the_unit_of_the_column_is_used_only_if_none_is_printed():
    assert parse_value("6", unit="µV").unit == "µV"
    assert parse_value("6 mV", unit="µV").unit == "mV"
    assert parse_value("1–2", unit="ms").unit == "ms"
    assert parse_value("4.1 % of right", unit="mV").unit is None
    assert parse_value("NR", unit="mV").as_document() == {"state": "no_response"}
    assert parse_value("62", unit="%") == parse_value("62 %")


def test_printed_words():
    assert parse_value("NR").printed == "no response"
    assert parse_value("4.1% of the right").printed == "4.1 % of right"
    assert parse_value("80% of predicted").printed == "80 % predicted"
    assert parse_value("10 to 20 mg").printed == "10–20 mg"
    assert parse_value("12,400").printed == "12,400"


@pytest.mark.parametrize(
    "text, number",
    [
        ("36.95 mg/dL", "36.95"),
        ("12,400", "12400"),
        ("12 400", "12400"),
        ("1.2 x 10^3", "1200"),
        ("4.1 % of right", "4.1"),
        ("-5", "-5"),
    ],
)
def test_decimal_is_the_number_without_its_thousands(text, number):
    assert parse_value(text).decimal() == Decimal(number)


@pytest.mark.parametrize("text", ["10-20", "1:320", "NR", "reduced"])
def test_decimal_is_none_without_a_single_number(text):
    assert parse_value(text).decimal() is None


@pytest.mark.parametrize(
    "document, message",
    [
        ({}, "exactly one"),
        ({"number": "6", "word": "six"}, "exactly one"),
        ({"number": 6}, "number must be a non-empty string"),
        ({"number": "six"}, "not a number"),
        ({"number": "5 mg"}, "not a number"),
        ({"number": "6", "units": "mV"}, "units"),
        ({"low": "1"}, "high"),
        ({"low": "2", "high": "1"}, "lower number first"),
        ({"titre": "320"}, "1:320"),
        ({"word": "NR"}, "is a state"),
        ({"word": "6 mV"}, "is a number"),
        ({"number": "6", "unit": "% of right"}, "is a percent"),
        ({"number": "6", "unit": "left"}, "is not a value"),
        ({"state": "gone"}, "gone"),
        ({"state": "normal", "unit": "mV"}, "cannot have"),
        ({"number": "6", "comparator": "≤"}, "≤"),
        ({"number": "6", "approximate": False}, "approximate"),
        ({"kind": "number", "number": "6"}, "kind"),
        ("6", "object"),
        (None, "object"),
    ],
)
def test_an_invalid_value_in_a_document_is_rejected(document, message):
    with pytest.raises(ValueError, match=message):
        value_from_document(document)


def test_alternative_spellings_in_a_document_are_normalised():
    assert value_from_document({"number": "6", "unit": "μV"}) == parse_value("6 µV")


@pytest.mark.parametrize(
    "text, value",
    [
        ("6 µV both sides", "6 µV"),
        ("NR, bilaterally", "NR"),
        ("6 µV on both sides", "6 µV"),
        ("6 µV", None),
        ("both sides", None),
    ],
)
def test_both_sides_is_split_off(text, value):
    assert both_sides(text) == value

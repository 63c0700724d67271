"""Measured values: parsing, validation and round trips."""

from decimal import Decimal

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from patients.catalogue.time_words import UNIT_WORDS
from patients.catalogue.value_words import COMPARATORS, STATES
from patients.entry.patient import check_age
from patients.language.numbers import to_decimal
from patients.language.value import UNIT_NOT_STATED, Value, plain_number
from patients.language.value_documents import VALUE_SCHEMA, value_from_document
from patients.language.values import both_sides, parse_value, read_value

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
scores = st.integers(0, 48).map(str)
remarks = st.sampled_from([None, "onset to peak", "±0.4", "normal <0.4", "8–16"])
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
    st.builds(
        Value,
        st.just("number"),
        digits,
        unit=st.sampled_from([None, "mV", UNIT_NOT_STATED]),
        also=st.sampled_from([None, Value("percent", "88", of="predicted")]),
        remark=remarks,
        **marks,
    ),
    st.builds(Value, st.just("number"), scores, out_of=st.just("48"), remark=remarks, **marks),
    st.builds(Value, st.just("titre"), st.just("1:200"), remark=remarks, **marks),
    st.builds(Value, st.just("text"), text=st.sampled_from(["12..", "50 % drop", "a “b” c", "NR"])),
    st.sampled_from(
        ["3,5 mV", "40 or more", "40+", "positive at 1:200", "7 of 10", "60 to 10 mg", "2 h 30 min"]
        + ["3.2 L, 88 % predicted", "3.2 ± 0.4 mV", "mean 41", "6, no unit", "three weeks", "12.5*"]
        + ["24.1* mg/dL", "†3.2", "at least 40 ‡", "1,200 §", "5 µV^a", "5.2 high#", "1:200*"]
        + ["neg*"]
    ).map(parse_value),
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
        + [
            ",5",
            "3,5",
            " or more",
            "(",
            ")",
            " (88 % predicted)",
            " (sitting)",
            "7/10",
            "±",
            "mean ",
        ]
        + [
            "positive",
            " unit not stated",
            "two weeks",
            '"',
            "NR",
            "not tested",
            "x 10^3",
            "×10⁹/L",
            "e5",
            "/",
            "5",
            "12 400",
            "reduced",
            "1",
            "per",
        ]
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
        value = read_value(text)
    except ValueError as error:
        assert str(error)
        return
    assert read_value(value.printed) == value
    assert value_from_document(value.as_document()) == value


@given(st.text(max_size=150))
def test_any_text_in_quotation_marks_is_kept(text):
    words = " ".join(text.split())
    assume(any(character.isalnum() for character in words))
    value = read_value(f'"{words}"')
    assert (value.kind, value.text, value.decimal()) == ("text", words, None)
    assert read_value(value.printed) == value_from_document(value.as_document()) == value


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
        ("at least 3", {"comparator": ">=", "number": "3", "printed": "at least 3"}),
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
    ["", "  ", "1:", "1:0", "2:5", "3.5.2", "12..", "1,5-2,234", "6.", "120/80", "1/320"]
    + ["6 left", "6 reduced", "5 x", "50 % drop", "-", "n", "NA", "ND", "less than", "about", "<"]
    + ["10 mg - 20 g", "< 10-20", "about 1:", "1e300", "1e3000", "%", "٣", "6 µV both sides", "_"],
)
def test_invalid_text_is_rejected_with_a_message(text):
    with pytest.raises(ValueError) as raised:
        parse_value(text)
    assert text.strip() in str(raised.value) or "lower number" in str(raised.value)


NUMBER_NOTATIONS = {
    "at least 40": (">= 40", {}),
    "40 or more": (">= 40", {}),
    "40+": (">= 40", {}),
    "5+ years": (">= 5 years", {}),
    ">/= 40": (">= 40", {}),
    "40 mg or less": ("<= 40 mg", {}),
    "40 or more points": (">= 40 points", {}),
    "no more than 40": ("<= 40", {}),
    "about 40 or more": ("about >= 40", {}),
    "positive at 1:200": ("1:200 (positive)", {"titre": "1:200", "remark": "positive"}),
    "weakly positive 1:10": ("1:10 (weakly positive)", {"remark": "weakly positive"}),
    "positive (1:200)": ("1:200 (positive)", {"titre": "1:200"}),
    "negative at 1:10": ("1:10 (negative)", {"titre": "1:10", "remark": "negative"}),
    "7 of 10": ("7/10", {"number": "7", "out_of": "10"}),
    "7 out of 10": ("7/10", {"number": "7", "out_of": "10"}),
    "3,5": ("3.5", {"number": "3.5"}),
    "36,95": ("36.95", {}),
    "3,5 mV": ("3.5 mV", {"number": "3.5", "unit": "mV"}),
    "0,400": ("0.400", {}),
    "12,40": ("12.40", {}),
    "1.234,5": ("1234.5", {}),
    "3,5-4,2 mV": ("3.5–4.2 mV", {"low": "3.5", "high": "4.2"}),
    "60 to 10 mg": ("10–60 mg", {"low": "10", "high": "60", "unit": "mg"}),
    "60 mg to 10 mg": ("10–60 mg", {}),
    "20-10": ("10–20", {}),
    "between 3 and 5 mV": ("3–5 mV", {}),
    "3.2 L, 88 % predicted": ("3.2 L (88 % predicted)", {}),
    "5.1 mmol/L [92 mg/dL]": ("5.1 mmol/L (92 mg/dL)", {}),
    "3.2 ± 0.4 mV": ("3.2 mV (±0.4)", {"number": "3.2", "unit": "mV", "remark": "±0.4"}),
    "3.2±0.4": ("3.2 (±0.4)", {}),
    "elevated at 350 U/L": ("350 U/L (elevated)", {"number": "350", "unit": "U/L"}),
    "5.2 mg/L, normal": ("5.2 mg/L (normal)", {}),
    "12.5*": ("12.5 (*)", {"number": "12.5"}),
    "24.1 mg/dL*": ("24.1 mg/dL (*)", {"number": "24.1", "unit": "mg/dL"}),
    "24.1* mg/dL": ("24.1 mg/dL (*)", {"number": "24.1", "unit": "mg/dL"}),
    "4.1%†": ("4.1 % (†)", {"percent": "4.1"}),
    "*24.1": ("24.1 (*)", {"number": "24.1"}),
    "3,5 **": ("3.5 (**)", {"number": "3.5"}),
    "5.2 high#": ("5.2 (high; #)", {"remark": "high; #"}),
    "5 µV^a": ("5 µV (^a)", {"number": "5", "unit": "µV"}),
    "5ᵇ": ("5 (ᵇ)", {"number": "5"}),
    "median 12 (8 to 16)": ("12 (median; 8 to 16)", {}),
    "6 unit not printed": ("6 (unit not stated)", {"number": "6", "unit": "not stated"}),
    "6, no unit": ("6 (unit not stated)", {}),
    "three weeks": ("3 weeks", {"number": "3", "unit": "weeks"}),
    "two to three days": ("2–3 days", {}),
    "2 h 30 min": ("150 min", {"number": "150", "unit": "min"}),
    "2 years and 3 months": ("27 months", {}),
    "72-year-old": ("72 year", {"number": "72", "unit": "year"}),
    "18 months old": ("18 months", {}),
    "in his 70s": ("70–79 years", {"low": "70", "high": "79"}),
    "mid-60s": ("60–69 years", {}),
    "aged 74": ("74", {}),
}


@pytest.mark.parametrize("text", NUMBER_NOTATIONS)
def test_notations_of_papers_are_read_and_kept_as_printed(text):
    canonical, fields = NUMBER_NOTATIONS[text]
    value = parse_value(text)
    document = value.as_document()
    assert (value.printed, value.canonical) == (text, canonical)
    assert document["printed"] == text
    assert fields.items() <= document.items()
    assert value.as_canonical() == parse_value(canonical)
    assert value_from_document(document) == value and VALID.is_valid(document)


@pytest.mark.parametrize(
    "text, document",
    [
        ("65/110 mm", {"text": "65/110 mm"}),
        ("3/12", {"text": "3/12"}),
        ("98/136", {"text": "98/136"}),
        ("98 out of 136", {"number": "98", "out_of": "136", "printed": "98 out of 136"}),
        ("98 / 136 points", {"number": "98", "out_of": "136", "unit": "points"}),
        ("41 (onset to peak)", {"number": "41", "remark": "onset to peak"}),
        (
            "3.2 L (88 % predicted)",
            {"number": "3.2", "unit": "L", "also": {"percent": "88", "of": "predicted"}},
        ),
        ("12 (8 to 16)", {"number": "12", "remark": "8 to 16"}),
        ("12 mV (8–16 mV)", {"number": "12", "unit": "mV", "remark": "8–16 mV"}),
        ("<0.1 (normal <0.4)", {"comparator": "<", "number": "0.1", "remark": "normal <0.4"}),
        ("6 (unit not stated)", {"number": "6", "unit": "not stated"}),
        ("5 mcg", {"number": "5", "unit": "mcg"}),
        ("5 microgram", {"number": "5", "unit": "microgram"}),
        ("45 mg %", {"number": "45", "unit": "mg %"}),
        (">100 kU/L", {"comparator": ">", "number": "100", "unit": "kU/L"}),
        ("40-50%", {"low": "40", "high": "50", "unit": "%"}),
        ("5 a", {"number": "5", "unit": "a"}),
        ("NR*", {"text": "NR*"}),
        ("trace*", {"word": "trace*"}),
        ("1 g b.i.d.", {"text": "1 g b.i.d."}),
        ("trace", {"word": "trace"}),
        ("++", {"word": "++"}),
        ("1,234", {"number": "1,234"}),
        ("120/80", {"text": "120/80"}),
        ("1/320", {"text": "1/320"}),
        ("1 out of 48", {"number": "1", "out_of": "48"}),
        ("1/10", {"text": "1/10"}),
        ("Within normal limits", {"state": "normal", "printed": "Within normal limits"}),
        ("WNL", {"state": "normal"}),
        ("not done", {"state": "not_tested", "printed": "not done"}),
        ("120/80 mmHg", {"text": "120/80 mmHg"}),
        ("50 % drop", {"text": "50 % drop"}),
        ("6 µV, delayed", {"text": "6 µV, delayed"}),
        ('"n/a"', {"text": "n/a"}),
        ("“12..”", {"text": "12.."}),
    ],
)
def test_scores_notes_and_other_text_have_a_place_in_the_document(text, document):
    value = read_value(text)
    assert value.as_document() == document
    assert value_from_document(document) == value and VALID.is_valid(document)


@pytest.mark.parametrize("text", ["98/136", "1/10"])
def test_a_score_with_its_maximum_is_read_in_a_column_of_scores(text):
    number, maximum = text.split("/")
    found = read_value(text, is_score=True).as_document()
    assert found == {"number": number, "out_of": maximum}


@pytest.mark.parametrize(
    "text", ["12..", "3.5.2", "3.5.2 mV", "12.. mg/dL", "1,5-2,234", "n/a", "%", "5 x"]
)
def test_a_typing_error_is_rejected_with_the_way_to_keep_it(text):
    with pytest.raises(ValueError, match="quotation marks"):
        read_value(text)


@pytest.mark.parametrize("text", ["7/10", "41 (onset to peak)", "50 % drop", "40 or more", "“5”"])
def test_only_plain_numbers_count_as_exact(text):
    assert plain_number(read_value(text)) is None
    assert plain_number(read_value("3,5")) == Decimal("3.5")


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
        ({"number": "3.5", "printed": "3,6"}, "means 3.6, not 3.5"),
        ({"number": "3.5", "printed": "wide"}, "means wide, not 3.5"),
        ({"number": "12", "out_of": "10"}, "maximum of the score last"),
        ({"number": "6", "also": {"number": "?"}}, "not a number"),
        ({"word": "weak", "remark": "left"}, "cannot have"),
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


@pytest.mark.parametrize(
    "text", ["74", "74 yo", "72-year-old", "in his 70s", "2 years 3 months", "aged 74", "about 70"]
)
def test_ages_of_papers_are_accepted_as_ages(text):
    assert UNIT_WORDS[check_age(parse_value(text)).unit] in ("years", "months")

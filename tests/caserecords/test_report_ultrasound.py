"""Ultrasound in the report: its columns, and the ratio between the sides."""

import pytest

from caserecords.report.ultrasound import ultrasound
from patients.record.document import build, to_document
from tests.factories import make_document


def area(number, unit="mm²", **more):
    return {"number": number, **({"unit": unit} if unit else {}), **more}


def scan(side, value, **more):
    row = {"visit": "on-admission", "nerve": "median", "site": "upper arm", "side": side}
    return row | ({"area_mm2": value} if value else {}) | more


def table(*rows):
    return ultrasound(build(make_document(ultrasound=list(rows))))


def ratios(*rows):
    """Return {side: (ratio, small print)} of the rows that have a ratio."""
    found = table(*rows)
    if not any("÷" in heading for heading in found.headings):
        return {}
    at = next(n for n, heading in enumerate(found.headings) if "÷" in heading)
    cells = [(row[1].text, row[at]) for row in found.rows]
    return {side: (cell.text, cell.small) for side, cell in cells if cell.text}


def test_the_larger_side_has_the_ratio_with_its_formula():
    assert ratios(scan("right", area("19")), scan("left", area("14"))) == {
        "right": ("1.36", "computed: right ÷ left, 19 mm² ÷ 14 mm²")
    }


def test_a_number_without_a_unit_has_the_unit_of_its_column():
    assert ratios(scan("left", area("12.0", "")), scan("right", area("8"))) == {
        "left": ("1.5", "computed: left ÷ right, 12.0 mm² ÷ 8 mm²")
    }


@pytest.mark.parametrize(
    "other",
    [
        scan("left", None),
        scan("left", area("0")),
        scan("left", area("0.14", "cm²")),
        scan("left", area("14", comparator="<")),
        scan("left", {"low": "10", "high": "14"}),
        scan("left", {"state": "not_obtainable"}),
        scan("left", area("14"), site="wrist"),
        scan("left", area("14"), visit="later"),
        scan("right", area("14")),
        scan("both", area("14")),
    ],
)
def test_ratio_needs_two_plain_areas_at_one_site(other):
    assert ratios(scan("right", area("19")), other) == {}


def test_a_duplicate_side_has_no_ratio():
    rows = (scan("right", area("19")), scan("left", area("14")), scan("left", area("15")))
    assert ratios(*rows) == {}


@pytest.mark.parametrize(
    ("larger", "smaller"), [("1e99", "1e-99"), ("1e12", "1"), ("999999999999.996", "1")]
)
def test_a_ratio_of_more_than_12_digits_is_not_shown(larger, smaller):
    assert ratios(scan("right", area(larger)), scan("left", area(smaller))) == {}


def test_a_ratio_of_12_digits_is_shown():
    found = ratios(scan("right", area("999999999999")), scan("left", area("1")))
    assert found["right"][0] == "999,999,999,999"


def test_a_ratio_is_never_stored():
    document = to_document(
        build(make_document(ultrasound=[scan("right", area("19")), scan("left", area("14"))]))
    )
    assert "1.36" not in str(document["ultrasound"])


def test_states_and_choices_are_shown_as_labels():
    found = table(
        {
            "muscle": "deltoid",
            "side": "left",
            "heckmatt": "3",
            "result": "reduced",
            "fasciculations": False,
            "note": "Deep part not seen.",
        },
        scan("right", {"state": "not_obtainable"}, result="not_obtainable"),
    )
    words = [[cell.text for cell in row] for row in found.rows]
    assert words[0][0].casefold() == "deltoid" and "median" in words[1][0].casefold()
    assert "3: echo markedly increased, bone echo reduced" in words[0]
    assert "reduced or atrophic" in words[0] and "no" in words[0]
    assert words[1].count("not obtainable") == 2
    assert found.notes[0][1] == "Deep part not seen."


def test_no_rows_give_no_table():
    assert table() is None

"""The computed part of a document."""

import json

import pytest

from patients.record.computed import compute
from patients.record.document import build, to_document
from tests.factories import make_document
from tests.patients.test_tables import load


@pytest.fixture(scope="module")
def published():
    return compute(build(load("published_case")))


@pytest.fixture(scope="module")
def invented():
    return compute(build(load("invented_case")))


def test_days_of_the_published_case(published):
    days = published["days"]
    assert (days["pain-onset"], days["weakness-onset"], days["admission"]) == (-30, -25, 0)
    assert days["start-of-treatment"] is None
    assert days["follow-up"] is None
    assert published["day_ranges"] == {}


def test_changes_are_labels_and_not_numbers(published):
    changes = [row["change"] for row in published["strength_changes"]]
    assert (changes.count("better"), changes.count("same")) == (5, 2)
    assert {frozenset(row) for row in published["strength_changes"]} == {
        frozenset({"movement", "side", "from", "to", "change"})
    }


def test_ratios_state_their_origin(published, invented):
    assert [
        (row["percent"], row["drop_percent"], row["origin"])
        for row in published["side_to_side"][:2]
    ] == [("4.1", "95.9", "reported"), ("46.8", "53.2", "reported")]
    assert "formula" not in published["side_to_side"][0]
    computed = [row for row in invented["side_to_side"] if row["origin"] == "computed"]
    assert all(row["formula"].endswith(f"= {row['percent']}%") for row in computed)


def test_known_dose_is_marked_as_a_lower_bound(published):
    assert published["cumulative_doses"] == [
        {
            "treatment": 0,
            "agent": "methylprednisolone",
            "amount": "5000",
            "unit": "mg",
            "lower_bound": True,
            "formula": "1000 mg × 5",
        }
    ]


def test_event_by_age_is_placed_by_the_age_at_presentation(invented):
    low, high = invented["day_ranges"]["thyroid-disease"]
    assert low < invented["days"]["thyroid-disease"] < high < 0


def test_computed_part_is_ignored_on_import():
    document = to_document(build(make_document()))
    document["computed"] = {"days": {"admission": 99}}
    assert to_document(build(document))["computed"]["days"]["admission"] == 0


def test_equal_documents_compute_equal_bytes():
    once, again = (json.dumps(compute(build(load("invented_case")))) for _turn in range(2))
    assert once == again


def test_age_without_a_number_places_nothing():
    age = {"word": "elderly"}
    document = make_document(patient={"code": "P-x", "age_at_presentation": age})
    document["events"].append(
        {
            "key": "old",
            "label": "Old",
            "placement": {"how": "age", "age": "40", "age_unit": "years"},
        }
    )
    assert compute(build(document))["days"]["old"] is None

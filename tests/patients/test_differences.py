"""Differences between two documents."""

import copy

import pytest

from patients.versions.differences import Difference, differences
from tests.factories import make_document


@pytest.fixture
def document():
    return make_document()


def changed(document, change):
    after = copy.deepcopy(document)
    change(after)
    return differences(document, after)


def test_equal_documents_have_no_difference(document):
    assert differences(document, copy.deepcopy(document)) == []


def test_a_changed_grade_is_labelled_with_movement_side_and_visit(document):
    found = changed(document, lambda after: after["strength"][4].update(grade="3"))
    assert found == [
        Difference(
            "strength[4].grade",
            "strength · Ankle dorsiflexor, left, On admission · grade",
            "3−",
            "3",
        )
    ]


def test_a_moved_row_keeps_its_identity(document):
    row = {"visit": "later", "movement": "knee_extension", "side": "left", "grade": "5"}
    found = changed(document, lambda after: after["strength"].insert(0, row))
    label = "strength · Knee extensor, left, 3 months later"
    assert found == [Difference("strength[0]", label, None, "grade: 5")]


def test_a_removed_row_is_summarised(document):
    found = changed(document, lambda after: after["motor_conduction"].pop())
    assert [(one.before, one.after) for one in found] == [("amplitude: 4.1 % of right", None)]


def test_a_changed_row_order_is_reported(document):
    found = changed(document, lambda after: after["strength"].reverse())
    assert [one.label for one in found] == ["strength · order of rows"]


def test_two_rows_with_the_same_name_are_distinguished(document):
    document["symptoms"].append(dict(document["symptoms"][0]))
    found = changed(document, lambda after: after["symptoms"][1].update(course="better"))
    assert [one.path for one in found] == ["symptoms[1].course"]


def test_a_value_is_printed_with_the_unit_of_its_column(document):
    values = [{"number": "6.0"}, {"state": "no_response"}]
    document["motor_conduction"][0]["amplitude_mv"] = values[0]
    found = changed(
        document, lambda after: after["motor_conduction"][0].update(amplitude_mv=values[1])
    )
    assert [(one.before, one.after) for one in found] == [("6.0 mV", "no response")]


def test_a_placement_shows_the_labels_of_events(document):
    found = changed(document, lambda after: after["events"][1]["placement"].update(offset="-26"))
    assert found[0].before == "25 days before Admission"
    assert found[0].after == "26 days before Admission"


def test_a_nested_phase_is_found(document):
    phase = {"kind": "taper", "duration": {"number": "5", "unit": "days"}}
    found = changed(document, lambda after: after["treatments"][0]["phases"].append(phase))
    assert found[0].path == "treatments[0].phases[1]"
    assert found[0].after == "duration: 5 days"


def test_title_and_patient_are_compared(document):
    def change(after):
        after["case"]["title"] = "Another title"
        after["patient"]["sex"] = "female"

    labels = [one.label for one in changed(document, change)]
    assert labels == ["case · title", "patient · sex"]


def test_parts_of_other_apps_are_compared_by_key(document):
    document["imaging"] = {
        "annotations": [{"key": "l5", "x": 1.0}],
        "studies": [{"study_instance_uid": "1.2.3", "series": [{"instances": [{}, {}]}]}],
    }

    def change(after):
        after["imaging"]["annotations"][0]["x"] = 2.5
        after["imaging"]["studies"][0]["series"][0]["instances"].append({})

    found = changed(document, change)
    assert [(one.label, one.before, one.after) for one in found] == [
        ("imaging · annotations · l5 · x", "1.0", "2.5"),
        ("imaging · studies · 1.2.3 · series · 1 · instances", "2", "3"),
    ]


def test_values_that_cannot_be_parsed_are_shown_unchanged(document):
    document["strength"][0]["grade"] = "9"
    found = changed(document, lambda after: after["strength"][0].update(grade="5"))
    assert (found[0].before, found[0].after) == ("9", "5")

"""Cells of the entry pages, and the three-way merge."""

import pytest
from django.core.exceptions import ValidationError

from patients.entry.cells import make_cell
from patients.entry.merging import list_conflicts, merge
from patients.entry.timeline import new_key
from patients.language.values import parse_value
from patients.models import (
    Diagnosis,
    Dynamometry,
    Event,
    LaboratoryResult,
    LateResponse,
    MotorConduction,
    NeedleEMG,
    ScaleScore,
    StrengthScore,
)


def cell(model, name):
    return make_cell(model._meta.get_field(name))


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("ICD-10 G54.5", [{"system": "ICD-10", "code": "G54.5"}]),
        ("ORPHA:2901", [{"system": "ORPHA", "code": "2901"}]),
        (
            'ICD-11 MMS 8B93.Y "Other; radiculopathy"; ORPHA 2901',
            [
                {"system": "ICD-11 MMS", "code": "8B93.Y", "display": "Other; radiculopathy"},
                {"system": "ORPHA", "code": "2901"},
            ],
        ),
    ],
)
def test_codes_are_parsed_and_formatted(text, codes):
    column = cell(Diagnosis, "codes")
    assert column.clean(text) == codes
    assert column.clean(column.show(codes)) == codes


def test_code_without_a_system_is_rejected():
    with pytest.raises(ValidationError, match="is not a code"):
        cell(Diagnosis, "codes").clean("G54.5")


@pytest.mark.parametrize("text", ["NR", "n", "absent"])
def test_absent_response(text):
    assert cell(MotorConduction, "amplitude_mv").clean(text).state == "no_response"


def test_a_percentage_has_no_space_before_its_sign():
    column = cell(MotorConduction, "amplitude_mv")
    for text in ("4.1% of right", "4.1 % of right"):
        assert column.show(column.clean(text)) == "4.1% of right"
    drop = cell(MotorConduction, "conduction_block")
    assert "50 % drop" in drop.show(drop.clean("50 % drop"))  # text is shown as entered


@pytest.mark.parametrize("text", ["NR", "nr.", "absent"])
@pytest.mark.parametrize("model", [LaboratoryResult, ScaleScore, Dynamometry])
def test_nr_is_no_response_only_in_a_recording(model, text):
    for found in (
        cell(model, "value").clean(text),
        model._meta.get_field("value").from_document(text),
    ):
        assert (found.kind, found.text) == ("text", text)
    amplitude = LateResponse._meta.get_field("amplitude_mv").from_document(text)
    assert amplitude.state == "no_response"


def test_unchanged_cell_keeps_the_stored_value():
    column = cell(StrengthScore, "movement")
    column.stored = "text:Hip flexor"
    assert column.clean("Hip flexor") == "text:Hip flexor"
    column.stored = ""
    assert column.clean("Hip flexor") == "hip_flexion"


@pytest.mark.parametrize(("key", "grade"), [("0", "0"), ("1", "1+"), ("4", "4+"), ("+2", "2+")])
def test_one_key_shortcut_gives_a_grade(key, grade):
    assert cell(NeedleEMG, "fibrillations").clean(key) == grade


def test_tri_state():
    column = cell(NeedleEMG, "active_denervation")
    assert [column.clean(text) for text in ("yes", "no", "")] == [True, False, None]
    with pytest.raises(ValidationError):
        column.clean("perhaps")


def test_browser_line_endings_are_normalised():
    assert cell(Event, "words").clean("one\r\ntwo ") == "one\ntwo"


def test_value_is_kept_as_printed():
    column = cell(MotorConduction, "amplitude_mv")
    column.stored = parse_value("12,400 µV")
    assert column.clean("12,400 µV") is column.stored
    assert column.clean("6,5") == parse_value("6,5")
    assert column.show(column.clean("6,5")) == "6,5"
    with pytest.raises(ValidationError, match="quotation marks"):
        column.clean("6,5,")


def test_keys_are_derived_from_labels_and_unique():
    assert new_key("3 months after finishing treatment", set()) == (
        "3-months-after-finishing-treatment"
    )
    assert new_key("Pain!", {"pain"}) == "pain-2"
    assert new_key("痛み", set()) == "event"
    assert len(new_key("x" * 200, {"x" * 60})) == 60


def test_merge_uses_the_change_of_either_side():
    before = {"t-1-a": "1", "t-1-b": "1", "t-1-c": "1", "t-1-d": "1"}
    theirs = before | {"t-1-b": "2", "t-1-d": "2", "t-2-a": "new"}
    mine = before | {"t-1-c": "3", "t-1-d": "3", "t-new1-a": "own"}
    merged = merge(before, theirs, mine)
    assert merged == {
        "t-1-a": "1",
        "t-1-b": "2",
        "t-1-c": "3",
        "t-1-d": "3",
        "t-2-a": "new",
        "t-new1-a": "own",
    }
    found = list_conflicts(before, theirs, mine, {name: name for name in merged})
    assert [one.name for one in found if one.is_conflict] == ["t-1-d"]


def test_line_endings_of_a_browser_are_no_change():
    before = {"t-1-a": "one\ntwo", "t-1-b": "three\nfour"}
    theirs = {"t-1-a": "one\ntwo\nmore", "t-1-b": "three\nfour"}
    mine = {"t-1-a": "one\r\ntwo", "t-1-b": "three\r\nfour\r\nmore"}
    merged = merge(before, theirs, mine)
    assert merged == {"t-1-a": theirs["t-1-a"], "t-1-b": mine["t-1-b"]}
    found = list_conflicts(before, theirs, merged, {name: name for name in before})
    assert [(one.name, one.is_conflict) for one in found] == [("t-1-a", False), ("t-1-b", False)]
    assert merge(before, {}, {"t-1-a": "one\r\ntwo", "t-1-b": before["t-1-b"]}) == {}


def test_a_row_deleted_by_the_other_user_is_kept_only_if_changed():
    before = {"t-1-a": "1", "t-2-a": "1", "t-2-b": "1"}
    merged = merge(before, {}, {"t-1-a": "1", "t-2-a": "2", "t-2-b": "1"})
    assert merged == {"t-2-a": "2", "t-2-b": "1"}

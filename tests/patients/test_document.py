"""The case document: lossless conversion between rows and JSON, and validation."""

import copy
import json

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings

from patients.actions.importing import import_case
from patients.models import ROW_MODELS
from patients.record.document import DocumentError, build, read, to_bytes, to_document
from patients.record.schema import document_schema
from patients.versions.reading import served_text
from tests.documents import documents
from tests.factories import make_document, make_team, make_user

VALIDATOR = jsonschema.Draft202012Validator(document_schema())
SLOW = settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.large_base_example,
        HealthCheck.function_scoped_fixture,
    ],
)


def errors_of(document):
    with pytest.raises(DocumentError) as caught:
        build(document)
    return dict(caught.value.errors)


def test_schema_is_valid_and_accepts_a_document():
    jsonschema.Draft202012Validator.check_schema(document_schema())
    assert not list(VALIDATOR.iter_errors(make_document()))


@given(documents())
@SLOW
def test_a_built_document_serialises_unchanged(document):
    once = to_document(build(document))
    assert to_bytes(to_document(build(once))) == to_bytes(once)
    assert not list(VALIDATOR.iter_errors(once))
    for key, value in document["case"].items():
        assert once["case"].get(key, "") == value
    for model in ROW_MODELS:
        if not model.PARENT:
            key = model.DOCUMENT_KEY
            assert len(once.get(key, [])) == len(document[key])


def test_a_recorded_no_stays_in_the_document():
    row = {"muscle": "tibialis_anterior", "side": "left", "active_denervation": False}
    document = make_document() | {"needle_emg": [row]}
    assert to_document(build(document))["needle_emg"][0]["active_denervation"] is False


@pytest.mark.django_db
@given(document=documents())
@SLOW
def test_a_stored_case_serialises_to_the_same_bytes(document):
    team = make_team()
    case = import_case(document, team, make_user(team=team))
    exported = served_text(case.versions.get())
    assert exported == to_bytes(to_document(read(case)))
    entered = json.loads(exported)
    entered.pop("imaging")  # in every stored document, even without images
    assert to_bytes(entered) == to_bytes(to_document(build(document)))
    other = make_team()
    again = import_case(json.loads(exported), other, make_user(team=other))
    assert served_text(again.versions.get()) == exported


def test_key_order_does_not_matter():
    document = make_document()
    turned = dict(reversed(document.items()))
    turned["strength"] = [dict(reversed(row.items())) for row in document["strength"]]
    assert to_bytes(to_document(build(turned))) == to_bytes(to_document(build(document)))


def test_the_computed_part_is_ignored_on_import():
    document = make_document(computed={"days": {"weakness": 99}, "anything": [1]})
    assert to_document(build(document))["computed"]["days"]["weakness"] == -25


def change(path, value):
    """Return a document with the value at `path` replaced."""
    document = make_document()
    place = document
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return document


@pytest.mark.parametrize(
    ("path", "value", "where"),
    [
        (["schema"], "caserecord/2", "schema"),
        (["colour"], "red", "colour"),
        (["case"], [], "case"),
        (["case", "title"], "", "case.title"),
        (["case", "title"], None, "case.title"),
        (["case", "title"], "x" * 301, "case.title"),
        (["case", "title"], "a\0b", "case.title"),
        (["case", "status"], "approved", "case.status"),
        (["case", "origin"], "stolen", "case.origin"),
        (["patient", "sex"], 1, "patient.sex"),
        (["patient", "birth_year"], "1950", "patient.birth_year"),
        (["patient", "birth_year"], True, "patient.birth_year"),
        (["patient", "birth_year"], -1, "patient.birth_year"),
        (["patient", "image_key"], "0" * 64, "patient.image_key"),
        (["patient", "age_at_presentation"], 74, "patient.age_at_presentation"),
        (["strength"], {}, "strength"),
        (["strength", 1], "5", "strength[1]"),
        (["strength", 3, "grade"], "6", "strength[3].grade"),
        (["strength", 3, "grade"], 4, "strength[3].grade"),
        (["strength", 3, "side"], "up", "strength[3].side"),
        (["strength", 3, "movement"], "jump", "strength[3].movement"),
        (["strength", 3, "muscle"], "text:psoas", "strength[3].movement"),
        (["strength", 3, "visit"], "never", "strength[3].visit"),
        (["strength", 3, "visit"], ["later"], "strength[3].visit"),
        (["strength", 3, "id"], 7, "strength[3].id"),
        (["visits", 1, "event"], "never", "visits[1].event"),
        (["events", 1, "key"], "two words", "events[1].key"),
        (["events", 1, "key"], "admission", "events[1]"),
        (["events", 1, "placement", "anchor"], "never", "events[1].placement.anchor"),
        (["events", 1, "placement", "offset"], "soon", "events[1].placement"),
        (
            ["treatments", 0, "phases", 0, "dose"],
            {"number": "lots"},
            "treatments[0].phases[0].dose",
        ),
        (["treatments", 0, "phases", 0, "kind"], "never", "treatments[0].phases[0].kind"),
        (["treatments", 0, "phases", 0, "case"], 1, "treatments[0].phases[0].case"),
        (["diagnoses", 0, "codes"], [{"system": "ICD-10"}], "diagnoses[0].codes"),
    ],
)
def test_errors_have_the_path_of_the_field(path, value, where):
    assert where in errors_of(change(path, value))


@pytest.mark.parametrize(
    ("table", "name", "text", "choice"),
    [
        ("strength", "side", "R", "right"),
        ("strength", "side", "lt", "left"),
        ("diagnoses", "side", "bilaterally", "both"),
        ("diagnoses", "status", "Ruled out", "ruled_out"),
        ("comorbidities", "kind", "family history", "family_history"),
        ("comorbidities", "presence", "yes", "present"),
        ("laboratory", "interpretation", "H", "high"),
    ],
)
def test_choices_may_be_written_as_papers_print_them(table, name, text, choice):
    row = {
        "strength": {"movement": "hip_flexion", "grade": "4"},
        "diagnoses": {"text": "GBS", "status": "final"},
        "comorbidities": {"text": "diabetes"},
        "laboratory": {"analyte": "ck", "value": "90 U/L"},
    }[table]
    document = make_document() | {table: [row | {name: text}]}
    assert to_document(build(document))[table][0][name] == choice


@pytest.mark.parametrize("sex", ["F", "Female", "woman"])
def test_the_sex_may_be_abbreviated(sex):
    assert to_document(build(change(["patient", "sex"], sex)))["patient"]["sex"] == "female"


@pytest.mark.parametrize(
    ("name", "muscle"), [("deltoid", "deltoid"), ("TA", "tibialis_anterior"), ("Hip flexion", "")]
)
def test_a_muscle_given_as_a_movement_is_the_muscle_as_in_the_grid(name, muscle):
    rows = [{"movement": name, "side": "left", "grade": "4"}]
    row = build(make_document() | {"strength": rows}).rows["strength"][0]
    assert (row.movement, row.muscle) == ("" if muscle else "hip_flexion", muscle)
    assert row.printed_label == ""


@pytest.mark.parametrize(
    ("path", "value", "where", "words"),
    [
        (["strength", 3, "side"], "up", "strength[3].side", "left, right, midline, both"),
        (["diagnoses", 0, "status"], "sure", "diagnoses[0].status", "working, differential"),
        (["events", 1, "placement"], "25 days before", "events[1].placement", '"offset": "-25"'),
        (["events", 1, "placement"], "May 2011", "events[1].placement", '"date": "2011-05"'),
        (
            ["events", 1, "placement"],
            {"how": "date", "date": "2011-05", "text": "mid-June 2011", "precision": "month"},
            "events[1].placement.text",
            "not the text of this date",
        ),
    ],
)
def test_errors_name_what_is_accepted(path, value, where, words):
    assert words in errors_of(change(path, value))[where]


@pytest.mark.parametrize("name", ["schema", "case", "patient"])
def test_missing_fields_are_reported(name):
    document = make_document()
    del document[name]
    assert name in errors_of(document)


def test_all_errors_are_reported_together():
    document = make_document()
    for row in document["strength"]:
        row["grade"] = "9"
    assert len(errors_of(document)) == len(document["strength"])


def test_events_in_a_cycle_are_reported():
    document = make_document()
    document["events"][1]["placement"]["anchor"] = "third"
    third = copy.deepcopy(document["events"][1]) | {"key": "third", "label": "Third"}
    third["placement"]["anchor"] = "weakness"
    document["events"].append(third)
    found = errors_of(document)
    assert "Weakness → Third → Weakness" in found["events[1].placement.anchor"]


def test_two_index_events_are_rejected():
    document = make_document()
    document["events"][2]["placement"] = {"how": "index"}
    assert "one index event" in errors_of(document)["events"]


def test_a_duplicate_strength_row_is_rejected():
    document = make_document()
    document["strength"].append(document["strength"][0])
    assert "strength[0]" in errors_of(document)["strength[6]"]


def test_strength_rows_without_a_visit_may_repeat():
    document = make_document()
    row = {"movement": "hip_flexion", "side": "left", "grade": "5"}
    document["strength"] = [row, row | {"grade": "4"}]
    assert len(build(document).strength) == 2


def test_texts_that_look_escaped_are_kept():
    document = change(["case", "title"], "a \\u0000 b")
    assert to_document(build(document))["case"]["title"] == "a \\u0000 b"

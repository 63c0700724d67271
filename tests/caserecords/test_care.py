"""The CARE checklist: every part for the published case, and the conditions of each state."""

import copy

import pytest

from caserecords.reasoning.care.checklist import STATES, care
from patients.catalogue.care import ROWS
from patients.record.document import build
from tests.caserecords.test_checks_rules import BARE
from tests.patients.test_tables import load

PUBLISHED, INVENTED = load("published_case"), load("invented_case")
# Expected states by the first word (READ) or whole text (ARGUED) of `published_case_meets`.
READ = {"yes": "met", "partly": "partly", "no": "missing"}
ARGUED = {
    "clinician only": "partly",  # meets one of two requirements
    "no limitations": "partly",  # has strengths, but no limitations
    "superscripts only": "partly",  # cited by number; the only reference is the source
    "not stated": "missing",
    "no table; computable": "partly",  # drawn from the events, four of which have no day
}


def states(document):
    return {part.id: part.state for part in care(build(document)).parts}


def whys(document):
    return {part.id: part.answer.why for part in care(build(document)).parts}


def changed(document=PUBLISHED, **tables):
    return copy.deepcopy(document) | tables


def expected_state(words):
    return ARGUED.get(words) or READ[words.split()[0]]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_published_case_has_the_expected_states(row):
    assert states(PUBLISHED)[row.id] == expected_state(row.published_case_meets)


def test_each_of_30_parts_in_13_items_has_evidence_or_a_reason():
    for document in (PUBLISHED, INVENTED, BARE):
        parts = care(build(document)).parts
        assert len(parts) == 30 and len({part.item for part in parts}) == 13
        for part in parts:
            assert part.state in STATES
            assert part.answer.rows if part.state in ("met", "none") else part.answer.why, part.id
            assert part.answer.section


def test_empty_record_meets_no_item():
    assert set(states(BARE).values()) == {"missing"}


def test_evidence_refers_to_rows_of_the_record():
    parts = {part.id: part for part in care(build(PUBLISHED)).parts}
    taper = parts["9b"].answer.rows[0]
    assert (taper.table, taper.index, taper.section) == ("phases", 1, "treatment")
    assert "four" not in parts["7"].answer.why and "4 of 10" in parts["7"].answer.why
    assert {row.table for row in parts["5a"].answer.rows} == {
        "patient.age_at_presentation",
        "patient.sex",
    }


@pytest.mark.parametrize("words", ["None.", "Not obtained.", "The patient declined to give one."])
@pytest.mark.parametrize(("id", "chapter"), [("12", "patient_perspective"), ("13", "consent")])
def test_perspective_and_consent_may_be_explicitly_none(id, chapter, words):
    prose = [*PUBLISHED["narrative"], {"chapter": chapter, "text": words}]
    assert states(changed(narrative=prose))[id] == "none"
    narrative = [
        *PUBLISHED["narrative"],
        {"chapter": chapter, "text": "Written consent was given."},
    ]
    assert states(changed(narrative=narrative))[id] == "met"


@pytest.mark.parametrize(
    ("presence", "state"), [("absent", "none"), ("present", "met"), ("not_recorded", "missing")]
)
def test_adverse_events_may_be_explicitly_none(presence, state):
    row = {"kind": "adverse_event", "text": "any adverse event", "presence": presence}
    assert states(changed(comorbidities=[row]))["10d"] == state


def test_history_needs_illnesses_and_family():
    illness = {"kind": "comorbidity", "text": "diabetes", "presence": "absent"}
    family = {"kind": "family_history", "text": "neuropathy", "presence": "absent"}
    assert states(changed(comorbidities=[illness]))["5c"] == "partly"
    assert "family history" in whys(changed(comorbidities=[illness]))["5c"]
    assert states(changed(comorbidities=[illness, family]))["5c"] == "none"
    assert states(changed(comorbidities=[illness, family | {"presence": "present"}]))["5c"] == "met"


def test_title_needs_the_diagnosis_and_case_report():
    document = changed()
    document["case"] = {"title": "Neuralgic amyotrophy of the leg"}
    assert states(document)["1"] == "partly"
    document["case"]["title"] += ": a case report"
    assert states(document)["1"] == "met"
    document["case"]["title"] = "A weak leg: a case report"
    assert states(document)["1"] == "missing"


@pytest.mark.parametrize(
    ("summary", "met"),
    [
        ("Introduction: rare. Case: a man. Outcome: better. Conclusion: use gadolinium.", "abcd"),
        ("Background: rare.\nConclusions: use it.", "ad"),
        ("A man with a weak leg.", ""),
    ],
)
def test_abstract_is_checked_part_by_part(summary, met):
    document = changed()
    document["case"]["summary"] = summary
    found = states(document)
    assert "".join(part for part in "abcd" if found[f"3{part}"] == "met") == met
    assert {found[f"3{part}"] for part in "abcd"} <= {"met", "partly"}


def test_key_words_are_a_line_of_the_summary():
    document = changed()
    document["case"]["summary"] = "A man. Key words: neuralgic amyotrophy, MRI, case report"
    assert states(document)["2"] == "met"
    document["case"]["summary"] = "A man. Keywords: MRI"
    assert states(document)["2"] == "partly"


@pytest.mark.parametrize(
    ("id", "sentence"),
    [
        ("4", "Introduction: few such legs are known."),
        ("8b", "The diagnosis was a challenge."),
        ("8d", "The prognosis is good."),
        ("10c", "The treatment was well tolerated."),
        ("11a", "Limitations: one patient."),
    ],
)
def test_items_without_a_table_are_found_in_the_narrative(id, sentence):
    document = changed()
    assert states(document)[id] != "met"
    document["narrative"][-1]["text"] += f"\n\n{sentence}"
    assert states(document)[id] == "met"


def test_procedures_do_not_need_a_dose():
    rows = [{"kind": "rehabilitation", "agent": "physiotherapy"}]
    found = states(changed(treatments=rows))
    assert (found["9a"], found["9b"], found["9c"]) == ("met", "met", "missing")


def test_patient_reported_outcome_and_tests_at_follow_up():
    later = "3-months-after-finishing-treatment"
    score = {"visit": later, "instrument": "pain_nrs", "value": {"number": "2"}}
    assert states(changed(scales=[score]))["10a"] == "met"
    emg = {"visit": later, "muscle": "tibialis_anterior", "side": "left"}
    assert states(changed(needle_emg=[*PUBLISHED["needle_emg"], emg]))["10b"] == "met"


def test_consent_is_first_among_missing_items():
    checklist = care(build(PUBLISHED))
    assert [part.id for part in checklist.named] == ["13", "12", "10d"]
    assert checklist.more == len(checklist.missing) - 3
    assert sum(number for _symbol, _words, number in checklist.tally) == 30


def test_results_are_plain_json():
    data = care(build(INVENTED)).as_data()
    assert data[-1]["id"] == "13" and data[-1]["state"] == "none"
    assert data[-1]["rows"] == [
        {"table": "narrative", "row": 6, "words": data[-1]["rows"][0]["words"]}
    ]

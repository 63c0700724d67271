"""Terms as people type them, through the entry pages, the REST API and the search."""

import csv
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.catalogue import coding, diagnoses, drugs, lookup, searching
from patients.catalogue.table import parts
from patients.entry.cells import make_cell
from patients.models import (
    LaboratoryResult,
    MotorConduction,
    NeedleEMG,
    ScaleScore,
    Sign,
    StrengthScore,
)
from patients.record.document import DocumentError, build

TERMS = list(csv.DictReader((Path(__file__).parent / "terms.csv").open(encoding="utf-8")))
LEAST = 0.95  # share of the terms that must be recognised
COLUMNS = {
    "movements": (StrengthScore, "movement"),
    "muscles": (StrengthScore, "muscle"),
    "nerves": (MotorConduction, "nerve"),
    "signs": (Sign, "item"),
    "instruments": (ScaleScore, "instrument"),
    "analytes": (LaboratoryResult, "analyte"),
}
EMG_COLUMNS = {"fib_psw": "fibrillations", "fasciculation": "fasciculations"}
REQUIRED = {
    StrengthScore: {"grade": "5"},
    Sign: {"domain": "sensation", "finding": "present"},
    ScaleScore: {"value": {"state": "not_tested"}},
    LaboratoryResult: {"value": {"state": "not_tested"}},
    NeedleEMG: {"muscle": "tibialis_anterior"},
}


def column_of(term):
    if term["table"] == "emg":
        return NeedleEMG, EMG_COLUMNS.get(term["context"], term["context"])
    return COLUMNS.get(term["table"], (None, ""))


def read_in_form(term):
    """Return what the entry page stores for a term."""
    model, name = column_of(term)
    if model is None:
        return lookup.find(term["table"], term["typed"])
    cell = make_cell(model._meta.get_field(name))
    cell.within = term["context"]
    return cell.clean(term["typed"])


def read_in_document(term):
    """Return what the API stores for a term; None if it rejects it."""
    model, name = column_of(term)
    if model is None:
        return lookup.find(term["table"], term["typed"])
    row = REQUIRED.get(model, {}) | {name: term["typed"]}
    if model is LaboratoryResult:
        row["specimen"] = term["context"]
    document = {"schema": "caserecord/1", "case": {"title": "t"}, "patient": {"code": "p"}}
    try:
        record = build(document | {model.DOCUMENT_KEY: [row]})
    except DocumentError:
        return None
    stored = record.rows[model.DOCUMENT_KEY][0]
    if name == "movement" and stored.muscle:  # a muscle is kept as the muscle
        is_named = stored.muscle == lookup.find("muscles", term["typed"])
        return lookup.find("movements", term["typed"]) if is_named else None
    return getattr(stored, name)


@pytest.mark.parametrize("read", [read_in_form, read_in_document])
def test_the_terms_that_people_type_are_recognised(read):
    assert len(TERMS) == 300
    found = [(term, read(term)) for term in TERMS]
    other = [(term, id) for term, id in found if id != term["expected"]]
    assert len(other) <= (1 - LEAST) * len(TERMS), other


def test_terms_that_are_not_recognised_are_kept_as_text():
    for term in TERMS:
        model, name = column_of(term)
        if model and term["table"] != "emg":
            text = f"{term['typed']} of sorts"
            assert make_cell(model._meta.get_field(name)).clean(text) == f"text:{text}"


# Names


@pytest.mark.parametrize(
    ("table", "text", "specimen", "id"),
    [
        ("analytes", "protein", "csf", "csf_protein"),
        ("analytes", "protein", "urine", "urine_protein"),
        ("analytes", "protein", "", None),
        ("analytes", "albumin", "csf", "csf_albumin"),
        ("analytes", "albumin", "serum", "albumin"),
        ("analytes", "anti-GM1 IgM", "csf", "anti_gm1_igm"),
        ("analytes", "anti-GM1 IgM", "plasma", "anti_gm1_igm"),
        ("analytes", "CSF protein", "serum", "csf_protein"),
        ("analytes", "hemoglobin", "blood", "haemoglobin"),
        ("diagnoses", "guillain barre syndrome", "", "gbs"),
        ("diagnoses", "DM", "", None),
        ("drugs", "IVIG", "", "immunoglobulin_iv"),
        ("units", "mg/dl", "", "mg/dL"),
        ("units", "μmol/L", "", "umol/L"),
        ("units", "MV", "", "mV"),
        ("movements", "Tib ant", "", "ankle_dorsiflexion"),
        ("signs", "Lhermitte’s sign", "", "lhermitte"),
        ("signs", "paresthesia", "", "paraesthesia"),
    ],
)
def test_names_are_found_in_any_spelling_but_never_guessed(table, text, specimen, id):
    assert lookup.find(table, text, specimen) == id


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Deltoid", ("muscle", "deltoid")),
        ("APB", ("muscle", "abductor_pollicis_brevis")),
        ("Hip flexion", ("movement", "hip_flexion")),
        ("iliopsoas strength", ("movement", "hip_flexion")),
        ("wiggling", None),
    ],
)
def test_a_row_of_the_strength_grid_is_a_muscle_wherever_its_name_is_a_muscle(text, found):
    assert lookup.find_graded(text) == found


# Search


def ids(table, text, specimen=""):
    return [one.id for one in searching.search(table, text, specimen)]


def test_search_ranks_whole_names_before_beginnings_and_words():
    assert ids("muscles", "gastroc")[0] == "gastrocnemius"
    assert set(ids("muscles", "gastroc")[1:3]) == {"gastrocnemius_medial", "gastrocnemius_lateral"}
    assert ids("muscles", "EHL")[0] == "extensor_hallucis_longus"
    assert ids("muscles", "ant tib")[0] == "tibialis_anterior"
    assert ids("analytes", "protein", "csf")[0] == "csf_protein"
    assert "csf_protein" not in ids("analytes", "protein", "serum")
    assert ids("muscles", "") == ids("muscles", "x" * 200) == []


def test_search_says_which_name_matched_and_gives_the_code():
    first = searching.search("drugs", "ivig")[0]
    assert (first.name.casefold(), first.code) == ("ivig", "J06BA02")


def test_an_ambiguous_name_offers_each_entry_that_has_it():
    exact = [one for one in searching.search("diagnoses", "DM") if one.rank == searching.EXACT]
    assert {one.id for one in exact} == {"dermatomyositis", "diabetes", "myotonic_dystrophy"}


def test_misspelt_names_find_similar_ones():
    assert ids("diagnoses", "dermatomyosits")[0] == "dermatomyositis"
    assert ids("muscles", "gastrocnemeus lateral")[0] == "gastrocnemius_lateral"
    assert ids("muscles", "qqqqqq") == []


@given(st.sampled_from(list(lookup.TABLES)), st.text(max_size=30), st.sampled_from(["", "csf"]))
def test_search_never_fails_and_finds_what_a_lookup_finds(table, text, specimen):
    found = ids(table, text, specimen)
    assert set(found) <= dict(lookup.choices(table)).keys()
    assert len(found) == len(set(found))


def test_the_api_suggests_similar_entries_for_unknown_text():
    document = {"schema": "caserecord/1", "case": {"title": "t"}, "patient": {"code": "p"}}
    for text, similar in [
        ("gastrocnemus lateralis", "“Gastrocnemius, lateral head” (gastrocnemius_lateral)"),
        ("qqqqqq", ""),
    ]:
        with pytest.raises(DocumentError) as caught:
            build(document | {"needle_emg": [{"muscle": text}]})
        ((path, message),) = caught.value.errors
        assert path == "needle_emg[0].muscle"
        assert ("Did you mean" in message) == bool(similar) and similar in message
        assert "free text that begins with “text:”" in message


def test_only_the_first_errors_have_suggestions_because_they_take_time():
    document = {"schema": "caserecord/1", "case": {"title": "t"}, "patient": {"code": "p"}}
    rows = [{"muscle": f"gastrocnemus lateralis {number}"} for number in range(100)]
    with pytest.raises(DocumentError) as caught:
        build(document | {"needle_emg": rows})
    found = ["Did you mean" in message for _path, message in caught.value.errors]
    assert found == [True] * 20 + [False] * 80


# Codes


def test_codes_of_diagnoses_and_drugs_have_the_form_of_their_system():
    forms = {
        "icd10_who": r"[A-Z]\d\d(\.\d)?",
        "icd10_cm": r"[A-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?",
        "icd11": r"[0-9A-Z]{2}[0-9A-Z]{2}(\.[0-9A-Z]{1,2})?",
        "orpha": r"ORPHA:\d+",
        "mondo": r"MONDO:\d{7}",
        "omim": r"OMIM:(PS)?\d{6}",
        "atc": r"[A-Z]\d\d[A-Z]{2}\d\d",
    }
    for table, rows in (("diagnoses", diagnoses.ROWS), ("drugs", drugs.ROWS)):
        for row in rows:
            for column in coding.SYSTEMS[table]:
                for code in parts(getattr(row, column)):
                    assert re.fullmatch(forms[column], code), (row.id, column, code)


def test_kinds_and_routes_of_drugs_exist():
    for row in drugs.ROWS:
        assert lookup.is_listed("treatment_kinds", row.treatment_kind), row.id
        assert all(lookup.is_listed("routes", one) for one in parts(row.usual_routes)), row.id


def test_an_inexact_code_says_so():
    codes = {one["system"]: one for one in coding.codes_of("diagnoses", diagnoses.BY_ID["gbs"])}
    assert codes["Orphanet"] == {"system": "Orphanet", "code": "ORPHA:2103"}
    assert codes["ICD-11 MMS"]["display"] == coding.INEXACT

"""Each check rule: examples that it reports, and examples that it does not report."""

import copy
import json
from dataclasses import replace
from pathlib import Path

import pytest
from django.utils import translation

from caserecords.reasoning.checks import RULES, SEVERITIES, check
from caserecords.reasoning.checks.codes import terms_of
from caserecords.reasoning.checks.panels import contrast_of, panels_in_texts
from patients.catalogue import codes, hpo
from patients.entry.sections import BY_SLUG, section_of
from patients.models import ROW_MODELS
from patients.record.document import build
from tests.factories import make_document
from tests.patients.test_tables import load
from tests.test_translatable import PseudoLocale

PUBLISHED, INVENTED = load("published_case"), load("invented_case")
BARE = {"schema": "caserecord/1", "case": {"title": "Bare"}, "patient": {"code": "B-1"}}
VISITS = {
    "events": [
        {"key": "first", "label": "First", "placement": {"how": "index"}},
        {"key": "later", "label": "Later", "placement": {"how": "offset", "offset": "90"}},
    ],
    "visits": [
        {"key": "first", "label": "First", "event": "first"},
        {"key": "later", "label": "Later", "event": "later"},
    ],
}
VISITS["events"][1]["placement"]["unit"] = "days"
# The checks that the published case must raise, with part of each message.
NAMED = {
    "panel-letters": "conventional",
    "grades-undefined": "2+, 3-, 3+",
    "finding-other-side": "Lateral recess",
    "dose-missing": "taper",
    "side-inferred": "strength",
    "side-not-stated": "Achilles",
}


def found(document):
    """Return {rule: messages} for the checks of a document."""
    by_rule = {}
    for one in check(build(document)):
        by_rule.setdefault(one.rule, []).append(one.message)
    return by_rule


def bare(**tables):
    return copy.deepcopy(BARE) | copy.deepcopy(tables)


def at_visits(**tables):
    """Return a bare document with two visits and the given tables; by default, it has two signs."""
    signs = [
        {"visit": key, "domain": "gait", "item": "gait", "finding": "normal"}
        for key in ("first", "later")
    ]
    return bare(**VISITS, **({"signs": signs} | tables))


def corrected():
    """Return the published case with each error corrected, so that it raises no checks."""
    document = copy.deepcopy(PUBLISHED)
    document["discrepancies"] = []
    for row in document["visits"]:
        row.pop("note", None)
    for row in document["strength"]:
        row["grade"] = row["grade"].rstrip("+-")
    document["signs"][1] |= {"side": "left"}
    document["imaging_findings"] = [
        row for row in document["imaging_findings"] if row["sign"] != "stenosis"
    ]
    document["treatments"][0]["phases"][1]["dose"] = {"number": "500", "unit": "mg"}
    placed = {"how": "offset", "anchor": "admission", "offset": "1", "unit": "days"}
    next(one for one in document["events"] if one["key"] == "start-of-treatment")["placement"] = (
        placed | {"precision": "day"}
    )
    return document


def test_published_case_raises_the_expected_checks():
    checks = found(PUBLISHED)
    for rule, words in NAMED.items():
        assert any(words in message for message in checks[rule]), rule
    assert set(checks) == {*NAMED, "event-without-time"}


def test_corrected_and_synthetic_cases_raise_no_checks():
    assert found(corrected()) == {}
    assert found(INVENTED) == {}
    assert found(BARE) == {}


@pytest.mark.parametrize("rule", NAMED)
def test_each_correction_resolves_its_check(rule):
    """If a single error is left uncorrected, only the check for that error is raised."""
    document, wrong = corrected(), copy.deepcopy(PUBLISHED)
    if rule == "panel-letters":
        document["discrepancies"] = wrong["discrepancies"][:1]
    elif rule == "grades-undefined":
        document["strength"] = wrong["strength"]
    elif rule == "finding-other-side":
        document["imaging_findings"] = wrong["imaging_findings"]
    elif rule == "dose-missing":
        document["treatments"] = wrong["treatments"]
    elif rule == "side-inferred":
        document["discrepancies"] = wrong["discrepancies"][2:3]
    else:
        document["signs"] = wrong["signs"]
    assert set(found(document)) == {rule}


def test_checks_are_sorted_by_severity_and_refer_to_rows():
    checks = check(build(PUBLISHED))
    assert [one.severity for one in checks] == sorted(
        (one.severity for one in checks), key=list(SEVERITIES).index
    )
    stenosis = next(one for one in checks if one.rule == "finding-other-side")
    assert (stenosis.rows[0].table, stenosis.rows[0].index) == ("imaging_findings", 2)
    assert stenosis.section == "imaging-findings"
    letters = next(one for one in checks if one.rule == "panel-letters")
    assert letters.described and letters.section == "narrative"
    assert not stenosis.described


def test_keys_depend_only_on_the_data():
    document = copy.deepcopy(PUBLISHED)
    document["imaging_findings"].reverse()
    document["symptoms"].reverse()
    keys = {one.key for one in check(build(PUBLISHED))}
    assert {one.key for one in check(build(document))} == keys
    document["treatments"][0]["agent"] = "prednisolone"
    assert len({one.key for one in check(build(document))} - keys) == 1


def test_keys_are_the_same_in_every_language(monkeypatch):
    document = copy.deepcopy(PUBLISHED)
    document["symptoms"][0] |= {"onset": "admission", "end": "pain-onset"}
    keys = [one.key for one in check(build(document))]
    assert keys[0].startswith("panel-letters") and keys[1].startswith("end-before-start")
    monkeypatch.setattr(translation, "_trans", PseudoLocale(translation._trans))
    assert [one.key for one in check(build(document))] == keys


def test_every_rule_has_a_title_and_every_table_a_section():
    assert len({rule.id for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert rule.severity in SEVERITIES and str(rule.title) and str(rule.how_to_mend)
        assert len(f"{rule.id}-") + 16 <= 80
    assert {section_of(model.DOCUMENT_KEY) for model in ROW_MODELS} <= BY_SLUG.keys()


# Panels and figures

PROSE = (
    "Conventional MRI showed no abnormal findings (Figure 1A), except for mild stenosis. "
    "T1-weighted gadolinium-enhanced lumbar MRI revealed increased intensities (Figure 1B)."
)


def panel_letters(text):
    document = bare(narrative=[{"chapter": "investigation", "text": text}])
    return {(one.letter, one.contrast, one.weighting) for one in panels_in_texts(build(document))}


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        (PROSE, {("A", "plain", ""), ("B", "enhanced", "T1")}),
        ("(A) T1-weighted; (B) T2-weighted.", {("A", "", "T1"), ("B", "", "T2")}),
        (
            "A: T1-weighted with gadolinium, B: without contrast",
            {("A", "enhanced", "T1"), ("B", "plain", "")},
        ),
        ("A 74-year-old man had a conventional MRI.", set()),
        ("Vitamin A was given after the plain film.", set()),
        ("Panels A–C are T1-weighted (Figure 2A–C).", set()),
        ("The T2-weighted images are in panel B and the T1-weighted in panel A.", {
            ("B", "", "T2"),
            ("A", "", "T1"),
        }),
    ],
)  # fmt: skip
def test_panel_letters_are_parsed_with_their_content(text, letters):
    assert panel_letters(text) == letters


@pytest.mark.parametrize(
    ("text", "contrast"),
    [
        ("T1 +Gd", "enhanced"),
        ("T1-weighted + gadolinium", "enhanced"),
        ("without gadolinium", "plain"),
        ("conventional and gadolinium-enhanced", ""),
        ("T2-weighted", ""),
    ],
)
def test_contrast_is_parsed_from_text(text, contrast):
    assert contrast_of(text) == contrast


def figure(*columns, level="l5_s1", uid="1.2.3"):
    panels = [
        {"row": 0, "column": number, "column_label": label, "sop_instance_uid": uid, "frame": 1}
        | {"level": level}
        for number, label in enumerate(columns)
    ]
    return {"key": "f", "label": "Figure 1", "panels": panels}


def images(description="T1 AX", **lists):
    image = {"sop_instance_uid": "1.2.3", "sha256": "0" * 64, "rows": 64, "columns": 64}
    series = {"series_instance_uid": "1.2", "series_description": description}
    studies = [{"study_instance_uid": "1", "series": [series | {"instances": [image]}]}]
    return {"studies": studies, "levels": [], "annotations": [], "figures": []} | lists


def with_images(imaging, **tables):
    """Return {rule: check} for a bare record with images."""
    record = build(bare(**tables))
    record.parts["imaging"] = imaging
    return {one.rule: one for one in check(record)}


def test_text_disagrees_with_the_columns_of_the_figure():
    prose = [{"chapter": "investigation", "text": PROSE}]
    drawn = images(figures=[figure("T1-weighted + gadolinium", "Unenhanced T1")])
    checks = with_images(drawn, narrative=prose)["panel-letters"]
    assert {row.table for row in checks.rows} == {"narrative", "imaging.figures"}
    agreeing = images(figures=[figure("Unenhanced T1", "T1-weighted + gadolinium")])
    assert with_images(agreeing, narrative=prose) == {}
    other = agreeing["figures"][0] | {"label": "Figure 2"}
    assert with_images(images(figures=[other]), narrative=prose) == {}


def test_second_label_of_a_column_disagrees_with_the_text():
    prose = [{"chapter": "investigation", "text": "Panel A is the unenhanced T1."}]
    first, second = (figure(label)["panels"][0] for label in ("Unenhanced T1", "T1 + gadolinium"))
    for order in ((first, second), (second, first)):
        panels = [panel | {"row": row} for row, panel in enumerate(order)]
        drawn = images(figures=[figure() | {"panels": panels}])
        message = with_images(drawn, narrative=prose)["panel-letters"].message
        assert message.startswith("Panel A is described differently")
        assert "“Unenhanced T1”" in message and "“T1 + gadolinium”" in message
    same = [first, first | {"row": 1}, first | {"row": 2, "column_label": ""}]
    drawn = images(figures=[figure() | {"panels": same}])
    assert with_images(drawn, narrative=prose) == {}


def test_column_label_disagrees_with_its_series():
    assert with_images(images("T2 AX", figures=[figure("T1-weighted")])).keys() == {"figure-series"}
    assert with_images(images("T2 AX", figures=[figure("T2-weighted")])) == {}


def test_row_level_disagrees_with_its_slice():
    level = {"key": "k", "sop_instance_uid": "1.2.3", "frame": 1, "level": "l4_5"}
    checks = with_images(images(figures=[figure("T1")], levels=[level]))
    assert "L5–S1 shows a slice labelled L4–5" in checks["figure-level"].message
    assert with_images(images(figures=[figure("T1", level="l4_5")], levels=[level])) == {}


def mark(**values):
    return {
        "key": "m",
        "sop_instance_uid": "1.2.3",
        "x": 5,
        "y": 5,
        "structure": "root_l5",
    } | values


def test_mark_outside_its_image():
    assert with_images(images(annotations=[mark(x=70)])).keys() == {"mark-outside"}
    assert with_images(images(annotations=[mark()])) == {}


@pytest.mark.parametrize(
    ("side", "of_finding", "named"),
    [("left", "right", True), ("left", "left", False), ("left", "both", False)],
)
def test_marked_structure_disagrees_with_findings(side, of_finding, named):
    row = {"modality": "MRI", "finding": "bright", "structure": "root_l5", "side": of_finding}
    drawn = images(annotations=[mark(side=side), mark(side=side, key="n")])
    checks = with_images(drawn, imaging_findings=[row])
    assert ("mark-finding" in checks) is named


# Sides


def image_row(side, **values):
    row = {"modality": "MRI", "finding": "stenosis", "structure": "lateral_recess", "side": side}
    return row | {"interpretation": "abnormal"} | values


def test_finding_on_both_sides_is_not_on_the_opposite_side():
    pain = [{"name": "pain", "side": "left"}]
    one = bare(symptoms=pain, imaging_findings=[image_row("right")])
    assert "finding-other-side" in found(one)
    both = bare(symptoms=pain, imaging_findings=[image_row("right"), image_row("left")])
    assert found(both) == {}
    excluded = bare(symptoms=pain, imaging_findings=[image_row("right", certainty="excluded")])
    assert found(excluded) == {}


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("strength", {"movement": "hip_flexion", "grade": "4"}),
        ("signs", {"domain": "reflex", "item": "achilles", "finding": "absent"}),
        ("needle_emg", {"muscle": "tibialis_anterior", "active_denervation": True}),
        ("needle_emg", {"muscle": "tibialis_anterior", "fibrillations": "2+"}),
        ("motor_conduction", {"nerve": "tibial", "amplitude_mv": {"percent": "9", "of": "left"}}),
    ],
)
def test_findings_of_every_kind_have_a_side(table, row):
    pain = [{"name": "pain", "side": "left"}]
    document = bare(symptoms=pain, **{table: [row | {"side": "right"}]})
    assert {"finding-other-side", "complaint-without-finding"} == found(document).keys()


def test_normal_untested_and_absent_signs_are_not_findings():
    rows = [
        {"domain": "fasciculation", "item": "muscle_fasciculation", "finding": "absent"},
        {"domain": "reflex", "item": "achilles", "finding": "not_tested"},
        {"domain": "reflex", "item": "patellar", "finding": "normal"},
    ]
    signs = [row | {"side": "right"} for row in rows]
    graded = [
        {"movement": name, "side": "right", "grade": grade}
        for name, grade in (("hip_flexion", "5"), ("knee_extension", "not tested"))
    ]
    pain = [{"name": "pain", "side": "left"}]
    assert found(bare(symptoms=pain, signs=signs, strength=graded)) == {}


def test_diagnosis_on_the_opposite_side():
    final = {"text": "L5 radiculopathy", "status": "final", "side": "left"}
    pain = [{"name": "pain", "side": "right"}]
    document = bare(symptoms=pain, imaging_findings=[image_row("right")], diagnoses=[final])
    assert found(document).keys() == {"diagnosis-other-side"}
    assert found(document | {"diagnoses": [final | {"side": "both"}]}) == {}


def test_sides_that_are_not_stated():
    rows = [{"movement": "hip_flexion", "grade": "5"}, {"movement": "knee_extension", "grade": "5"}]
    assert found(bare(strength=rows)) == {"side-not-stated": ["The side is not stated: strength."]}
    gait = [{"domain": "gait", "item": "gait", "finding": "normal"}]
    assert found(bare(signs=gait)) == {}


# Grades


def test_grades_of_own_cases_must_be_in_the_catalogue():
    rows = [{"movement": "hip_flexion", "side": "left", "grade": "4+"}]
    assert found(bare(strength=rows)) == {}
    published = bare(strength=rows)
    published["case"]["origin"] = "published"
    assert found(published).keys() == {"grades-undefined"}
    published["strength"][0]["note"] = "Graded after Kendall."
    assert found(published) == {}
    assert found(bare(strength=[rows[0] | {"grade": "1+"}])).keys() == {"grades-without-source"}


# Time and totals


def event(key, days, kind=""):
    placement = {"how": "offset", "offset": str(days), "unit": "days", "precision": "day"}
    return {"key": key, "label": key, "kind": kind, "placement": placement}


def test_end_before_start():
    events = [event("onset", 0), event("end", -3)]
    row = {"name": "pain", "onset": "onset", "end": "end"}
    assert found(bare(events=events, symptoms=[row])).keys() == {"end-before-start"}
    events = [event("onset", -3), event("end", 0)]
    assert found(bare(events=events, symptoms=[row])) == {}


def test_inexact_times_raise_no_check():
    months = event("end", 1)
    months["placement"] |= {"unit": "months", "precision": "month"}
    events = [event("onset", 40), months]  # an offset in months is accurate to half a month
    row = {"name": "pain", "onset": "onset", "end": "end"}
    assert found(bare(events=events, symptoms=[row])) == {}


def test_follow_up_before_the_treatment():
    events = [event("follow-up", 1, "follow_up"), event("start", 9, "treatment_start")]
    assert found(bare(events=events)).keys() == {"follow-up-order"}
    events = [event("follow-up", 9, "follow_up"), event("start", 1, "treatment_start")]
    assert found(bare(events=events)) == {}


def test_visits_not_in_the_order_of_their_days():
    document = at_visits()
    document["visits"].reverse()
    assert found(document).keys() == {"visits-order"}
    assert found(at_visits()) == {}


def course(days, *phases, **values):
    row = {"kind": "drug", "agent": "prednisolone", "duration": {"number": days, "unit": "days"}}
    return row | values | {"phases": list(phases)}


def phase(days, kind="fixed", **values):
    row = {"kind": kind, "duration": {"number": days, "unit": "days"}, "per": "day"}
    return row | {"dose": {"number": "60", "unit": "mg"}} | values


@pytest.mark.parametrize(("days", "named"), [("10", False), ("9", False), ("14", True)])
def test_duration_disagrees_with_start_and_end(days, named):
    events = [event("start", 2), event("end", 12)]
    row = course(days, start="start", end="end")
    assert ("duration-events" in found(bare(events=events, treatments=[row]))) is named


def test_phase_days_disagree_with_the_total():
    assert found(bare(treatments=[course("10", phase("5"), phase("6"))])) == {
        "phase-days": [
            "prednisolone: the phases last 5 + 6 = 11 days, but the treatment lasts 10 days."
        ]
    }
    assert found(bare(treatments=[course("10", phase("5"), phase("5"))])) == {}
    open_end = phase("5")
    del open_end["duration"]
    assert found(bare(treatments=[course("10", phase("5"), open_end)])) == {}
    assert "phase-days" in found(bare(treatments=[course("10", phase("12"), open_end)]))


def test_missing_dose_gives_a_lower_bound():
    row = course("10", phase("5"), phase("5", "taper"))
    del row["phases"][1]["dose"]
    (message,) = found(bare(treatments=[row]))["dose-missing"]
    assert "The total dose is at least 300 mg." in message
    assert found(bare(treatments=[row | {"status": "declined"}])) == {}


def test_undated_event_is_reported_if_others_depend_on_it():
    unknown = {"key": "start", "label": "Start", "placement": {"how": "unknown"}}
    assert found(bare(events=[unknown])) == {}
    document = bare(events=[unknown], treatments=[course("5", start="start")])
    assert found(document).keys() == {"event-without-time"}


# Outcome


def graded(*pairs):
    names = ("hip_flexion", "hip_extension", "knee_extension")
    return [
        {"visit": visit, "movement": name, "side": "left", "grade": grade}
        for name, pair in zip(names, pairs, strict=False)
        for visit, grade in zip(("first", "later"), pair, strict=True)
    ]


@pytest.mark.parametrize(
    ("direction", "pairs", "named"),
    [
        ("improved", [("3", "3"), ("4", "3")], "outcome-change"),
        ("improved", [("3", "4"), ("4", "3")], ""),
        ("worsened", [("3", "4")], "outcome-change"),
        ("unchanged", [("3", "4")], "outcome-change"),
        ("unchanged", [("3", "4"), ("4", "4")], ""),
        ("resolved", [("3", "4")], "outcome-resolved"),
        ("resolved", [("3", "5")], ""),
        ("improved", [("3", "not tested")], ""),
    ],
)
def test_outcome_disagrees_with_the_change_in_strength(direction, pairs, named):
    outcome = {"visit": "later", "domain": "weakness of the leg", "direction": direction}
    checks = found(at_visits(strength=graded(*pairs), outcomes=[outcome]))
    assert checks.keys() == ({named} if named else set())
    pain = outcome | {"domain": "pain"}
    assert found(at_visits(strength=graded(*pairs), outcomes=[pain])) == {}


# Tests and codes


def motor(site, latency, **values):
    row = {"nerve": "median", "side": "left", "stimulation_site": site, "recording_site": "APB"}
    return row | {"latency_ms": {"number": latency, "unit": "ms"}} | values


def test_velocity_latency_order_and_zero_amplitude():
    far = {"distance_mm": {"number": "200"}, "velocity_m_s": {"number": "50"}}
    rows = [motor("wrist", "4.0"), motor("elbow", "8.0", **far)]
    assert found(bare(motor_conduction=rows)) == {}
    rows[1]["velocity_m_s"] = {"number": "55"}
    assert found(bare(motor_conduction=rows)).keys() == {"velocity"}
    assert found(bare(motor_conduction=[motor("wrist", "4.0"), motor("elbow", "3.9")])).keys() == {
        "latency-order"
    }
    zero = motor("wrist", "4.0", amplitude_mv={"number": "0.0", "unit": "mV"})
    assert found(bare(motor_conduction=[zero])).keys() == {"amplitude-zero"}


def test_sensory_onset_after_peak():
    row = {"nerve": "sural", "side": "left", "onset_latency_ms": {"number": "3.5"}}
    early = row | {"peak_latency_ms": {"number": "3.1"}}
    assert found(bare(sensory_conduction=[early])).keys() == {"onset-peak"}
    late = row | {"peak_latency_ms": {"number": "4.1"}}
    assert found(bare(sensory_conduction=[late])) == {}


@pytest.mark.parametrize(
    ("denervation", "activity", "named"),
    [(False, "2+", True), (True, "0", True), (True, "2+", False), (False, "0", False)],
)
def test_denervation_disagrees_with_activity(denervation, activity, named):
    row = {"muscle": "tibialis_anterior", "side": "left", "active_denervation": denervation}
    row |= {"fibrillations": activity, "positive_sharp_waves": activity}
    assert ("denervation" in found(bare(needle_emg=[row]))) is named


@pytest.mark.parametrize(
    ("value", "printed_range", "interpretation", "named"),
    [
        ({"number": "0.61", "unit": "g/L"}, "0.15–0.45 g/L", "normal", True),
        ({"number": "0.61", "unit": "g/L"}, "0.15–0.45 g/L", "high", False),
        ({"number": "0.61", "unit": "g/L"}, "0.15–0.45 g/L", "low", True),
        ({"number": "61", "unit": "mg/dL"}, "0.15–0.45 g/L", "normal", False),  # different unit
        ({"number": "5", "unit": "cells/µL"}, "< 5 cells/µL", "normal", True),
        ({"number": "5", "unit": "cells/µL"}, "≤ 5 cells/µL", "normal", False),
        ({"number": "6", "unit": "cells/µL"}, "≤ 5 cells/µL", "normal", True),
        ({"number": "4", "unit": "µV"}, "≥ 4 µV", "normal", False),
        ({"number": "3", "unit": "µV"}, "≥ 4 µV", "normal", True),
        ({"number": "4", "unit": "µV"}, "> 4 µV", "normal", True),
        ({"comparator": "<", "number": "9"}, "< 5", "normal", False),  # could be normal or high
        ({"percent": "5.6"}, "4.0–6.0 %", "normal", False),
        ({"percent": "6.6"}, "4.0–6.0 %", "normal", True),
        ({"number": "3"}, "see the report", "normal", False),
        ({"titre": "1:320"}, "< 1:80", "normal", False),
        ({"number": "0.3", "unit": "g/L"}, "0.15–0.45 g/L", "abnormal", True),
    ],
)
def test_results_disagree_with_their_range(value, printed_range, interpretation, named):
    row = {"analyte": "csf_protein", "value": value, "reference_range": printed_range}
    document = bare(laboratory=[row | {"interpretation": interpretation}])
    assert ("result-range" in found(document)) is named


def coded(system, code, display="", name="illness"):
    entry = {"system": system, "code": code} | ({"display": display} if display else {})
    return bare(diagnoses=[{"text": name, "status": "working", "codes": [entry]}])


@pytest.mark.parametrize(
    ("entry", "named"),
    [
        (("ICD-10 (WHO 2019)", "G54.5", "Neuralgic amyotrophy"), ""),
        (("ICD-10", "G54.5", "neuralgic  amyotrophy"), ""),
        (("ORPHA", "2901"), ""),
        (("HPO", "HP:0007340", "Lower limb muscle weakness"), ""),
        (("ICD-10", "G54.5", "Brachial plexus disorder"), "code-term"),
        (("ICD-10", "G99.99"), "code-unknown"),
        (("SNOMED CT", "G54.5"), "code-unknown"),
    ],
)
def test_codes_not_in_the_catalogue(entry, named):
    assert found(coded(*entry)).keys() == ({named} if named else set())


@pytest.mark.parametrize(
    ("name", "system", "code", "named"),
    [
        ("CIDP", "Orphanet", "ORPHA:2103", True),
        ("CIDP", "ORPHA", "2103", True),
        ("Multifocal motor neuropathy", "ICD-10", "G61.0", True),
        ("GBS", "Orphanet", "ORPHA:2103", False),
        ("GBS", "ICD-10", "G61", False),  # broader
        ("motor illness", "Orphanet", "ORPHA:2103", False),  # not in the catalogue
    ],
)
def test_codes_of_another_diagnosis(name, system, code, named):
    assert ("code-name" in found(coded(system, code, name=name))) is named


def test_a_code_of_another_drug():
    atc = [{"system": "ATC", "code": "H02AB07"}]
    row = {"kind": "drug", "agent": "Rituximab", "codes": atc}
    assert found(bare(treatments=[row]))["code-name"] == [
        "ATC H02AB07 is recorded for “Rituximab”, but in the catalogue it is a code of "
        "“Prednisone”."
    ]


def test_every_catalogue_code_matches_its_term():
    for row in codes.BY_ID.values():
        assert row.label in terms_of(row.system, row.code)
    for row in hpo.BY_ID.values():
        assert row.label in terms_of("HPO", row.id)


# Rows


def test_duplicate_rows_and_visits_without_findings():
    row = {"analyte": "ck", "value": {"number": "90", "unit": "U/L"}}
    assert found(bare(laboratory=[row, row | {"note": "again"}])).keys() == {"row-twice"}
    assert found(bare(laboratory=[row, row | {"method": "other"}])) == {}
    assert found(bare(**VISITS))["visit-empty"] == [
        "No findings are recorded for the visit “First”.",
        "No findings are recorded for the visit “Later”.",
    ]
    studies = [{"study_instance_uid": "1", "visit": key} for key in ("first", "later")]
    assert with_images({"studies": studies}, **VISITS) == {}


def test_values_and_grades_that_are_kept_as_text():
    tables = {
        "strength": [
            {"movement": "hip_flexion", "side": "left", "grade": "weak"},
            {"movement": "hip_flexion", "side": "right", "grade": "not tested"},
        ],
        "laboratory": [
            {"analyte": "text:CK", "value": {"text": "50 % drop"}},
            {"analyte": "text:CRP", "value": {"word": "trace"}},
        ],
    }
    assert [message.rpartition(": ")[2] for message in found(bare(**tables))["not-recognised"]] == [
        "grade “weak” is kept as text.",
        "result “50 % drop” is kept as text.",
    ]


def test_a_new_case_raises_only_gaps():
    assert {one.severity for one in check(build(make_document()))} <= {"gap"}


RELEASED = Path(__file__).parents[1] / "releases" / "0.1.0" / "documents"


@pytest.mark.parametrize("name", ["published", "invented"])
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_declares_whether_it_uses_images(rule, name):
    document = json.loads((RELEASED / f"{name}.json").read_text())
    document["imaging"]["annotations"] += [
        {"key": "stray", "sop_instance_uid": "2.25.1", "x": 1, "y": 1, "structure": "root_s1"}
    ]
    document["visits"] = [*document["visits"], {"key": "unused", "label": "Unused"}]
    document["imaging"]["studies"] += [{"study_instance_uid": "2.25.3", "visit": "unused"}]
    record = build(document)
    with_images = list(rule.find(record))
    without = list(rule.find(replace(record, parts={})))
    assert rule.of_images or with_images == without

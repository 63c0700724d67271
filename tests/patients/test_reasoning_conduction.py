"""Conduction reasoning between sites and sides: formulas and limits, or why there are none."""

import json
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from patients.catalogue import asymmetry, reference_limits
from patients.catalogue.recording_sites import (
    amplitude_convention,
    differs,
    distance_cm,
    is_proximal,
    is_same_site,
)
from patients.language.value import Value
from patients.language.values import parse_value
from patients.reasoning.asymmetry import compare_pair
from patients.reasoning.between_sites import change
from patients.record.document import build
from patients.tables.conduction_reasoning import age_in_years, conduction_reasoning
from patients.tables.conduction_words import conduction_groups
from tests.factories import make_document
from tests.patients.test_tables import load

amounts = st.decimals("0.1", "50", places=1)
responses = st.sampled_from([{"state": "no_response"}, {"state": "not_tested"}, None]) | st.builds(
    lambda number: {"number": f"{number:f}", "unit": "mV"}, amounts
)
OTHER = {"left": "right", "right": "left"}


def value(text):
    """Return a value, entered as text, in the form stored in the document."""
    return parse_value(text).as_document()


def motor(side="left", amplitude="5 mV", nerve="median", **more):
    row = {"visit": "on-admission", "nerve": nerve, "side": side}
    texts = {"amplitude_mv": amplitude} | more
    measured = {name: value(text) for name, text in texts.items() if text and "_m" in name}
    return row | {name: text for name, text in texts.items() if "_m" not in name} | measured


def sensory(side, amplitude, nerve="sural", **more):
    row = {"visit": "on-admission", "nerve": nerve, "side": side}
    return row | ({"amplitude_uv": value(amplitude)} if amplitude else {}) | more


def reason(motor_rows=(), sensory_rows=(), age="74 years"):
    parts = {"motor_conduction": list(motor_rows), "sensory_conduction": list(sensory_rows)}
    document = make_document(**parts)
    document["patient"].pop("age_at_presentation")
    if age:
        document["patient"]["age_at_presentation"] = value(age)
    return conduction_reasoning(build(document))


def data(*rows, **how):
    return reason(*rows, **how).as_data()


@pytest.fixture(scope="module")
def published():
    return conduction_reasoning(build(load("published_case")))


# The published case


def test_published_drops_are_judged_by_named_limits(published):
    fibular, tibial, _sural = published.as_data()["between_sides"]
    assert (fibular["origin"], fibular["drop_percent"], fibular["outcome"]) == (
        "reported",
        "95.9",
        "beyond",
    )
    assert (fibular["limit"]["id"], fibular["limit"]["percent"]) == ("fibular_edb", "61")
    assert (tibial["drop_percent"], tibial["outcome"], tibial["beyond_by"]) == (
        "53.2",
        "beyond",
        "3.2",
    )
    assert tibial["limit"]["id"] == "tibial_ah"
    assert fibular["recording_site_assumed"] and tibial["recording_site_assumed"]
    assert [(one["id"], one["outcome"]) for one in tibial["others"]] == [("tibial_fdmb", "within")]


def test_published_ratios_are_kept_as_reported_next_to_the_drops(published):
    ratios = [drop.side_to_side.ratio for drop in published.drops[:2]]
    assert [(one.origin, one.percent) for one in ratios] == [
        ("reported", Decimal("4.1")),
        ("reported", Decimal("46.8")),
    ]
    lines = conduction_groups(published)[0].lines
    assert lines[0].result == "4.1% of the right side, as reported; drop 95.9%"
    assert lines[0].verdict == "beyond the limit of 61%, by 34.9 percentage points"
    assert "this row is assumed" in lines[0].because[0].words
    assert lines[1].result == "46.8% of the right side, as reported; drop 53.2%"
    assert lines[1].verdict == "beyond the limit of 50%, by 3.2 percentage points"


def test_second_published_finding_is_symmetric_sensory(published):
    pairs = published.as_data()["symmetric_sensory"]
    assert [(pair["nerve"], pair["finding"]) for pair in pairs] == [
        ("superficial_fibular", "absent_both"),
        ("sural", "equal"),
    ]
    sides = conduction_groups(published)[0]
    assert "a symmetric sensory finding" in sides.notes[0]
    absent = next(line for line in sides.lines if line.result == "no response")
    assert (absent.side, absent.verdict) == (
        "both sides",
        "absent on both sides: ratio not computed",
    )


def test_published_sural_gets_no_verdict_and_neither_confirms_nor_contradicts(published):
    limits = conduction_groups(published)[-1]
    (line,) = limits.lines
    assert (line.nerve, line.side, line.result) == ("Sural", "both sides", "6 µV")
    assert (
        line.verdict == "recording site not stated, so not compared with a limit"
        and not line.outcome
    )
    assert ["≥ 4 µV" in because.row for because in line.because] == [True, True]
    assert "neither confirms nor contradicts" in limits.notes[0]


@pytest.mark.parametrize("name", ["published_case", "invented_case"])
def test_text_never_contains_normal_and_data_is_reproducible_json(name):
    once, again = (conduction_reasoning(build(load(name))) for _turn in range(2))
    text = json.dumps(once.as_data())
    assert text == json.dumps(again.as_data())
    words = str(conduction_groups(once))
    assert "normal" not in text.casefold() and "normal" not in words.casefold()


def test_every_verdict_names_set_version_row_and_source():
    found = conduction_reasoning(build(load("invented_case")))
    known = {row["number"] for row in found.as_data()["reference"]["limits"]}
    verdicts = found.as_data()["verdicts"]
    judged = [one for one in verdicts if one["outcome"] in ("within", "beyond")]
    assert judged and all(one["limit"] in known for one in judged)
    reference = found.as_data()["reference"]
    assert (reference["version"], reference["approved_by_a_clinician"]) == (1, False)
    assert all(row["source"] for row in reference["limits"])


# Between stimulation sites


def test_amplitude_area_and_duration_along_a_nerve_show_their_formulas():
    rows = [
        motor(stimulation_site="wrist", area_mv_ms="20", duration_ms="5.0", amplitude="8 mV"),
        motor(stimulation_site="elbow", area_mv_ms="15", duration_ms="6.5", amplitude="2 mV"),
    ]
    found = reason(rows)
    amplitude, area, duration = found.as_data()["between_sites"]
    assert (amplitude["drop_percent"], amplitude["formula"]) == (
        "75.0",
        "(8 − 2) ÷ 8 mV × 100 = 75.0%",
    )
    assert (amplitude["row"], amplitude["distal_row"]) == (1, 0)
    assert area["drop_percent"] == "25.0"
    assert (duration["increase_percent"], duration["formula"]) == (
        "30.0",
        "(6.5 − 5.0) ÷ 5.0 ms × 100 = 30.0%",
    )
    lines = [
        line for group in conduction_groups(found) for line in group.lines if "→" in line.where
    ]
    assert {line.verdict for line in lines} == {"no criterion with a cited source"}


def test_a_reported_block_is_shown_next_to_the_number():
    rows = [motor(stimulation_site="wrist"), motor(stimulation_site="elbow", amplitude="1 mV")]
    rows[1]["conduction_block"] = {"word": "probable block"}
    (line,) = conduction_groups(reason(rows))[0].lines
    assert line.verdict == "no criterion with a cited source; reported: probable block"


@pytest.mark.parametrize(
    ("distal", "proximal", "reason"),
    [
        ("NR", "2 mV", "absent_distal"),
        ("2 mV", "NR", "absent_proximal"),
        ("NR", "NR", "absent_distal"),
        ("0 mV", "2 mV", "zero"),
        ("< 1 mV", "2 mV", "no_number"),
        ("4.1 % of right", "2 mV", "no_number"),
        ("3 ms", "2 mV", "no_number"),
        ("-3 mV", "2 mV", "no_number"),
        ("", "2 mV", "no_number"),
    ],
)
def test_no_percentage_without_two_numbers(distal, proximal, reason):
    one = parse_value(distal) if distal else None
    found = change("amplitude", one, parse_value(proximal), "mV")
    assert not found and (found.percent, found.formula, found.reason) == (None, "", reason)


@given(amounts, amounts)
def test_drop_and_remainder_add_up_to_the_distal_amplitude(distal, proximal):
    one, other = (Value("number", f"{number:f}", unit="mV") for number in (distal, proximal))
    found = change("amplitude", one, other, "mV")
    assert abs((100 - found.percent) * distal / 100 - proximal) <= distal * Decimal("0.0006")


@given(amounts, amounts)
def test_units_do_not_change_a_drop(distal, proximal):
    milli = [Value("number", f"{number:f}", unit="mV") for number in (distal, proximal)]
    micro = [Value("number", f"{number * 1000:f}", unit="µV") for number in (distal, proximal)]
    assert (
        change("amplitude", *milli, "mV").percent
        == change("amplitude", milli[0], micro[1], "mV").percent
        == change("amplitude", *micro, "mV").percent
    )


def test_sites_are_compared_only_within_one_nerve_side_and_visit():
    rows = [
        motor("left"),
        motor("right"),
        motor(nerve="ulnar"),
        motor(recording_site="APB"),
        motor() | {"visit": "later"},
    ]
    assert data(rows)["between_sites"] == []


# Between sides


@given(st.tuples(responses, responses, responses, responses))
def test_absent_responses_are_never_a_percentage(found):
    rows = [
        motor(side, "", stimulation_site=site) | ({"amplitude_mv": one} if one else {})
        for (side, site), one in zip(
            [("left", "wrist"), ("right", "wrist"), ("left", "elbow"), ("right", "elbow")],
            found,
            strict=True,
        )
    ]
    found = data(rows)
    absent = {n for n, row in enumerate(rows) if "state" in row.get("amplitude_mv", {})}
    for one in found["between_sides"]:
        assert one["row"] not in absent and one["row"] ^ 1 not in absent
    for one in found["between_sites"]:
        touched = {one["row"], one["distal_row"]} & absent
        assert not touched or "drop_percent" not in one


@given(amounts, amounts, st.sampled_from(["median", "ulnar", "tibial", "common_fibular", "facial"]))
def test_mirrored_sides_mirror_the_verdict(one, other, nerve):
    assume(one != other)
    there = data([motor("left", f"{one} mV", nerve), motor("right", f"{other} mV", nerve)])
    back = data([motor("right", f"{one} mV", nerve), motor("left", f"{other} mV", nerve)])
    assume(Decimal(there["between_sides"][0]["drop_percent"]))
    assert there["between_sides"] == back["between_sides"]
    assert there["side_pairs"][0]["finding"] == back["side_pairs"][0]["finding"] == "differ"


@pytest.mark.parametrize(
    ("nerve", "site", "limit"),
    [
        ("common_fibular", "EDB", "fibular_edb"),
        ("common_fibular", "tibialis anterior", "fibular_ta"),
        ("tibial", "abductor hallucis", "tibial_ah"),
        ("tibial", "flexor digiti minimi brevis", "tibial_fdmb"),
        ("ulnar", "ADM", "ulnar_adm"),
        ("ulnar", "FDI", "general"),
        ("facial", "", "general"),
    ],
)
def test_limit_is_that_of_the_nerve_or_the_general_rule(nerve, site, limit):
    row = motor("left", "40 % of right", nerve, recording_site=site)
    (found,) = data([row])["between_sides"]
    assert found["limit"]["id"] == limit and not found["recording_site_assumed"]
    general = found["limit"]["id"] == "general"
    assert general == ("standard teaching, unverified here" in found["limit"]["source"])


@pytest.mark.parametrize(
    ("percent", "outcome"), [("76", "within"), ("75", "within"), ("74.9", "beyond")]
)
def test_drop_equal_to_the_limit_is_within_it(percent, outcome):
    row = motor("left", f"{percent} % of right", "ulnar", recording_site="ADM")
    assert data([row])["between_sides"][0]["outcome"] == outcome


@pytest.mark.parametrize(
    ("convention", "drop", "outcome"),
    [
        ("peak-to-peak", "70", "beyond"),
        ("onset-to-peak", "70", "within"),
        ("", "70", "open"),
        ("", "73", "beyond"),
        ("", "60", "within"),
    ],
)
def test_sural_limit_depends_on_how_the_amplitude_is_measured(convention, drop, outcome):
    rows = [sensory("left", f"{100 - int(drop)} µV"), sensory("right", "100 µV")]
    rows = [row | {"amplitude_convention": convention} for row in rows]
    (found,) = data((), rows)["between_sides"]
    assert (found["drop_percent"], found["outcome"]) == (f"{drop}.0", outcome)


@pytest.mark.parametrize(
    ("age", "outcome"),
    [
        ("17 years", "no_reference_for_age"),
        ("11 months", "no_reference_for_age"),
        ("", "age_unknown"),
        ("> 60 years", "age_unknown"),
        ("18 years", "beyond"),
    ],
)
def test_adult_limits_do_not_apply_to_children_or_an_unknown_age(age, outcome):
    row = motor("left", "4.1 % of right", "ulnar", recording_site="ADM")
    assert data([row], age=age)["between_sides"][0]["outcome"] == outcome


def test_proximal_sites_and_bounds_have_no_verdict():
    rows = [motor("left", "30 % of right", stimulation_site=site) for site in ("wrist", "elbow")]
    found = reason(rows)
    assert [bool(drop.verdict) for drop in found.drops] == [True, False]
    assert "most distal site" in conduction_groups(found)[0].lines[1].verdict
    bound = reason([motor("left", "< 5 % of right")])
    assert bound.drops[0].verdict is None
    assert "only a bound is stated" in conduction_groups(bound)[0].lines[0].verdict


def test_asymmetry_table_agrees_with_the_limits_it_is_based_on():
    expected = {
        (row.recording_site, row.parameter.removeprefix("side_to_side_amplitude_drop").strip("_"))
        + (row.limit,)
        for row in reference_limits.ROWS
        if row.parameter.startswith("side_to_side_amplitude_drop")
    }
    own = {
        (row.recording_site, row.convention, row.limit)
        for row in asymmetry.ROWS
        if row is not asymmetry.GENERAL
    }
    assert own == expected
    assert all(row.source and row.confidence for row in asymmetry.ROWS)


# Symmetric sensory findings


@pytest.mark.parametrize(
    ("rows", "symmetric"),
    [
        ([("left", "NR"), ("right", "NR")], True),
        ([("both", "NR")], True),
        ([("left", "NR"), ("right", "6 µV")], False),
        ([("left", "6 µV"), ("right", "6 µV")], False),
        ([("left", "NR"), ("right", "not tested")], False),
        ([("left", "NR")], False),
        ([], False),
    ],
)
def test_symmetric_means_lost_on_both_sides(rows, symmetric):
    found = data((), [sensory(*row) for row in rows])
    assert bool(found["symmetric_sensory"]) == symmetric


@pytest.mark.parametrize(
    ("left", "right", "symmetric"),
    [("6 µV", "7 µV", True), ("1 µV", "9 µV", False), ("NR", "6 µV", False)],
)
def test_another_asymmetric_nerve_excludes_a_symmetric_finding(left, right, symmetric):
    lost = [sensory(side, "NR", "superficial_fibular") for side in ("left", "right")]
    found = data((), [*lost, sensory("left", left), sensory("right", right)])
    assert bool(found["symmetric_sensory"]) == symmetric


@given(responses, responses)
def test_the_order_of_the_sides_does_not_matter(one, other):
    one, other = (found and parse_value(found_text(found)) for found in (one, other))
    assert compare_pair(one, other, "mV") == compare_pair(other, one, "mV")


def found_text(document):
    if "state" in document:
        return document["state"].replace("_", " ")
    return f"{document['number']} {document['unit']}"


# Velocity, sites and ages


def test_velocity_is_shown_with_its_formula_and_the_recorded_value():
    rows = [
        motor(stimulation_site="wrist", latency_ms="4.0"),
        motor(stimulation_site="elbow", latency_ms="11.2", distance_mm="320", velocity_m_s="47"),
    ]
    found = reason(rows)
    assert found.as_data()["velocities"] == [
        {
            "table": "motor_conduction",
            "row": 1,
            "m_s": "44.4",
            "formula": "320 mm ÷ (11.2 − 4.0) ms = 44.4 m/s",
        }
    ]
    line = conduction_groups(found)[0].lines[0]
    assert (line.where, line.result, line.verdict) == (
        "wrist → elbow",
        "44.4 m/s",
        "recorded: 47 m/s",
    )


def test_without_rows_nothing_is_shown():
    found = reason()
    assert not found and conduction_groups(found) == ()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("EDB", "extensor digitorum brevis", True),
        ("Digit 2", "digit 2 or 3", True),
        ("digit 4", "digit 2 or 3", False),
        ("finger 3", "digit 2 or 3", True),
        ("ankle", "ankle, Izzo technique", True),
        ("Lateral  Malleolus", "lateral malleolus", True),
        ("AH", "extensor digitorum brevis", False),
    ],
)
def test_recording_sites_are_recognised_by_muscle_or_text(one, other, same):
    assert is_same_site(one, other) == is_same_site(other, one) == same


def test_techniques_differ_only_if_they_contradict():
    assert differs("orthodromic", "sensory antidromic; 14 cm")
    assert differs("needle", "surface")
    assert not differs("", "antidromic") and not differs("surface", "antidromic")
    assert (distance_cm("antidromic; 14 cm"), distance_cm("across elbow")) == ("14", "")


def test_proximal_sites_and_conventions_are_parsed_from_text():
    assert is_proximal("below elbow") and is_proximal("Erb's point")
    assert not is_proximal("wrist") and not is_proximal("forearm")
    assert not is_proximal("Erb's point", "distal distance Erb point")
    assert not is_proximal("below fibular head", "motor; distal distance n/a")
    assert amplitude_convention("peak-to-peak") == "peak_to_peak"
    assert amplitude_convention("baseline to negative peak") == "onset_to_peak"
    assert amplitude_convention("") == ""


@pytest.mark.parametrize(
    ("text", "years"),
    [("74 years", 74), ("216 months", 18), ("3 weeks", 0), ("about 60 years", 60), ("74", 74)],
)
def test_age_is_counted_in_years(text, years):
    assert int(age_in_years(parse_value(text))) == years


@pytest.mark.parametrize("text", ["elderly", "> 60 years", "60–70 years", "not recorded"])
def test_age_that_is_not_a_number_is_unknown(text):
    assert age_in_years(parse_value(text)) is None

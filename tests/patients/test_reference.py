"""Comparison of values with reference sets: the limit that applies, or why none does."""

import hashlib
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.catalogue.reference_limits import Limit, LimitSet, built_in
from patients.catalogue.table import TABLES
from patients.language.values import parse_value
from patients.reasoning import reference
from patients.reasoning.reference import judge
from patients.record.document import build
from patients.tables.conduction_reasoning import conduction_reasoning
from patients.tables.conduction_words import OUTCOMES, conduction_groups
from tests.factories import make_document

SURAL = Limit(
    number=7,
    nerves=("sural",),
    kind="sensory",
    recording_site="lateral malleolus",
    parameter="snap_amplitude_onset_to_peak",
    operator=">=",
    limit="4",
    unit="µV",
    age_min=18,
    technique="antidromic; 14 cm",
    source="a source",
)
SIX = {
    "nerve": "sural",
    "side": "left",
    "recording_site": "lateral malleolus",
    "amplitude_uv": "6 µV",
    "amplitude_convention": "onset-to-peak",
}


def rows_of(key, *rows):
    """Return unsaved rows of one table; measured values are parsed from text."""
    measures = ("_ms", "_mv", "_uv", "_mm", "_m_s", "_c")
    document = make_document(motor_conduction=[], sensory_conduction=[])
    document[key] = [
        {
            name: parse_value(text).as_document() if name.endswith(measures) else text
            for name, text in row.items()
        }
        for row in rows
    ]
    return build(document).rows[key]


def set_of(*limits, name="Ours", version=3):
    return LimitSet(name, version, limits)


def outcomes(key, *rows, sets=None, age=74, **person):
    found = judge(rows_of(key, *rows), sets or (set_of(SURAL),), age, **person)
    return [one.outcome for one in found]


def sural(**cells):
    return SIX | cells


# One value, one row


@pytest.mark.parametrize(
    ("amplitude", "outcome"),
    [
        ("6 µV", "within"),
        ("4 µV", "within"),
        ("4.0", "within"),
        ("3.9 µV", "beyond"),
        ("0.004 mV", "within"),
        ("0 µV", "beyond"),
    ],
)
def test_value_is_within_or_beyond_its_limit(amplitude, outcome):
    assert outcomes("sensory_conduction", sural(amplitude_uv=amplitude)) == [outcome]


@pytest.mark.parametrize(
    "amplitude", ["NR", "not tested", "< 5 µV", "5–6 µV", "46 % of right", "reduced", "5 ms"]
)
def test_only_a_plain_number_is_judged(amplitude):
    assert outcomes("sensory_conduction", sural(amplitude_uv=amplitude)) == []


def test_verdict_names_set_version_row_and_source():
    (found,) = judge(rows_of("sensory_conduction", SIX), [set_of(SURAL)], 74)
    assert (found.set.name, found.set.version) == ("Ours", 3)
    assert (found.limit.number, found.limit.printed, found.limit.source) == (
        7,
        "≥ 4 µV",
        "a source",
    )
    assert found.not_stated == ("technique", "temperature", "distance")


@given(st.decimals("0.1", "99", places=1), st.sampled_from(["<=", ">="]))
def test_units_do_not_change_a_verdict(amount, operator):
    limit = replace(SURAL, operator=operator, limit="20.5")
    micro = outcomes("sensory_conduction", sural(amplitude_uv=f"{amount} µV"), sets=[set_of(limit)])
    milli = f"{amount / 1000:f} mV"
    assert micro == outcomes("sensory_conduction", sural(amplitude_uv=milli), sets=[set_of(limit)])
    in_milli = replace(limit, limit="0.0205", unit="mV")
    assert micro == outcomes(
        "sensory_conduction", sural(amplitude_uv=f"{amount} µV"), sets=[set_of(in_milli)]
    )


@given(st.decimals("0.1", "99", places=1))
def test_mirrored_study_has_the_same_verdicts(amount):
    left, right = (
        outcomes("sensory_conduction", sural(amplitude_uv=f"{amount} µV", side=side))
        for side in ("left", "right")
    )
    assert left == right


# No limit applies


@pytest.mark.parametrize(
    ("cells", "outcome"),
    [
        ({"nerve": "saphenous"}, "no_reference"),
        ({"nerve": "text:a nerve of our own"}, "no_reference"),
        ({"recording_site": "ankle"}, "no_reference"),
        ({"recording_site": ""}, "recording_site_unknown"),
        ({"technique": "orthodromic"}, "technique_differs"),
        ({"technique": "antidromic"}, "within"),
        ({"distance_mm": "100 mm"}, "technique_differs"),
        ({"distance_mm": "14 cm"}, "within"),
        ({"distance_mm": "138 mm"}, "within"),
        ({"distance_mm": "9e99 mm"}, "technique_differs"),
        ({"amplitude_convention": "peak-to-peak"}, "no_reference"),
    ],
)
def test_limit_applies_only_to_its_nerve_site_and_technique(cells, outcome):
    assert outcomes("sensory_conduction", sural(**cells)) == [outcome]


@pytest.mark.parametrize(
    ("age", "outcome"),
    [
        (17, "no_reference_for_age"),
        (Decimal("17.9"), "no_reference_for_age"),
        (0, "no_reference_for_age"),
        (18, "within"),
        (None, "age_unknown"),
    ],
)
def test_age_decides_first(age, outcome):
    assert outcomes("sensory_conduction", SIX, age=age) == [outcome]
    if outcome != "within":
        unknown = sural(recording_site="")
        assert outcomes("sensory_conduction", unknown, age=age) == [outcome]


def test_the_limit_for_the_patients_age_is_used():
    sets = [set_of(replace(SURAL, age_max=59, limit="8"), replace(SURAL, age_min=60))]
    assert outcomes("sensory_conduction", SIX, sets=sets, age=59) == ["beyond"]
    assert outcomes("sensory_conduction", SIX, sets=sets, age=60) == ["within"]


@pytest.mark.parametrize(
    ("person", "outcome"),
    [
        ({"sex": "female", "height_cm": 160}, "within"),
        ({"sex": "male", "height_cm": 160}, "no_reference_for_person"),
        ({"sex": "female", "height_cm": 170}, "no_reference_for_person"),
        ({"sex": "female"}, "person_unknown"),
        ({"sex": "not_recorded", "height_cm": 160}, "person_unknown"),
        ({"sex": "male"}, "no_reference_for_person"),
    ],
)
def test_sex_and_height_are_needed_if_a_limit_has_them(person, outcome):
    sets = [set_of(replace(SURAL, sex="female", height_min_cm=150, height_max_cm=169))]
    assert outcomes("sensory_conduction", SIX, sets=sets, **person) == [outcome]


def test_an_unstated_convention_leaves_the_limits_as_candidates():
    sets = [set_of(SURAL, replace(SURAL, number=8, parameter="snap_amplitude_peak_to_peak"))]
    rows = rows_of("sensory_conduction", sural(amplitude_convention=""))
    (found,) = judge(rows, sets, 74)
    assert (found.outcome, [one.number for one in found.candidates]) == ("several", [7, 8])
    assert found.limit is None


def test_a_limit_without_a_convention_is_the_fallback():
    plain = replace(SURAL, number=9, parameter="snap_amplitude")
    (found,) = judge(rows_of("sensory_conduction", SIX), [set_of(plain)], 74)
    assert (found.limit.number, "convention" in found.not_stated) == (9, True)
    (found,) = judge(rows_of("sensory_conduction", SIX), [set_of(plain, SURAL)], 74)
    assert found.limit.number == 7


def test_no_set_at_all_is_no_reference():
    (found,) = judge(rows_of("sensory_conduction", SIX), [], 74)
    assert (found.outcome, found.set) == ("no_reference", None)


def test_each_set_gives_its_own_verdict():
    strict = set_of(replace(SURAL, limit="9"), name="Theirs")
    assert outcomes("sensory_conduction", SIX, sets=[set_of(SURAL), strict]) == ["within", "beyond"]


# Motor and late responses


def motor(**cells):
    return {"nerve": "ulnar", "side": "left", "recording_site": "ADM"} | cells


def judged(*rows, key="motor_conduction", age=52):
    return {
        (one.measured.printed, one.measured.origin): (
            one.outcome,
            one.limit.printed if one.limit else "",
        )
        for one in judge(rows_of(key, *rows), [built_in()], age)
    }


def test_distal_values_and_velocities_of_segments_have_limits_of_their_own():
    found = judged(
        motor(stimulation_site="wrist", latency_ms="3.0", amplitude_mv="7.0"),
        motor(
            stimulation_site="below elbow",
            latency_ms="7.0",
            amplitude_mv="6.5",
            distance_mm="220",
            velocity_m_s="55",
        ),
        motor(
            stimulation_site="above elbow", latency_ms="9.5", amplitude_mv="6.4", distance_mm="100"
        ),
    )
    assert found == {
        ("3.0 ms", "recorded"): ("within", "≤ 3.7 ms"),
        ("7.0 mV", "recorded"): ("beyond", "≥ 7.9 mV"),
        ("55 m/s", "recorded"): ("within", "≥ 52 m/s"),
        ("55.0 m/s", "computed"): ("within", "≥ 52 m/s"),
        ("40.0 m/s", "computed"): ("beyond", "≥ 43 m/s"),
    }


def test_a_segment_without_a_suitable_limit_has_none():
    found = judged(
        motor(stimulation_site="wrist"),
        motor(stimulation_site="above elbow", velocity_m_s="55"),
    )
    assert found == {("55 m/s", "recorded"): ("no_reference", "")}


def test_a_single_site_is_judged_only_if_distal():
    assert judged(motor(stimulation_site="wrist", amplitude_mv="9")) == {
        ("9 mV", "recorded"): ("within", "≥ 7.9 mV")
    }
    assert judged(motor(amplitude_mv="9")) == {
        ("9 mV", "recorded"): ("stimulation_site_unknown", "")
    }
    assert judged(motor(stimulation_site="below elbow", amplitude_mv="9")) == {
        ("9 mV", "recorded"): ("technique_differs", "")
    }


def test_sites_out_of_order_have_no_distal_site():
    found = judged(
        motor(stimulation_site="elbow", latency_ms="9", amplitude_mv="9"),
        motor(stimulation_site="wrist", latency_ms="3", amplitude_mv="9"),
    )
    assert found == {}


def test_late_responses_are_judged_by_their_kind():
    rows = [
        {
            "nerve": "ulnar",
            "side": "left",
            "kind": "f_wave",
            "recording_site": "ADM",
            "min_latency_ms": "31.5",
        },
        {
            "nerve": "tibial",
            "side": "left",
            "kind": "h_reflex",
            "recording_site": "calf (gastrocnemius-soleus)",
            "min_latency_ms": "36 ms",
        },
        {"nerve": "ulnar", "side": "left", "kind": "f_wave", "min_latency_ms": "40"},
        {"nerve": "ulnar", "side": "left", "kind": "a_wave", "min_latency_ms": "20"},
    ]
    assert judged(*rows, key="late_responses") == {
        ("31.5 ms", "recorded"): ("within", "≤ 31.5 ms"),
        ("36 ms", "recorded"): ("beyond", "≤ 35.0 ms"),
        ("40 ms", "recorded"): ("recording_site_unknown", ""),
    }


# The built-in set


@pytest.mark.parametrize(
    ("nerve", "site", "latency", "amplitude", "velocity", "f_wave"),
    [
        ("common_fibular", "extensor digitorum brevis", "6.5", "1.3", "38", "61.2"),
        ("tibial", "abductor hallucis", "6.1", "4.4", "39", "61.4"),
        ("median", "abductor pollicis brevis", "4.5", "4.1", "49", "31.6"),
        ("ulnar", "abductor digiti minimi", "3.7", "7.9", "52", "31.5"),
    ],
)
def test_built_in_limits_are_those_of_the_source(nerve, site, latency, amplitude, velocity, f_wave):
    found = {
        one.parameter: one.limit
        for one in built_in().limits
        if nerve in one.nerves and one.recording_site == site
    }
    wanted = ("distal_onset_latency", "cmap_amplitude", "conduction_velocity", "f_wave_min_latency")
    assert [found[name] for name in wanted] == [latency, amplitude, velocity, f_wave]


def test_built_in_sural_limits_exclude_suspect_rows_and_means():
    sural = {one.parameter: one.limit for one in built_in().limits if "sural" in one.nerves}
    assert sural == {
        "onset_latency": "3.6",
        "peak_latency": "4.5",
        "snap_amplitude_onset_to_peak": "4",
        "snap_amplitude_peak_to_peak": "4",
    }
    assert all(one.nerves and one.source for one in built_in().limits)
    assert not any("SUSPECT" in one.confidence for one in built_in().limits)


def test_the_version_of_the_built_in_set_changes_with_its_table():
    digest = hashlib.sha256((TABLES / "ncs_reference.csv").read_bytes()).hexdigest()
    assert (built_in().version, digest) == (
        1,
        "0912eab1b9f184e6da21e574296327ffcc0f3c58ebd1a44007e4b93874d96992",
    )


# A team's own reference set is used on pages but not in the document


def test_team_verdicts_are_shown_but_not_in_the_document():
    record = build(
        make_document(
            sensory_conduction=[sural(amplitude_uv={"number": "6", "unit": "µV"})],
            motor_conduction=[],
        )
    )
    own = conduction_reasoning(record, [set_of(replace(SURAL, limit="9")), built_in()])
    alone = conduction_reasoning(record)
    assert own.as_data() == alone.as_data()
    lines = conduction_groups(own)[-1].lines
    assert [line.verdict for line in lines] == [
        "beyond the limit (≥ 9 µV)",
        "within the limit (≥ 4 µV)",
    ]
    assert lines[0].because[0].words == "The team's set “Ours”, version 3, line 7"
    assert "not approved by a clinician" in lines[1].because[0].words


def test_a_set_without_a_limit_is_omitted_if_another_has_one():
    record = build(
        make_document(
            sensory_conduction=[sural(amplitude_uv={"number": "6", "unit": "µV"})],
            motor_conduction=[],
        )
    )
    found = conduction_reasoning(record, [set_of(), built_in()])
    assert [line.verdict for line in conduction_groups(found)[-1].lines] == [
        "within the limit (≥ 4 µV)"
    ]
    nothing = conduction_reasoning(record, [set_of(), set_of(name="Theirs")])
    assert [line.verdict for line in conduction_groups(nothing)[-1].lines] == [
        "no limit for this measurement"
    ]


def test_every_outcome_has_neutral_text():
    assert set(reference.OUTCOMES) <= set(OUTCOMES)
    assert not any("normal" in str(words) for words in OUTCOMES.values())

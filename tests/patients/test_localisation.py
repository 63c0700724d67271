"""Localisation of the published case, textbook patterns and arbitrary findings."""

import json
from copy import deepcopy
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import caserecords.demo
from patients.catalogue import movements, muscles, nerves, reflexes, structures
from patients.catalogue.localisation import LIKELIHOODS, PARAMETERS, REFLEX_ARCS, SENSORY_PATHS
from patients.reasoning.localisation import (
    CANDIDATES,
    NOT_EXAMINED,
    NOTHING_FOCAL,
    SCATTERED,
    gains,
    localise,
)
from patients.reasoning.sites import BY_KEY, SITES, coverage
from patients.record.document import build
from patients.record.fragments import build_fragment
from tests.patients.patterns import PATTERNS, Pattern

DEMO = Path(caserecords.demo.__file__).parent
NEEDLED = [m for m, _label in muscles.needle_choices()]
PARASPINALS = ("paraspinal_l5", "paraspinal_s1")


@cache
def published_text():
    return (DEMO / "published_case.json").read_text()


def published():
    return json.loads(published_text())


def rank(fragment, side="left"):
    return localise(build_fragment(fragment)).side(side)


def keys(ranking):
    return [candidate.site.key for candidate in ranking.candidates]


def scores(ranking):
    """Return {site key: score} for the findings of one side."""
    total = {site.key: PARAMETERS[site.prior] for site in SITES}
    for one in ranking.findings:
        added = gains(one.kind, one.abnormal, *one.supplied)
        for site, gain in zip(SITES, added, strict=True):
            total[site.key] += gain
    return total


# The published case


def test_published_case_is_compatible_with_the_left_l5_and_s1_roots():
    found = localise(build(published()))
    left = found.side("left")
    assert keys(left)[0] == "root_l5+root_s1" and left.first.unexplained == ()
    plexus = left.candidates[keys(left).index("sacral_plexus")]
    assert plexus.support < left.first.support / 50
    assert {finding.item for finding in plexus.unexplained} == set(PARASPINALS)
    assert {finding.item for finding in plexus.behind} == set(PARASPINALS)
    assert found.side("right").outcome == NOTHING_FOCAL


def test_published_ratios_are_judged_by_the_limits_of_their_nerves():
    left = localise(build(published())).side("left")
    details = {f.item: f.detail for f in left.first.explains if f.kind == "cmap"}
    assert details == {
        "common_fibular": "4.1% of the other side, reported: drop 95.9% > 61%",
        "tibial": "46.8% of the other side, reported: drop 53.2% > 50%",
    }


def test_second_finding_of_the_published_case_is_symmetric_sensory():
    evidence = localise(build(published())).evidence
    (one,) = evidence.symmetric
    assert (one.kind, one.item, one.is_evidence) == ("sensory", "superficial_fibular", False)
    assert one.as_data()["words"].endswith("sensory response absent on both sides")


def test_reflex_without_a_side_is_reported_as_unused():
    found = localise(build(published()))
    assert [(u.table, u.reason) for u in found.evidence.unused] == [
        ("signs", "the side is not stated")
    ]
    assert not any(f.kind == "reflex" for side in found.sides for f in side.findings)


def test_without_paraspinals_roots_and_plexus_nearly_tie_and_paraspinals_are_suggested():
    case = published()
    case["needle_emg"] = [row for row in case["needle_emg"] if row["muscle"] not in PARASPINALS]
    left = localise(build(case)).side("left")
    assert keys(left)[:2] == ["root_l5+root_s1", "sacral_plexus"]
    assert left.candidates[1].support > 0.7 * left.first.support
    test = left.next_tests[0]
    assert {test.item, *test.alternatives} == set(PARASPINALS)
    assert {site.key for site in test.separates} == {"root_l5+root_s1", "sacral_plexus"}
    assert test.if_abnormal.site.key == "root_l5+root_s1"
    assert test.if_normal.site.key == "sacral_plexus"


def test_with_normal_paraspinals_the_plexus_leads():
    case = published()
    for row in case["needle_emg"]:
        if row["muscle"] in PARASPINALS:
            row["active_denervation"] = False
    left = localise(build(case)).side("left")
    assert keys(left)[0] == "sacral_plexus" and left.first.support > 0.5
    roots = left.candidates[keys(left).index("root_l5+root_s1")]
    assert {finding.item for finding in roots.against} == set(PARASPINALS)


def test_findings_refer_to_their_rows():
    case = published()
    data = localise(build(case)).as_data()
    for one in data["candidates"][0]["explains"]:
        for number in one["rows"]:
            row = case[one["table"]][number]
            ids = {row.get("movement"), row.get("muscle"), row.get("nerve")}
            assert ids & {one.get("movement"), one.get("muscle"), one.get("nerve")} - {None}
    assert json.loads(json.dumps(data)) == data


# Textbook patterns


def test_patterns_use_only_catalogue_entries():
    assert len(PATTERNS) >= 40
    for pattern in PATTERNS:
        assert {pattern.leads, *pattern.behind} <= BY_KEY.keys(), pattern


@pytest.mark.parametrize("pattern", PATTERNS, ids=str)
def test_textbook_pattern_leads_to_its_site(pattern):
    ranking = rank(pattern.fragment())
    assert keys(ranking)[0] == pattern.leads
    found = scores(ranking)
    wrong = [key for key in pattern.behind if found[key] >= found[pattern.leads] - 1e-9]
    assert wrong == [], {key: found[key] for key in (pattern.leads, *wrong)}


@pytest.mark.parametrize("pattern", PATTERNS[::6], ids=str)
def test_mirrored_pattern_leads_to_the_same_site(pattern):
    left, right = rank(pattern.fragment("left")), rank(pattern.fragment("right"), "right")
    assert [(c.site, c.support) for c in left.candidates] == [
        (c.site, c.support) for c in right.candidates
    ]
    assert [test.item for test in left.next_tests] == [test.item for test in right.next_tests]


# Arbitrary findings

NEEDLE = st.tuples(st.just("needle_emg"), st.sampled_from(NEEDLED), st.booleans())
GRADED = st.tuples(st.just("strength"), st.sampled_from(list(movements.BY_ID)), st.booleans())
REFLEX = st.tuples(st.just("signs"), st.sampled_from(list(REFLEX_ARCS)), st.booleans())
FOUND = st.lists(st.one_of(NEEDLE, GRADED, REFLEX), max_size=14, unique_by=lambda one: one[:2])
QUICK = settings(max_examples=60, deadline=None)


def row(table, item, abnormal, side="left"):
    if table == "needle_emg":
        return {"muscle": item, "side": side, "fibrillations": "2+" if abnormal else "0"}
    if table == "strength":
        return {"movement": item, "side": side, "grade": "3" if abnormal else "5"}
    finding = "absent" if abnormal else "normal"
    return {"domain": "reflex", "item": item, "side": side, "finding": finding}


def fragment(found, side="left"):
    tables = {"strength": [], "signs": [], "needle_emg": []}
    for table, item, abnormal in found:
        tables[table].append(row(table, item, abnormal, side))
    return tables


@QUICK
@given(FOUND, st.sampled_from(NEEDLED), st.booleans())
def test_an_explained_finding_never_lowers_a_site_against_one_that_does_not_explain_it(
    found, muscle, abnormal
):
    found = [one for one in found if one[1] != muscle]
    before = scores(rank(fragment(found)))
    after = scores(rank(fragment([*found, ("needle_emg", muscle, abnormal)])))
    share = dict(zip(BY_KEY, coverage("muscles", muscle), strict=True))
    least = PARAMETERS["explains_from"]
    taking = [key for key in BY_KEY if share[key] >= least]
    sparing = [key for key in BY_KEY if share[key] < least]
    explaining, other = (taking, sparing) if abnormal else (sparing, taking)
    for one in explaining[:12]:
        for two in other[:40]:
            assert after[one] - before[one] >= after[two] - before[two] - 1e-9


@QUICK
@given(FOUND, st.randoms())
def test_row_order_does_not_matter(found, random):
    shuffled = list(found)
    random.shuffle(shuffled)
    one, two = rank(fragment(found)), rank(fragment(shuffled))
    assert [(c.site, c.support) for c in one.candidates] == [
        (c.site, c.support) for c in two.candidates
    ]
    assert [t.item for t in one.next_tests] == [t.item for t in two.next_tests]


@QUICK
@given(FOUND)
def test_mirrored_findings_give_a_mirrored_result(found):
    left = localise(build_fragment(fragment(found, "left")))
    right = localise(build_fragment(fragment(found, "right")))
    for one, other in (("left", "right"), ("right", "left")):
        assert left.side(one).outcome == right.side(other).outcome
        assert [(c.site, c.support) for c in left.side(one).candidates] == [
            (c.site, c.support) for c in right.side(other).candidates
        ]


@QUICK
@given(
    FOUND,
    st.lists(st.sampled_from(list(movements.BY_ID)), unique=True, max_size=6),
    st.lists(st.sampled_from(NEEDLED), unique=True, max_size=6),
    st.sampled_from(["not tested", "limited by pain", "amputated", "immobilised"]),
)
def test_untested_is_never_normal(found, untested, unrecorded, state):
    tables = fragment(found)
    more = deepcopy(tables)
    graded = {one["movement"] for one in tables["strength"]}
    more["strength"] += [
        {"movement": one, "side": "left", "grade": state} for one in untested if one not in graded
    ]
    more["needle_emg"] += [{"muscle": one, "side": "left"} for one in unrecorded]
    for item in reflexes.BY_ID:
        more["signs"].append(
            {"domain": "reflex", "item": item, "side": "left", "finding": "not_tested"}
        )
    one, two = rank(tables), rank(more)
    assert one.findings == two.findings
    assert [(c.site, c.support) for c in one.candidates] == [
        (c.site, c.support) for c in two.candidates
    ]
    assert [t.item for t in one.next_tests] == [t.item for t in two.next_tests]


def test_next_tests_separate_the_first_sites_even_with_little_support():
    ranking = rank(
        fragment(
            [
                ("needle_emg", "deltoid", False),
                ("needle_emg", "pronator_teres", False),
                ("strength", "shoulder_adduction", True),
            ]
        )
    )
    assert 0 < ranking.first.support < PARAMETERS["leading_support"]
    named = {candidate.site for candidate in ranking.candidates}
    assert ranking.next_tests and all(set(test.separates) <= named for test in ranking.next_tests)


@QUICK
@given(FOUND)
def test_candidates_are_ranked_and_every_code_is_in_a_catalogue(found):
    ranking = rank(fragment(found))
    supports = [candidate.support for candidate in ranking.candidates]
    assert supports == sorted(supports, reverse=True) and sum(supports) <= 1 + 1e-9
    abnormal = [finding for finding in ranking.findings if finding.abnormal]
    for candidate in ranking.candidates:
        assert len(candidate.explains) + len(candidate.unexplained) == len(abnormal)
        for part in candidate.site.parts:
            known = nerves.BY_ID if part.kind == "nerve" else structures.BY_ID
            assert part.id in known
    tested = {(finding.catalogue, finding.item) for finding in ranking.findings}
    assert not tested & {(test.catalogue, test.item) for test in ranking.next_tests}


def test_sites_list_catalogue_structures_without_duplicates():
    assert len(BY_KEY) == len(SITES)
    for site in SITES:
        assert site.name and all(part.name for part in site.parts)


# Kinds of findings


def test_all_normal_is_nothing_focal_and_nothing_recorded_is_not_examined():
    normal = [("needle_emg", m, False) for m in NEEDLED[:6]]
    assert rank(fragment(normal)).outcome == NOTHING_FOCAL
    assert rank(fragment(normal), "right").outcome == NOT_EXAMINED
    assert rank(fragment(normal)).next_tests == ()


def test_one_odd_finding_among_many_normal_ones_is_nothing_focal():
    normal = [("strength", m, False) for m in movements.SETS["leg"][1] if m != "ankle_eversion"]
    normal += [("needle_emg", m, False) for m in ("peroneus_longus", "peroneus_brevis")]
    found = rank(fragment([*normal, ("strength", "ankle_eversion", True)]))
    assert found.outcome == NOTHING_FOCAL and found.abnormal == 1


def test_rule_of_two_muscles_counts_nerves_and_not_branches():
    fibular = [("needle_emg", m, True) for m in ("tibialis_anterior", "peroneus_longus")]
    assert not rank(fragment(fibular)).rule.is_fulfilled
    hand = ("first_dorsal_interosseous", "abductor_digiti_minimi")
    ulnar = [("needle_emg", m, True) for m in hand]
    assert not rank(fragment(ulnar)).rule.is_fulfilled
    with_tibial = [*fibular, ("needle_emg", "tibialis_posterior", True)]
    rule = rank(fragment(with_tibial)).rule
    assert [one.root for one in rule.roots] == ["L4", "L5"]
    assert set(rule.roots[1].muscles) == {"common_fibular", "tibial"}
    assert rule.roots[1].paraspinals == "not examined"


@pytest.mark.parametrize(
    ("emg", "kind"),
    [
        ({"fibrillations": "1+"}, True),
        ({"positive_sharp_waves": "3+"}, True),
        ({"active_denervation": True}, True),
        ({"fibrillations": "0", "positive_sharp_waves": "2+"}, True),
        ({"fibrillations": "0", "recruitment": "reduced_mild"}, True),
        ({"fibrillations": "0"}, False),
        ({"active_denervation": False}, False),
        ({"fibrillations": "+/-"}, None),
        ({"recruitment": "normal"}, None),
        ({"recruitment": "poor_activation"}, None),
        ({}, None),
    ],
)
def test_needle_emg_is_denervated_spared_or_no_evidence(emg, kind):
    found = rank({"needle_emg": [{"muscle": "soleus", "side": "left"} | emg]})
    assert [finding.abnormal for finding in found.findings] == ([] if kind is None else [kind])


@pytest.mark.parametrize(
    ("grade", "weak"),
    [("5", False), ("5-", True), ("4+/5", True), ("0", True), ("4 to 5", None), ("n", None)],
)
def test_strength_below_five_is_weak(grade, weak):
    found = rank({"strength": [{"movement": "hip_flexion", "side": "left", "grade": grade}]})
    assert [finding.abnormal for finding in found.findings] == ([] if weak is None else [weak])


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_responses_of_a_nerve_the_more_abnormal_one_counts(order):
    rows = [("left", {"state": "no_response"}), ("left", {"number": "6", "unit": "µV"})][::order]
    rows.append(("right", {"number": "6", "unit": "µV"}))
    found = rank(
        {
            "sensory_conduction": [
                {"nerve": "sural", "side": side, "amplitude_uv": value} for side, value in rows
            ]
        }
    )
    assert [(one.kind, one.abnormal) for one in found.findings] == [("snap", True)]


def test_a_row_of_both_sides_counts_on_each():
    both = {"needle_emg": [{"muscle": "soleus", "side": "both", "fibrillations": "2+"}]}
    found = localise(build_fragment(both))
    assert [len(side.findings) for side in found.sides] == [1, 1]


def test_reflex_absent_on_both_sides_is_symmetric_and_no_evidence():
    tables = {"signs": [row("signs", "achilles", True, side) for side in ("left", "right")]}
    found = localise(build_fragment(tables))
    assert [one.kind for one in found.evidence.symmetric] == ["reflex"]
    assert [side.outcome for side in found.sides] == [NOT_EXAMINED, NOT_EXAMINED]


def test_weakness_on_both_sides_is_reported_and_counts_on_each():
    found = [("strength", "ankle_dorsiflexion", True), ("strength", "toe1_extension", True)]
    both = fragment(found, "both")
    answer = localise(build_fragment(both))
    assert {one.kind for one in answer.evidence.symmetric} == {"strength"}
    assert [side.outcome for side in answer.sides] == [CANDIDATES, CANDIDATES]


def sensory(left, right, nerve="sural"):
    sides = {"left": left, "right": right}
    return {
        "sensory_conduction": [
            {"nerve": nerve, "side": side, "amplitude_uv": value}
            for side, value in sides.items()
            if value
        ]
    }


ABSENT, SIX = {"state": "no_response"}, {"number": "6", "unit": "µV"}


@pytest.mark.parametrize(
    ("left", "right", "kinds"),
    [
        (ABSENT, SIX, [("snap", True)]),
        (ABSENT, ABSENT, []),
        (SIX, SIX, [("snap_equal", False)]),
        ({"number": "1"}, {"number": "12"}, [("snap", True)]),
        ({"state": "normal"}, None, [("snap", False)]),
        (SIX, None, [("snap_present", False)]),
        ({"state": "not_tested"}, SIX, []),
        ({"percent": "10", "of": "right"}, None, [("snap", True)]),
    ],
)
def test_sensory_response_is_lost_preserved_or_symmetric(left, right, kinds):
    found = rank(sensory(left, right))
    assert [(finding.kind, finding.abnormal) for finding in found.findings] == kinds


def test_motor_amplitude_without_the_other_side_gives_no_verdict():
    alone = {"motor_conduction": [{"nerve": "tibial", "side": "left", "amplitude_mv": SIX}]}
    found = localise(build_fragment(alone))
    assert found.side("left").outcome == NOT_EXAMINED
    assert "no other side" in found.evidence.unused[0].reason


def test_motor_response_absent_on_one_side_names_the_nerve():
    tables = {
        "motor_conduction": [
            {"nerve": "common_fibular", "side": "left", "amplitude_mv": ABSENT},
            {"nerve": "common_fibular", "side": "right", "amplitude_mv": {"number": "5"}},
        ]
    }
    assert keys(rank(tables))[0] in ("common_fibular", "deep_fibular", "root_l5")
    assert rank(tables, "right").outcome in (NOT_EXAMINED, NOTHING_FOCAL)


def visited(onset):
    """Return findings with needle EMG performed `onset` days after the onset of weakness."""
    day = {"how": "offset", "anchor": "exam", "offset": f"-{onset}", "unit": "days"}
    return {
        "events": [
            {"key": "exam", "label": "Examination", "placement": {"how": "index"}},
            {"key": "start", "label": "Weakness", "kind": "onset", "placement": day},
        ],
        "visits": [{"key": "first", "label": "First", "event": "exam"}],
        "needle_emg": [
            row("needle_emg", "soleus", False) | {"visit": "first"},
            row("needle_emg", "tibialis_anterior", True) | {"visit": "first"},
        ],
    }


def test_normal_needle_emg_in_the_first_three_weeks_is_no_evidence():
    early, late = (localise(build_fragment(visited(days))) for days in (10, 25))
    assert [f.item for f in early.side("left").findings] == ["tibialis_anterior"]
    assert "10 days after onset" in early.evidence.unused[0].reason
    assert len(late.side("left").findings) == 2 and late.evidence.emg_days == 25
    assert any("three weeks" in words for words in early.caveats)
    assert not any("three weeks" in words for words in late.caveats)


def test_the_first_visit_with_findings_or_the_requested_one_is_used():
    case = build(published())
    first = localise(case)
    later = localise(case, "3-months-after-finishing-treatment")
    assert first.evidence.visits["strength"] == "on-admission"
    assert set(later.evidence.visits) == {"strength"}
    grades = {f.item: f.detail for f in later.side("left").findings}
    assert grades["hip_abduction"] == "MRC 2+"


def test_findings_that_cannot_be_placed_are_reported_and_not_counted():
    tables = {
        "strength": [{"movement": "text:grip", "side": "left", "grade": "3"}],
        "needle_emg": [{"muscle": "soleus", "fibrillations": "2+"}],
    }
    found = localise(build_fragment(tables))
    assert [(one.table, one.label) for one in found.evidence.unused] == [
        ("strength", "grip"),
        ("needle_emg", "Soleus"),
    ]
    assert all(side.outcome == NOT_EXAMINED for side in found.sides)


# Weights, next tests and scattered weakness


def test_weights_are_probabilities_and_every_sensory_path_has_a_nerve():
    for likelihood in LIKELIHOODS.values():
        assert 0 < likelihood.false_positive < likelihood.sensitivity < 1
        assert 0 < likelihood.weight <= 1
    assert (
        SENSORY_PATHS.keys() <= nerves.BY_ID.keys() and REFLEX_ARCS.keys() <= reflexes.BY_ID.keys()
    )
    nodes = {node for one in SENSORY_PATHS.values() for node in one.nerve_path.split(">")}
    assert nodes <= nerves.BY_ID.keys()


def test_next_test_for_a_foot_drop_separates_root_and_nerve():
    foot_drop = Pattern("", (), weak="ankle_dorsiflexion toe1_extension")
    ranking = rank(foot_drop.fragment())
    next_test = ranking.next_tests[0]
    kinds = {site.kind for site in next_test.separates}
    assert next_test.information == max(test.information for test in ranking.next_tests)
    assert len(kinds) == 2
    assert next_test.as_data()["table"] in ("needle_emg", "strength")


def test_weakness_that_no_site_half_explains_is_scattered():
    weak = ("shoulder_abduction", "finger_abduction", "hip_flexion", "ankle_dorsiflexion")
    strong = ("elbow_flexion", "finger_flexion", "knee_extension", "ankle_plantarflexion")
    graded = [("strength", one, True) for one in weak]
    graded += [("strength", one, False) for one in strong]
    found = rank(fragment(graded))
    assert found.outcome == SCATTERED and found.candidates
    assert rank(fragment([("strength", "ankle_dorsiflexion", True)])).outcome == CANDIDATES


def test_a_site_that_explains_exactly_half_is_a_candidate():
    weak = [("strength", "shoulder_abduction", True), ("strength", "ankle_dorsiflexion", True)]
    found = rank(fragment(weak))
    assert (len(found.first.explains), len(found.first.unexplained)) == (1, 1)
    assert found.outcome == CANDIDATES


# Anatomy


@pytest.mark.parametrize(
    ("muscle", "site", "share"),
    [
        # C7 reaches these ulnar muscles through the middle trunk and the lateral cord.
        ("flexor_carpi_ulnaris", "brachial_plexus_middle_trunk", 0.25),
        ("flexor_carpi_ulnaris", "brachial_plexus_lateral_cord", 0.25),
        ("flexor_digitorum_profundus_4_5", "brachial_plexus_middle_trunk", 0.25),
        # C8 reaches the flexor carpi radialis through the lower trunk and the medial cord.
        ("flexor_carpi_radialis", "brachial_plexus_lower_trunk", 0.25),
        ("flexor_carpi_radialis", "brachial_plexus_medial_cord", 0.25),
        # Both pectoral nerves, from both cords, supply the sternal head, with roots C6 to T1.
        ("pectoralis_major_sternal", "brachial_plexus_upper_trunk", 0.5),
        ("pectoralis_major_sternal", "brachial_plexus_lateral_cord", 1.0),
        # Each root of a muscle passes through its own trunk.
        ("subscapularis", "brachial_plexus_middle_trunk", 0.25),
        ("anconeus", "brachial_plexus_upper_trunk", 0.25),
        ("extensor_carpi_ulnaris", "brachial_plexus_upper_trunk", 0.25),
        # T1 weighs more than C8 for the thenar muscle.
        ("abductor_pollicis_brevis", "root_c8", 0.75),
        ("abductor_pollicis_brevis", "root_t1", 1.0),
    ],
)
def test_a_lesion_affects_the_share_of_a_muscle_that_passes_through_it(muscle, site, share):
    names = [one.key for one in SITES]
    assert coverage("muscles", muscle)[names.index(site)] == pytest.approx(share)


def test_a_weak_face_is_compatible_with_the_facial_nerve():
    weak = [{"movement": m, "side": "left", "grade": "3"} for m in ("eye_closure", "lip_closure")]
    strong = [{"movement": "jaw_closing", "side": "left", "grade": "5"}]
    ranking = rank({"strength": weak + strong})
    assert keys(ranking)[0] == "facial"
    assert not set(keys(ranking)) & {"root_c5", "brachial_plexus_upper_trunk"}


def test_the_next_muscle_to_examine_is_a_single_muscle():
    fragments = [pattern.fragment() for pattern in PATTERNS]
    tests = [test for fragment in fragments for test in rank(fragment).next_tests]
    groups = {row.id for row in muscles.ROWS if not muscles.is_specific(row.id)}
    assert {"quadriceps", "gastrocnemius", "paraspinal_lumbosacral"} <= groups
    suggested = {item for test in tests for item in (test.item, *test.alternatives)}
    assert "gluteus_medius" in suggested and not suggested & groups

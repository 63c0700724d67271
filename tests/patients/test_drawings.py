"""Drawings of the body map and the pathways, with their text alternatives."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.catalogue import movements, mrc, muscles
from patients.catalogue.mrc import parse_grade
from patients.catalogue.table import parts
from patients.drawings import body_map
from patients.drawings.body_map import change_map, frame_for, grade_map, legend
from patients.drawings.pathways import MuscleFinding, pathways


def row(movement="", side="left", grade="3", muscle="", change=None):
    return SimpleNamespace(
        movement=movement,
        muscle=muscle,
        side=side,
        grade=parse_grade(grade) if grade else None,
        change=change,
    )


def shown(found):
    """Return {(region, side): text} of the labelled regions."""
    return {
        (one.id, one.side): one.look.text
        for view in found.views
        for one in view.regions
        if one.words
    }


# Regions


def test_every_movement_of_a_limb_or_the_neck_has_a_region():
    drawn = {name for one in body_map.REGIONS for name in parts(one.movements)}
    missing = {movements.BY_ID[name].region for name in movements.BY_ID.keys() - drawn}
    assert drawn <= set(movements.BY_ID)
    assert missing == {"head", "trunk"}  # the map shows neither face nor trunk


def test_a_movement_is_drawn_at_one_of_its_prime_movers():
    for one in body_map.REGIONS:
        for movement in parts(one.movements):
            prime = set(parts(movements.BY_ID[movement].prime_muscles))
            assert prime & set(parts(one.muscles)), (one.id, movement)


def test_every_limb_muscle_has_a_region_and_regions_have_known_muscles():
    drawn = {name for one in body_map.REGIONS for name in parts(one.muscles)}
    limbs = {one.id for one in muscles.ROWS if one.kind == "limb"}
    assert limbs <= drawn <= set(muscles.BY_ID)


def test_every_text_is_within_its_frame():
    for one in body_map.REGIONS:
        left, top, width, height = body_map.FRAMES[one.part]
        assert left < float(one.label_x) < left + width - 4, one.id
        assert top < float(one.label_y) < top + height, one.id


# Grades


def test_a_region_shows_its_grade_on_its_own_side():
    found = grade_map("m", "First", [row("knee_extension", "left", "3-")])
    assert shown(found) == {("front_quadriceps", "left"): "3−"}
    (one,) = [r for v in found.views for r in v.regions if r.words]
    assert one.look.css == "grade-3" and one.words == "Knee extensor, left: 3−"
    assert "Knee extensor, left: 3−" in found.views[0].summary


def test_left_is_drawn_on_the_right_in_front_and_on_the_left_behind():
    found = grade_map("m", "First", [row("hip_abduction", "left", "2")])
    mirrored = {one.id: one.mirrored for v in found.views for one in v.regions if one.words}
    assert mirrored == {"front_hip_abductors": False, "back_hip_abductors": True}
    for view in found.views:
        x = {letter: float(x) for x, _y, letter in view.letters}
        assert (x["L"] > 0) == (view.name == "front") and x["L"] == -x["R"]


def test_the_lowest_grade_is_shown_and_all_are_listed():
    rows = [row("neck_flexion", "midline", "4"), row("neck_rotation", "left", "2 to 3")]
    found = shown(grade_map("m", "First", rows))
    assert found == {("front_neck", "left"): "2…3", ("front_neck", "right"): "4"}


def test_a_state_is_shown_only_without_a_grade():
    pain = row("ankle_dorsiflexion", "left", "limited by pain")
    assert shown(grade_map("m", "", [pain]))["front_dorsiflexors", "left"] == "pain"
    muscle = row(muscle="tibialis_anterior", grade="0")
    found = grade_map("m", "", [pain, muscle])
    assert shown(found)["front_dorsiflexors", "left"] == "0"


def test_rows_without_a_region_or_side_are_listed_and_not_drawn():
    rows = [row("hip_flexion", "not_stated", "4"), row("text:grip", "left", "4")]
    found = grade_map("m", "First", rows)
    assert not found
    assert found.unplaced == ("Hip flexor, side not stated: 4", "grip, left: 4")


@given(st.lists(st.tuples(st.sampled_from(sorted(movements.BY_ID)), st.sampled_from(mrc.ORDER))))
def test_mirrored_rows_make_a_mirrored_map(pairs):
    turned = {"left": "right", "right": "left"}
    there = shown(grade_map("m", "", [row(name, "left", grade) for name, grade in pairs]))
    back = shown(grade_map("m", "", [row(name, "right", grade) for name, grade in pairs]))
    assert {(id, turned[side]): text for (id, side), text in there.items()} == back


# Changes, frames, legend


@pytest.mark.parametrize(
    ("changes", "look"),
    [
        (("better",), ("better", "▲")),
        (("better", "same"), ("better", "▲")),
        (("worse", "same", None), ("worse", "▼")),
        (("same",), ("same", "=")),
        (("better", "worse"), ("mixed", "▲▼")),
        ((None,), ("open", "?")),
    ],
)
def test_changes_have_a_look_and_a_symbol(changes, look):
    names = ["shoulder_abduction", "shoulder_flexion", "shoulder_abduction"]
    rows = [row(name, change=change) for name, change in zip(names, changes, strict=False)]
    found = change_map("m", "Change", rows)
    (one,) = [r.look for v in found.views for r in v.regions if r.id == "front_deltoid" and r.words]
    assert (one.css, one.text) == look


def test_frame_is_the_part_that_was_graded():
    leg, arm = row("hip_flexion"), row("elbow_flexion")
    assert (frame_for([leg]), frame_for([arm]), frame_for([leg, arm])) == (
        "lower",
        "upper",
        "whole",
    )
    assert frame_for([]) == "whole"
    assert len({one.id for v in grade_map("m", "", [leg]).views for one in v.regions}) < len(
        body_map.REGIONS
    )


def test_legend_shows_every_grade_and_every_change_with_its_text():
    assert [look.text for look, _words in legend("grades")][:6] == list("012345")
    assert {look.css for look, _words in legend("changes")} == {"better", "worse", "same", "open"}


# Pathways

PUBLISHED = [
    MuscleFinding("paraspinal_l5", "abnormal", "active denervation"),
    MuscleFinding("paraspinal_s1", "abnormal", "active denervation"),
    MuscleFinding("tibialis_anterior", "abnormal", "active denervation; weak 3-"),
    MuscleFinding("extensor_hallucis_longus", "abnormal", "active denervation; weak 1"),
    MuscleFinding("gastrocnemius_medial", "abnormal"),
    MuscleFinding("tensor_fasciae_latae", "abnormal"),
    MuscleFinding("gluteus_maximus", "abnormal"),
]
LEADING = [("root", "root_l5"), ("root", "S1")]


def nodes(drawing, kind):
    return [node.id for node in drawing.nodes if node.kind == kind]


def test_only_structures_with_a_finding_are_drawn_with_their_path():
    drawing = pathways("p", "Left leg", PUBLISHED, LEADING, "L5 + S1")
    assert nodes(drawing, "root") == ["L4", "L5", "S1", "S2"]
    assert nodes(drawing, "plexus") == ["sacral_plexus"]
    assert set(nodes(drawing, "muscle")) == {one.muscle for one in PUBLISHED}
    assert "femoral" not in nodes(drawing, "nerve")
    assert not pathways("p", "Nothing", [])


def test_paraspinals_are_linked_to_roots_and_not_to_a_plexus():
    drawing = pathways("p", "", PUBLISHED[:2])
    assert nodes(drawing, "plexus") == []
    assert nodes(drawing, "nerve") == ["dorsal_ramus_l5", "dorsal_ramus_s1"]


def test_the_leading_candidate_is_outlined_and_named():
    drawing = pathways("p", "", PUBLISHED, LEADING, "L5 + S1")
    assert [one.id for one in drawing.nodes if one.is_leading] == ["L5", "S1"]
    assert drawing.candidate == "L5 + S1"
    assert not pathways("p", "", PUBLISHED, [("nerve", "femoral")], "femoral").candidate


@pytest.mark.parametrize(
    ("site", "outlined"),
    [
        (("plexus", "brachial_plexus_upper_trunk"), {"upper"}),
        (("trunk", "upper"), {"upper"}),
        (("cord", "brachial_plexus_lateral_cord"), {"lateral"}),
        (("plexus", "brachial_plexus"), {"upper", "lateral", "posterior"}),
        (("nerve", "axillary"), {"axillary"}),
    ],
)
def test_sites_are_found_by_the_ids_of_either_table(site, outlined):
    arm = [MuscleFinding("deltoid", "abnormal"), MuscleFinding("biceps_brachii", "normal")]
    drawing = pathways("p", "", arm, [site], "candidate")
    assert {one.id for one in drawing.nodes if one.is_leading} == outlined


def test_lumbosacral_trunk_is_drawn_if_it_is_the_candidate():
    leg = [
        MuscleFinding("tibialis_anterior", "abnormal"),
        MuscleFinding("gastrocnemius_medial", "normal"),
    ]
    assert "lumbosacral_trunk" not in nodes(pathways("p", "", leg), "plexus")
    drawing = pathways("p", "", leg, [("plexus", "lumbosacral_trunk")], "lumbosacral trunk")
    assert nodes(drawing, "plexus") == ["lumbosacral_trunk", "sacral_plexus"]


def test_states_are_also_given_as_text():
    drawing = pathways("p", "", [*PUBLISHED[2:4], MuscleFinding("tibialis_posterior", "untested")])
    assert {one.words for one in drawing.nodes if one.kind == "muscle"} == {
        "active denervation; weak 3-",
        "active denervation; weak 1",
        "not tested",
    }
    assert drawing.summary[0].startswith("Tibialis anterior: active denervation; weak 3-. Roots L4")
    assert {edge.state for edge in drawing.edges} == {"abnormal", "untested"}


def test_a_heavier_root_has_a_thicker_line():
    drawing = pathways("p", "", [MuscleFinding("tibialis_anterior", "abnormal")])
    y = {one.id: one.y for one in drawing.nodes if one.kind == "root"}
    wide = {edge.path.split(" C")[0].split(",")[1]: edge.width for edge in drawing.edges}
    assert wide[str(y["L4"])] < wide[str(y["L5"])]


def test_a_cranial_muscle_has_a_nerve_and_no_root():
    drawing = pathways("p", "", [MuscleFinding("orbicularis_oculi", "abnormal", "weak")])
    assert {one.kind for one in drawing.nodes} == {"nerve", "muscle"}
    assert drawing.summary == ("Orbicularis oculi: weak. Nerves: Facial.",)


@pytest.mark.parametrize("wrong", [("no_muscle", "normal"), ("deltoid", "weakish")])
def test_unknown_muscles_and_states_are_rejected(wrong):
    with pytest.raises(ValueError):
        MuscleFinding(*wrong)


@given(st.lists(st.sampled_from(sorted(muscles.BY_ID)), unique=True, max_size=14))
def test_any_muscles_make_a_drawing_of_one_width_without_overlap(names):
    drawing = pathways("p", "", [MuscleFinding(name, "normal") for name in names])
    places = [(node.x, node.y) for node in drawing.nodes]
    assert len(places) == len(set(places))
    assert all(0 <= node.x and node.x + node.width <= drawing.width for node in drawing.nodes)
    assert len(drawing.summary) == len(names)
    assert drawing == pathways("p", "", [MuscleFinding(name, "normal") for name in names])

"""The pathway drawing: the muscle that represents a movement, and its label."""

from caserecords.demo.load import read_case
from caserecords.reasoning.pathways import draw_pathways
from patients.reasoning.localisation import localise
from patients.record.document import build


def drawn(side):
    return draw_pathways(localise(build(read_case("published_case"))).side(side))


def test_published_findings_are_drawn_and_the_first_candidate_is_outlined():
    drawing = drawn("left")
    muscles = {node.id: (node.state, node.words) for node in drawing.nodes if node.kind == "muscle"}
    assert muscles["tibialis_anterior"] == ("abnormal", "active denervation; Ankle dorsiflexor 3−")
    assert muscles["extensor_hallucis_longus"] == (
        "abnormal",
        "active denervation; 1st toe extensor 1",
    )
    assert muscles["paraspinal_l5"] == ("abnormal", "active denervation")
    assert muscles["iliacus"] == (
        "normal",
        "Hip flexor 5",
    )  # the first prime mover, as none was examined with needle EMG
    assert drawing.candidate == "L5 + S1 roots"
    assert {node.id for node in drawing.nodes if node.is_leading} == {"L5", "S1"}


def test_a_side_without_findings_has_no_drawing():
    assert not any(node.kind == "muscle" for node in drawn("right").nodes)

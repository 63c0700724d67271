"""Concordance of tests: cells with their evidence, sentences, the page and the REST API."""

import pytest
from django.urls import reverse

from caserecords.demo.load import read_case
from caserecords.reasoning.concordance import COLUMNS, compare_tests
from patients.actions.importing import import_case
from patients.reasoning.localisation import localise
from patients.record.document import build
from tests.factories import make_case, make_document, make_team, make_user


def compared(document):
    record = build(document)
    return compare_tests(record, localise(record))


NO_FINDINGS = {"strength": [], "motor_conduction": [], "sensory_conduction": []}


def with_images(*findings):
    """Return a document with MR findings, each (contrast, structure, side, sign)."""
    rows = [
        {
            "modality": "MRI",
            "contrast": contrast,
            "structure": structure,
            "side": side,
            "finding": "as seen",
            "sign": sign,
            "interpretation": "normal" if sign == "normal" else "abnormal",
        }
        for contrast, structure, side, sign in findings
    ]
    rows = [{key: value for key, value in row.items() if value} for row in rows]
    return make_document(**NO_FINDINGS, imaging_findings=rows)


@pytest.fixture(scope="module")
def published():
    return compared(read_case("published_case"))


def test_published_roots_are_visible_only_after_gadolinium(published):
    assert [line.label for line in published.lines] == ["left L5 root", "left S1 root"]
    sentence = "On MRI, the left L5 root and the left S1 root are abnormal only after gadolinium."
    assert published.sentences[0] == sentence


def test_published_cells_have_the_result_of_each_test(published):
    states = {
        line.structure: {cell.column: cell.state for cell in line.cells} for line in published.lines
    }
    shown = {"weakness", "emg", "cmap", "gadolinium_mri"}
    for structure in ("root_l5", "root_s1"):
        assert {c for c, state in states[structure].items() if state == "shown"} == shown
        assert states[structure]["plain_mri"] == "not_shown"
        assert states[structure]["sensation"] == "not_examined"
    assert states["root_l5"]["snap"] == "symmetric"  # superficial peroneal: lost on both sides
    assert states["root_s1"]["snap"] == "not_shown"  # sural: the same on both sides
    assert states["root_s1"]["reflex"] == "no_side"  # Achilles: side not stated
    assert states["root_l5"]["reflex"] == "not_examined"


def test_each_cell_links_to_rows_of_the_record(published):
    document = read_case("published_case")
    for line in published.as_data()["structures"]:
        for cell in line["cells"].values():
            for row in cell["rows"]:
                assert 0 <= row["row"] < len(document[row["table"]]) and row["words"]
    l5 = published.lines[0].cell("gadolinium_mri").evidence
    assert [(one.table, one.row) for one in l5] == [("imaging_findings", 3)]


def test_a_change_on_plain_images_does_not_need_contrast():
    found = compared(
        with_images(
            ("", "root_l5", "left", "thickening"), ("gadolinium", "root_l5", "left", "enhancement")
        )
    )
    assert found.sentences[0] == "MRI without contrast shows an abnormality of the left L5 root."


def test_no_statement_about_plain_images_if_there_are_none():
    found = compared(with_images(("gadolinium", "root_l5", "left", "enhancement")))
    assert found.lines[0].cell("plain_mri").state == "not_examined"
    assert not any("only after" in sentence for sentence in found.sentences)


@pytest.mark.parametrize(
    "contrast, column",
    [
        ("gadolinium", "gadolinium_mri"),
        ("none", "plain_mri"),
        ("without", "plain_mri"),
        ("No contrast", "plain_mri"),
    ],
)
def test_contrast_text_selects_the_column(contrast, column):
    line = compared(with_images((contrast, "root_l5", "left", "enhancement"))).lines[0]
    assert line.cell(column).state == "shown"


def test_other_side_and_other_structures_are_not_evidence():
    found = compared(
        with_images(
            ("gadolinium", "root_l5", "left", "enhancement"),
            ("", "root_l5", "right", "normal"),
            ("", "lateral_recess", "left", "stenosis"),
        )
    )
    assert [line.label for line in found.lines] == ["left L5 root"]
    assert found.lines[0].cell("plain_mri").state == "not_examined"


def test_a_normal_result_for_all_roots_applies_to_each():
    found = compared(
        with_images(
            ("gadolinium", "root_l5", "left", "enhancement"),
            ("", "text:nerve roots", "not_stated", "normal"),
        )
    )
    assert found.lines[0].cell("plain_mri").state == "not_shown"


@pytest.mark.parametrize(
    "region, finding, state",
    [
        ("L5 dermatome", "decreased", "shown"),
        ("L5 dermatome", "normal", "not_shown"),
        ("L5 dermatome", "not_tested", "not_examined"),
        ("S1 dermatome", "decreased", "not_examined"),
    ],
)
def test_sensation_counts_if_its_region_includes_the_structure(region, finding, state):
    document = with_images(("gadolinium", "root_l5", "left", "enhancement"))
    sign = {"domain": "sensation", "item": "light_touch", "side": "left"}
    document["signs"] = [sign | {"region": region, "finding": finding}]
    assert compared(document).lines[0].cell("sensation").state == state


def test_a_case_without_findings_has_no_lines():
    found = compared(make_document(**NO_FINDINGS))
    assert found.lines == () and found.sentences == ()


def test_a_leading_nerve_without_images_has_a_line():
    strength = [
        {"visit": "on-admission", "muscle": "psoas_major", "side": "left", "grade": "3"},
        {"visit": "on-admission", "muscle": "iliacus", "side": "left", "grade": "5"},
    ]
    found = compared(make_document(**NO_FINDINGS | {"strength": strength}))
    assert [line.label for line in found.lines] == ["left direct branches of the lumbar plexus"]


# Page and API


@pytest.mark.django_db
def test_page_links_structures_to_their_rows(client):
    team = make_team()
    author = make_user(team=team)
    case = import_case(read_case("published_case"), team, author)
    client.force_login(author)
    page = client.get(reverse("caserecords:show-concordance", args=[case.pk])).content.decode()
    assert "abnormal only after gadolinium" in page and "left S1 root" in page
    assert f"/cases/{case.pk}/#emg" in page


@pytest.mark.django_db
def test_page_of_an_empty_case_explains_what_to_enter(client):
    case = make_case(**NO_FINDINGS)
    client.force_login(case.author)
    page = client.get(reverse("caserecords:show-concordance", args=[case.pk])).content.decode()
    assert "Nothing to compare yet" in page


@pytest.mark.django_db
def test_rest_returns_the_same_result_with_an_etag(client):
    team = make_team()
    author = make_user(team=team)
    case = import_case(read_case("published_case"), team, author)
    client.force_login(author)
    address = reverse("api:show-concordance", args=[case.pk])
    answer = client.get(address)
    assert answer.json() == compared(read_case("published_case")).as_data()
    assert list(answer.json()["structures"][0]["cells"]) == list(COLUMNS)
    assert client.get(address, headers={"if-none-match": answer["ETag"]}).status_code == 304

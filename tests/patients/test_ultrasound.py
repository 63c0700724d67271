"""Nerve and muscle ultrasound: validation without loss of input."""

import json

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from patients.entry.page import SectionPage
from patients.entry.sections import BY_SLUG
from patients.models import Ultrasound
from patients.record.document import DocumentError, build
from patients.versions.reading import served_text
from tests.api import Caller, address_of, assert_problem
from tests.factories import make_case, make_document

ROW = {"visit": "on-admission", "nerve": "median", "side": "right", "site": "forearm"}


def errors_of(*rows):
    with pytest.raises(DocumentError) as error:
        build(make_document(ultrasound=list(rows)))
    return dict(error.value.errors)


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"muscle": "biceps_brachii"}, "muscle", "Enter a nerve or a muscle, not both"),
        ({"nerve": ""}, "nerve", "Enter the nerve or the muscle."),
        ({"heckmatt": "2"}, "heckmatt", "Leave this empty for a nerve"),
        ({"heckmatt": "9"}, "heckmatt", "9"),
        ({"heckmatt": 2}, "heckmatt", "Enter a string, in double quotes."),
        ({"area_mm2": "3.5.2"}, "area_mm2", "value"),
        ({"result": "huge"}, "result", "huge"),
        ({"nerve": "spleen"}, "nerve", "spleen"),
    ],
)
def test_an_invalid_row_is_rejected_at_the_field(change, field, message):
    errors = errors_of(ROW | change)
    assert list(errors) == [f"ultrasound[0].{field}"]
    assert message in errors[f"ultrasound[0].{field}"]


@pytest.mark.django_db
def test_the_api_names_the_field():
    case = make_case()
    api = Caller(case.author)
    got = api.get(address_of(case))
    wrong = got.json() | {"ultrasound": [ROW | {"muscle": "deltoid", "heckmatt": "9"}]}
    put = api.send("PUT", address_of(case), wrong, if_match=got["ETag"])
    paths = [error["path"] for error in assert_problem(put, 400)["errors"]]
    assert paths == ["ultrasound[0].heckmatt"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "row", [{}, {"nerve": "median", "muscle": "deltoid"}, {"nerve": "median", "heckmatt": "1"}]
)
def test_the_database_enforces_the_rules(row):
    with pytest.raises(IntegrityError), transaction.atomic():
        Ultrasound.objects.create(case=make_case(), **row)


def address(case):
    return reverse("patients:edit-section", args=[case.pk, "ultrasound"])


def typed(case, **cells):
    texts = SectionPage(case, BY_SLUG["ultrasound"]).texts() | {"base_version": "1"}
    return texts | {f"ultrasound-new1-{name}": text for name, text in cells.items()}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("cells", "field", "message"),
    [
        ({"nerve": "median", "muscle": "deltoid"}, "muscle", "not both"),
        ({"site": "forearm"}, "nerve", "Enter the nerve or the muscle."),
        ({"muscle": "deltoid", "heckmatt": "9"}, "heckmatt", "“9” is not one of the choices"),
        ({"nerve": "median", "heckmatt": "2"}, "heckmatt", "Leave this empty for a nerve"),
        ({"nerve": "median", "result": "huge"}, "result", "“huge” is not one of the choices"),
        ({"nerve": "median", "visit": "never"}, "visit", "never"),
    ],
)
def test_a_page_with_an_invalid_row_keeps_the_input(client, cells, field, message):
    case = make_case()
    client.force_login(case.author)
    response = client.post(address(case), typed(case, note="Seen twice.", **cells))
    assert response.status_code == 422
    html = response.content.decode()
    assert message in html and "Seen twice." in html
    page = response.context["page"]
    (form,) = [form for form in page.parts[0].forms if form.is_included]
    assert message in str(form.errors[field])
    for name, text in cells.items():
        assert form.texts[name] == text
    assert not Ultrasound.objects.exists()


@pytest.mark.django_db
def test_text_instead_of_an_area_is_kept_as_text(client):
    """As in every column of measurements, "abc" is stored as a textual result."""
    case = make_case()
    client.force_login(case.author)
    response = client.post(address(case), typed(case, nerve="median", area_mm2="abc"))
    assert response.status_code == 302
    stored = json.loads(served_text(case.versions.first()))["ultrasound"]
    assert stored == [
        {
            "nerve": "median",
            "side": "not_stated",
            "area_mm2": {"word": "abc"},
            "other_side": "not_stated",
            "result": "not_stated",
        }
    ]


@pytest.mark.django_db
def test_a_row_for_a_muscle_is_saved(client):
    case = make_case()
    client.force_login(case.author)
    cells = {
        "visit": "on-admission",
        "muscle": "deltoid",
        "side": "left",
        "area_mm2": "not obtainable",
        "thickness_mm": "about 21",
        "heckmatt": "3",
        "fasciculations": "yes",
        "result": "reduced",
    }
    assert client.post(address(case), typed(case, **cells)).status_code == 302
    (row,) = json.loads(served_text(case.versions.first()))["ultrasound"]
    assert row["heckmatt"] == "3" and row["fasciculations"] is True
    assert row["area_mm2"] == {"state": "not_obtainable"}
    assert row["thickness_mm"] == {"approximate": True, "number": "21"}


@pytest.mark.django_db
def test_saving_an_empty_ultrasound_page_changes_nothing(client):
    case = make_case()
    client.force_login(case.author)
    assert "ultrasound" not in json.loads(served_text(case.versions.get()))
    assert client.post(address(case), typed(case)).status_code == 302
    assert case.versions.count() == 1
    assert client.post(address(case), typed(case, nerve="median")).status_code == 302
    assert case.versions.count() == 2

"""Scores and grades outside their scale are rejected, with a message on what is valid."""

import pytest
from django.urls import reverse

from patients.models import NeedleEMG, ScaleScore
from tests.api import LIST, Caller, assert_problem
from tests.factories import make_case, make_document
from tests.patients.test_views_sections import typed

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def case(client):
    case = make_case()
    client.force_login(case.author)
    return case


def send(case, key, row):
    """Post a case with one row in a table; return the response."""
    document = make_document(**{key: [row]})
    return Caller(case.author).send("POST", LIST, document)


def test_a_form_rejects_a_score_out_of_range_and_keeps_the_input(client, case):
    address = reverse("patients:edit-section", args=[case.pk, "scales"])
    scores = {"scales__new1__instrument": "mRS", "scales__new1__value": "99"}
    answer = client.post(address, typed(case, "scales", **scores))
    page = answer.content.decode()
    assert answer.status_code == 422 and not ScaleScore.objects.filter(case=case).exists()
    assert "Modified Rankin scale ranges from 0 to 6 in whole steps." in page
    assert "or “not tested”." in page
    assert 'value="99"' in page


def test_an_invalid_stored_score_does_not_block_the_page(client, case):
    ScaleScore.objects.create(case=case, instrument="mrs", value=make_value("9"))
    address = reverse("patients:edit-section", args=[case.pk, "scales"])
    texts = typed(case, "scales", scales__new1__instrument="mRS", scales__new1__value="3")
    assert client.post(address, texts).status_code == 302
    stored = {str(row.value) for row in ScaleScore.objects.filter(case=case)}
    assert stored == {"9", "3"}


def make_value(number):
    return ScaleScore._meta.get_field("value").to_python(number)


@pytest.mark.parametrize(
    ("instrument", "value"),
    [
        ("mrs", {"number": "99"}),
        ("mrs", {"number": "-1"}),
        ("mrs", {"number": "2.5"}),
        ("mrs", {"low": "5", "high": "7"}),
        ("mrs", {"comparator": ">", "number": "7"}),
        ("hughes", {"number": "9", "unit": "points"}),
        ("alsfrs_r", {"number": "60"}),
        ("mrc_sum", {"number": "75"}),
        ("gcs", {"number": "2"}),
        ("walk_10m", {"number": "-3", "unit": "s"}),
    ],
)
def test_the_api_rejects_a_score_out_of_range(case, instrument, value):
    answer = send(case, "scales", {"instrument": instrument, "value": value})
    body = assert_problem(answer, 400)
    assert "scales[0].value" in str(body)
    assert "Enter " in str(body)


@pytest.mark.parametrize(
    ("instrument", "value"),
    [
        ("mrs", {"number": "6"}),
        ("mrs", {"comparator": "<", "number": "5"}),
        ("pain_nrs", {"number": "7.5"}),
        ("alsfrs_r", {"low": "10", "high": "20"}),
        ("mrs", {"state": "not_tested"}),
        ("mrs", {"word": "moderate"}),
        ("pain_vas", {"number": "120", "unit": "cm"}),
        ("fvc", {"percent": "104", "of": "predicted"}),
        ("text:Score of our own", {"number": "400"}),
        ("walk_6min", {"number": "612", "unit": "m"}),
    ],
)
def test_valid_scores_are_accepted(case, instrument, value):
    answer = send(case, "scales", {"instrument": instrument, "value": value})
    assert answer.status_code == 201, answer.content


@pytest.mark.parametrize(
    ("grade", "scale", "is_taken"),
    [
        ("4+", "NINDS", True),
        ("++", "NINDS", True),
        ("1 to 2+", "NINDS", True),
        ("4+ with clonus", "NINDS", True),
        ("brisk", "NINDS", True),
        ("5+", "NINDS", False),
        ("9", "ninds", False),
        ("+++++", "NINDS", False),
        ("9", "a scale of our own", True),
        ("9", "", True),
    ],
)
def test_reflex_grades_are_checked_against_their_scale(case, grade, scale, is_taken):
    row = {"domain": "reflex", "item": "achilles", "finding": "increased"}
    answer = send(case, "signs", row | {"grade": grade, "scale": scale})
    assert answer.status_code == (201 if is_taken else 400)
    if not is_taken:
        assert "signs[0].grade" in answer.content.decode()


@pytest.mark.parametrize(
    ("fibrillations", "is_taken"),
    [("3+", True), ("text:profuse", True), ("text:few, 2 areas", True), ("text:5+", False)],
)
def test_needle_emg_grades_are_checked_against_their_column(case, fibrillations, is_taken):
    row = {"muscle": "tibialis_anterior", "side": "left", "fibrillations": fibrillations}
    answer = send(case, "needle_emg", row)
    assert answer.status_code == (201 if is_taken else 400)
    if not is_taken:
        assert "needle_emg[0].fibrillations" in answer.content.decode()


def test_the_needle_emg_grid_lists_the_valid_grades(client, case):
    address = reverse("patients:edit-section", args=[case.pk, "emg"])
    cells = {"muscle": "soleus", "side": "left", "fibrillations": "5+"}
    texts = {f"needle_emg__new1__{name}": text for name, text in cells.items()}
    answer = client.post(address, typed(case, "emg", **texts))
    assert answer.status_code == 422 and not NeedleEMG.objects.filter(case=case).exists()
    assert "Enter one of: 0, +/-, 1+, 2+, 3+, 4+." in answer.content.decode()

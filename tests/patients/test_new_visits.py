"""A visit added on the page of another section is saved with the page."""

import json

import pytest
from django.urls import reverse

from patients.models import Draft, MotorConduction, StrengthScore, Visit
from patients.versions.reading import served_text
from tests.factories import make_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(client):
    case = make_case()
    client.force_login(case.author)
    return case


def address(case, slug="strength"):
    return reverse("patients:edit-section", args=[case.pk, slug])


def labels(case):
    return list(Visit.objects.filter(case=case).values_list("key", "label"))


def test_an_added_visit_has_a_column_before_it_is_saved(client, case):
    texts = {"base_version": "1", "visit_label": " One year later ", "add": "visit"}
    response = client.post(address(case), texts)
    page = response.context["page"]
    assert [column.visit.label for column in page.parts[0].columns] == [
        "On admission",
        "3 months later",
        "One year later",
    ]
    assert page.added_inputs == [("added_visits-one-year-later-label", "One year later")]
    assert len(labels(case)) == 2


def test_the_page_saves_the_visit_with_its_grades(client, case):
    texts = {
        "base_version": "1",
        "added_visits-one-year-later-label": "One year later",
        "strength-movement.hip_flexion-left-one-year-later": "4",
    }
    assert client.post(address(case), texts).status_code == 302
    assert labels(case)[2] == ("one-year-later", "One year later")
    score = StrengthScore.objects.get(visit__key="one-year-later")
    assert (score.movement, str(score.grade)) == ("hip_flexion", "4")
    case.refresh_from_db()
    document = json.loads(served_text(case.versions.get(number=case.version)))
    assert document["visits"][2] == {"key": "one-year-later", "label": "One year later"}
    assert client.post(address(case), texts).status_code == 302  # the page was sent twice
    assert len(labels(case)) == 3


def test_a_table_of_rows_can_use_the_visit_at_once(client, case):
    texts = {
        "base_version": "1",
        "visit_label": "Day 8",
        "motor_conduction-new1-nerve": "tibial",
        "motor_conduction-new1-visit": "day-8",
    }
    assert client.post(address(case, "conduction"), texts).status_code == 302
    assert MotorConduction.objects.get(visit__key="day-8").nerve == "tibial"


def test_a_visit_alone_is_kept_as_a_draft(client, case):
    texts = {"base_version": "1", "added_visits-day-8-label": "Day 8"}
    draft = reverse("patients:save-draft", args=[case.pk, "signs"])
    assert client.post(draft, texts).json()["saved_at"]
    assert Draft.objects.count() == 1
    page = client.get(address(case, "signs")).context["page"]
    assert [visit.label for visit in page.added] == ["Day 8"]
    assert len(labels(case)) == 2


@pytest.mark.parametrize(
    ("label", "message"),
    [
        ("", "Enter a name for the visit"),
        ("On admission", "There is already a visit “On admission”"),
    ],
)
def test_a_visit_needs_a_name_of_its_own(client, case, label, message):
    texts = {"base_version": "1", "visit_label": label, "add": "visit"}
    response = client.post(address(case), texts)
    assert message in response.content.decode()
    assert response.context["page"].added == []


def test_two_pages_can_add_the_same_visit(client, case):
    for movement in ("hip_flexion", "knee_extension"):
        texts = {
            "base_version": "1",
            "added_visits-day-8-label": "Day 8",
            f"strength-movement.{movement}-left-day-8": "4",
        }
        client.post(address(case), texts)
    assert [key for key, _label in labels(case)].count("day-8") == 1


def test_pages_without_findings_offer_no_visit(client, case):
    for slug, is_offered in [("patient", False), ("timeline", False), ("laboratory", True)]:
        page = client.get(address(case, slug)).content.decode()
        assert ('name="visit_label"' in page) == is_offered, slug

"""Case templates: what they offer, and that only rows with a value enter the record."""

import json

import pytest
from django.urls import reverse

from patients.catalogue.case_templates import TEMPLATES
from patients.entry.case_templates import check_template
from patients.models import ROW_MODELS, Case, Draft, MotorConduction, Role, SensoryConduction
from patients.models.wording import is_unlisted
from patients.versions.reading import served_text
from tests.factories import make_team, make_user

pytestmark = pytest.mark.django_db
NEW = reverse("patients:create-case")
TEMPLATES_PAGE = reverse("patients:list-templates")


@pytest.fixture
def clinician(client):
    user = make_user(team=make_team())
    client.force_login(user)
    return user


@pytest.fixture
def case(client, clinician):
    return create(client, clinician)


def create(client, user, template="guillain_barre", **changes):
    texts = {"title": "Weakness", "sex": "male", "index": "Admission", "visits": "Day 1; Day 8"}
    texts["team"] = user.teams.get().pk
    response = client.post(f"{NEW}?template={template}", texts | changes)
    assert response.status_code == 302, response.context["form"].errors
    return Case.objects.get()


def address(case, slug):
    return reverse("patients:edit-section", args=[case.pk, slug])


def page_texts(client, case, slug):
    """Return {input name: text} of an entry page, as a browser would send it."""
    context = client.get(address(case, slug)).context
    texts = {"base_version": str(context["base_version"])}
    for part in context["page"].parts:
        texts[f"{part.prefix}-rows"] = part.row_numbers
        for form in part.forms:
            texts |= {f"{form.prefix}-{name}": text for name, text in form.texts.items()}
    return texts


def document_of(case):
    return json.loads(served_text(case.versions.first()))


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_only_names_what_the_catalogues_know(name):
    template = TEMPLATES[name]
    check_template(template)
    assert template.visits and template.rows
    models = {model.DOCUMENT_KEY: model for model in ROW_MODELS}
    for key, rows in template.rows.items():
        for values in rows:
            fields = {field.name: field for field in models[key]._meta.concrete_fields}
            assert not any(is_unlisted(fields[name], text) for name, text in values.items()), values


def test_the_page_of_templates_links_to_each(client, clinician):
    page = client.get(TEMPLATES_PAGE).content.decode()
    for template in TEMPLATES.values():
        assert f"{NEW}?template={template.id}" in page and template.label in page
    assert client.get(f"{NEW}?template=nothing").status_code == 404


def test_a_reader_cannot_use_templates(client):
    client.force_login(make_user(team=make_team(), role=Role.READER))
    assert client.get(TEMPLATES_PAGE).status_code == 403


def test_the_new_case_has_the_visits_of_the_form_and_nothing_else_of_the_template(case):
    document = document_of(case)
    assert [(one["label"], one.get("event")) for one in document["visits"]] == [
        ("Day 1", "admission"),
        ("Day 8", None),
    ]
    filled = {key for key, value in document.items() if isinstance(value, list) and value}
    assert filled == {"events", "visits"}


def test_visits_can_be_left_out(client, clinician):
    assert document_of(create(client, clinician, visits=" ; "))["visits"] == []


def test_an_entry_page_offers_the_rows_at_the_first_visit(client, case):
    texts = page_texts(client, case, "conduction")
    rows = TEMPLATES["guillain_barre"].rows["motor_conduction"]
    for number, row in enumerate(rows, 1):
        assert texts[f"motor_conduction-new{number}-nerve"]
        assert texts[f"motor_conduction-new{number}-side"] == row["side"]
        assert texts[f"motor_conduction-new{number}-visit"] == "day-1"
    assert texts[f"motor_conduction-new{len(rows) + 1}-nerve"] == ""
    assert b"come from the template" in client.get(address(case, "conduction")).content


def test_rows_without_a_value_are_not_saved(client, case):
    texts = page_texts(client, case, "conduction")
    texts["motor_conduction-new2-visit"] = "day-8"
    assert client.post(address(case, "conduction"), texts).status_code == 302
    assert not MotorConduction.objects.exists() and not SensoryConduction.objects.exists()


def test_only_the_rows_with_a_value_are_saved_and_the_rest_are_offered_again(client, case):
    texts = page_texts(client, case, "conduction")
    texts["motor_conduction-new3-amplitude_mv"] = "5.1"
    texts["motor_conduction-new6-side"] = "left"  # the user changed a row of the template
    assert client.post(address(case, "conduction"), texts).status_code == 302
    saved = MotorConduction.objects.order_by("position")
    assert [(row.nerve, row.side, row.visit.key) for row in saved] == [
        ("ulnar", "right", "day-1"),
        ("tibial", "left", "day-1"),
    ]
    offered = page_texts(client, case, "conduction")
    assert "motor_conduction-new3-nerve" not in offered
    assert {"motor_conduction-new2-nerve", "motor_conduction-new6-nerve"} <= set(offered)
    offered["motor_conduction-new4-amplitude_mv"] = "4"
    client.post(address(case, "conduction"), offered)
    assert [row.nerve for row in saved.all()] == ["ulnar", "tibial", "ulnar"]


def test_added_rows_are_blank_and_do_not_repeat_the_template(client, case):
    texts = page_texts(client, case, "conduction") | {"add": "motor_conduction"}
    context = client.post(address(case, "conduction"), texts).context
    names = [form.row_name for form in context["page"].parts[0].forms]
    assert len(set(names)) == len(names) == 6 + 3 + 3
    assert [form.texts["nerve"] for form in context["page"].parts[0].forms[6:]] == [""] * 6


def test_a_draft_without_changes_is_not_kept(client, case):
    texts = page_texts(client, case, "signs")
    answer = client.post(reverse("patients:save-draft", args=[case.pk, "signs"]), texts)
    assert answer.json()["saved_at"] is None and not Draft.objects.exists()


def test_the_strength_grid_shows_the_movements_and_sides_of_the_template(client, case):
    grid = client.get(address(case, "strength")).context["page"].parts[0]
    assert len(grid.keys) == 20 and [label for label, _n in grid.sides] == ["left", "right"]
    narrower = client.get(f"{address(case, 'strength')}?set=leg_short&sides=left")
    grid = narrower.context["page"].parts[0]
    assert len(grid.keys) == 7 and [label for label, _n in grid.sides] == ["left"]


def test_rows_stay_in_place_when_one_of_them_is_saved(client, case):
    def shown():
        forms = client.get(address(case, "conduction")).context["page"].parts[0].forms
        return [(form.number, form.texts["nerve"], form.texts["side"]) for form in forms[:6]]

    before = shown()
    texts = page_texts(client, case, "conduction")
    texts["motor_conduction-new3-amplitude_mv"] = "5.1"
    client.post(address(case, "conduction"), texts)
    assert shown() == before
    texts = page_texts(client, case, "conduction")
    texts["motor_conduction-new2-amplitude_mv"] = "4"
    client.post(address(case, "conduction"), texts)
    assert shown() == before
    saved = MotorConduction.objects.order_by("position")
    assert [str(row.amplitude_mv) for row in saved] == ["4", "5.1"]

"""New rows take the visit and the side of the row above, and are saved only with more than that."""

import pytest
from django.urls import reverse

from patients.models import Draft, MotorConduction
from tests.factories import make_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(client):
    case = make_case()
    client.force_login(case.author)
    return case


def address(case, slug):
    return reverse("patients:edit-section", args=[case.pk, slug])


def page_texts(page):
    """Return {input name: text} of an entry page, as a browser would send it."""
    texts = {}
    for part in page.parts:
        texts[f"{part.prefix}-rows"] = part.row_numbers
        for form in part.forms:
            texts |= {f"{form.prefix}-{name}": text for name, text in form.texts.items()}
    return texts


def new_rows(page, number=0):
    """Return (visit, side) of the new rows of a part."""
    forms = [form for form in page.parts[number].forms if not form.is_stored]
    return [(form.texts["visit"], form.texts.get("side")) for form in forms]


def test_blank_rows_show_the_visit_and_the_side_of_the_row_above(client, case):
    page = client.get(address(case, "conduction")).context["page"]
    assert new_rows(page) == [("on-admission", "left")] * 3
    assert new_rows(page, 1) == [("on-admission", "right")] * 3


def test_added_rows_take_what_was_typed_above(client, case):
    texts = page_texts(client.get(address(case, "conduction")).context["page"])
    texts |= {
        "motor_conduction-new2-visit": "later",
        "motor_conduction-new2-side": "right",
        "motor_conduction-new3-visit": "later",
        "motor_conduction-new3-side": "right",
        "add": "motor_conduction",
    }
    page = client.post(address(case, "conduction"), texts).context["page"]
    assert new_rows(page) == [("on-admission", "left")] + [("later", "right")] * 5


def test_rows_with_only_a_visit_and_a_side_are_not_saved(client, case):
    texts = page_texts(client.get(address(case, "conduction")).context["page"])
    answer = client.post(reverse("patients:save-draft", args=[case.pk, "conduction"]), texts)
    assert answer.json()["saved_at"] is None and not Draft.objects.exists()
    texts["motor_conduction-new2-nerve"] = "tibial"
    assert client.post(address(case, "conduction"), texts).status_code == 302
    added = MotorConduction.objects.order_by("position").last()
    assert MotorConduction.objects.count() == 2
    assert (added.nerve, added.side, added.visit.key) == ("tibial", "left", "on-admission")


def test_tables_that_show_no_visit_do_not_repeat_the_side(client, case):
    page = client.get(address(case, "symptoms")).context["page"]
    forms = [form for form in page.parts[0].forms if not form.is_stored]
    assert [form.texts["side"] for form in forms] == ["not_stated"] * 3

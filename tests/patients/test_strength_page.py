"""The strength page: which rows, sides and visits it shows while a case is being entered."""

import pytest
from django.urls import reverse

from patients.models import Draft, Visit
from tests.factories import make_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(client):
    """Return a draft without visits and grades, whose author is signed in."""
    document = {"schema": "caserecord/1", "case": {"title": "New"}, "patient": {"code": "P-1"}}
    case = make_case(document=document)
    client.force_login(case.author)
    return case


def address(case, slug, name="edit-section"):
    return reverse(f"patients:{name}", args=[case.pk, slug])


def grade_inputs(client, case):
    """Return {input name: text} of the cells of the strength page."""
    grid = client.get(address(case, "strength")).context["page"].parts[0]
    return {cell.name: cell.text for row in grid.rows() for cell in row.cells}


def test_grades_typed_before_the_first_visit_stay_when_a_visit_is_added(client, case):
    texts = grade_inputs(client, case) | {"strength-movement.hip_flexion-left-": "3-"}
    client.post(address(case, "strength", "save-draft"), texts)
    Visit.objects.create(case=case, key="later", label="Later")
    assert grade_inputs(client, case)["strength-movement.hip_flexion-left-"] == "3-"
    assert Draft.objects.filter(case=case).exists()


def test_grades_typed_for_a_visit_that_was_deleted_are_shown(client, case):
    visit = Visit.objects.create(case=case, key="later", label="Later")
    texts = grade_inputs(client, case) | {
        "strength-movement.hip_flexion-left-later": "3-",
        "strength-new1": "Soleus",
        "strength-new1-left-later": "4",
        "strength-new2-left-later": "3",  # a row without a name
    }
    client.post(address(case, "strength", "save-draft"), texts)
    visit.delete()
    grid = client.get(address(case, "strength")).context["page"].parts[0]
    shown = {cell.label: cell.text for row in grid.rows() for cell in row.cells if cell.text}
    wanted = {
        "Hip flexor, left, deleted visit (later)": "3-",
        "Soleus, left, deleted visit (later)": "4",
    }
    assert wanted.items() <= shown.items()
    assert Draft.objects.filter(case=case).exists()


def test_the_rows_and_sides_of_the_grid_stay_after_saving_and_in_a_draft(client, case):
    page = client.get(address(case, "strength"))
    before = grade_inputs(client, case)
    assert len({name.rsplit("-left-")[0] for name in before if "-left-" in name}) > 10
    one = next(name for name in before if "hip_flexion-right" in name)
    texts = before | {one: "3-", "base_version": str(case.version)}
    client.post(address(case, "strength", "save-draft"), texts)
    assert set(grade_inputs(client, case)) == set(before)
    action = page.context["page"].query
    after = client.post(address(case, "strength") + action, texts, follow=True)
    cells = {c.name for row in after.context["page"].parts[0].rows() for c in row.cells}
    assert set(before) == cells


def test_other_rows_and_sides_keep_what_was_typed(client, case):
    """The button is one of the page's form, so that it works without scripts."""
    texts = grade_inputs(client, case)
    one = next(name for name in texts if "hip_flexion-right" in name)
    chosen = {"add": "choice", "set": "arm", "sides": "left"}
    page = client.post(address(case, "strength"), texts | {one: "3-"} | chosen)
    html = page.content.decode()
    form = html[html.index('id="entry"') :]
    assert 'name="set"' in form and 'name="add" value="choice"' in form
    assert page.status_code == 200 and page.context["page"].query == "?set=arm&sides=left"
    shown = {c.name: c.text for row in page.context["page"].parts[0].rows() for c in row.cells}
    assert shown[one] == "3-" and not case.versions.filter(number=2).exists()
    assert any("elbow_flexion-left" in name for name in shown)
    assert not any("knee_extension" in name for name in shown)
    unchosen = chosen | {"set": "all", "add": "strength"}  # a choice counts once it is shown
    again = client.post(address(case, "strength") + "?set=arm&sides=left", shown | unchosen)
    assert again.context["page"].query == "?set=arm&sides=left"

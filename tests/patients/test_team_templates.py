"""A team's own case templates: copy, edit, use, delete and restore."""

import pytest
from django.urls import reverse

from patients.catalogue.case_templates import TEMPLATES, read_template
from patients.entry.case_templates import content_of, template_parts
from patients.models import Case, Role, TeamTemplate
from tests.factories import make_team, make_template, make_user

pytestmark = pytest.mark.django_db
NEW = reverse("patients:create-case")


@pytest.fixture
def user(client):
    user = make_user(team=make_team())
    client.force_login(user)
    return user


@pytest.fixture
def team(user):
    return user.teams.get()


def url(name, team, *pks):
    return reverse(f"caserecords:{name}", args=[team.pk, *pks])


def page_texts(client, team, template):
    """Return {input name: text} of the template's page, as a browser would send it."""
    context = client.get(url("edit-template", team, template.pk)).context
    form = context["form"]
    texts = {name: form[name].value() for name in form.fields}
    texts["changed"] = template.changed.isoformat()
    for part in context["parts"]:
        for row in part.forms:
            names = (*part.table.columns, "delete")
            texts |= {f"{row.prefix}-{name}": row.texts[name] for name in names}
    return texts


def create_case(client, team, template):
    texts = {"title": "Weakness", "sex": "male", "index": "Admission", "team": team.pk}
    response = client.post(f"{NEW}?template=team-{template.pk}", texts | {"visits": "Day 1"})
    assert response.status_code == 302
    return Case.objects.get()


def nerves(client, case):
    page = client.get(reverse("patients:edit-section", args=[case.pk, "conduction"]))
    return [form.texts["nerve"] for form in page.context["page"].parts[0].forms if form.is_offered]


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_copy_of_a_built_in_template_has_all_its_rows(name):
    content = content_of(TEMPLATES[name])
    rows = {}
    for part in template_parts(content):
        for form in part.forms:
            if form.is_included:
                values = {column: form.row.__dict__[column] for column in part.table.columns}
                kept = {k: v for k, v in values.items() if v not in ("", "not_stated")}
                rows.setdefault(part.table.key, []).append(kept)
    assert rows == {key: list(values) for key, values in TEMPLATES[name].rows.items()}
    label = {"label": TEMPLATES[name].label}
    assert read_template(name, label | content) == TEMPLATES[name]


def test_copy_and_edit_renames_it_and_changes_its_rows(client, team):
    response = client.post(url("copy-template", team), {"source": "als"})
    stored = TeamTemplate.objects.get()
    assert response.url == url("edit-template", team, stored.pk)
    texts = page_texts(client, team, stored)
    texts |= {
        "label": "Motor neurone clinic",
        "visits": "Baseline; 3 months;; Baseline",
        "strength": "arm",
        "sides": "left",
        "motor_conduction-new1-nerve": "Tibial",
        "motor_conduction-new2-delete": "on",
        "needle_emg-new90-muscle": "a rare muscle",
    }
    assert client.post(url("edit-template", team, stored.pk), texts).status_code == 302
    stored.refresh_from_db()
    assert stored.label == "Motor neurone clinic"
    before, after = content_of(TEMPLATES["als"]), stored.content
    assert after["visits"] == ["Baseline", "3 months"]
    assert (after["strength"], after["sides"]) == ("arm", "left")
    changed = before["motor_conduction"][0] | {"nerve": "tibial"}
    assert after["motor_conduction"] == [changed, *before["motor_conduction"][2:]]
    assert after["needle_emg"] == [*before["needle_emg"], {"muscle": "text:a rare muscle"}]
    assert after["signs"] == before["signs"] and after["scales"] == before["scales"]


def test_the_team_uses_its_template_and_cases_keep_its_rows_when_it_is_deleted(client, team, user):
    template = make_template(team, user)
    listed = client.get(reverse("patients:list-templates")).content.decode()
    assert f"{NEW}?template=team-{template.pk}" in listed and f"{NEW}?template=als" in listed
    case = create_case(client, team, template)
    assert case.template == f"team-{template.pk}"
    before = nerves(client, case)
    assert len(before) == len(template.content["motor_conduction"])
    client.post(url("delete-template", team, template.pk))
    assert nerves(client, case) == before
    assert client.get(f"{NEW}?template=team-{template.pk}").status_code == 404
    assert client.get(url("edit-template", team, template.pk)).status_code == 404
    client.post(url("restore-template", team, template.pk))
    assert client.get(f"{NEW}?template=team-{template.pk}").status_code == 200


def test_a_name_is_used_once(client, team, user):
    for number in (1, 2, 3):
        client.post(url("copy-template", team), {"source": "als"})
        assert TeamTemplate.objects.count() == number
    first, second, _third = TeamTemplate.objects.order_by("pk")
    assert second.label == f"{first.label} 2"
    texts = page_texts(client, team, second) | {"label": first.label}
    response = client.post(url("edit-template", team, second.pk), texts)
    assert response.status_code == 422 and "already has a template" in response.content.decode()
    client.post(url("delete-template", team, first.pk))
    texts["changed"] = ""
    assert client.post(url("edit-template", team, second.pk), texts).status_code == 302
    page = client.post(url("restore-template", team, first.pk), follow=True).content.decode()
    assert "Rename that one first" in page
    first.refresh_from_db()
    assert first.deleted


def test_bad_rows_are_named_and_nothing_is_saved(client, team, user):
    template = make_template(team, user)
    texts = page_texts(client, team, template) | {"motor_conduction-new1-nerve": "", "label": "New"}
    response = client.post(url("edit-template", team, template.pk), texts)
    assert response.status_code == 422
    html = response.content.decode()
    assert "Motor conduction, row 1 (" in html and "nerve: Enter the nerve." in html
    texts["strength"] = "nothing"
    assert client.post(url("edit-template", team, template.pk), texts).status_code == 422
    template.refresh_from_db()
    assert template.label == TEMPLATES["als"].label


def test_rows_are_added_without_saving(client, team, user):
    template = make_template(team, user)
    texts = page_texts(client, team, template) | {"add": "scales", "label": "Changed"}
    response = client.post(url("edit-template", team, template.pk), texts)
    scales = next(part for part in response.context["parts"] if part.table.key == "scales")
    assert response.status_code == 200 and len(scales.forms) == 2 + 3 + 3
    template.refresh_from_db()
    assert template.label != "Changed"


def test_two_people_do_not_overwrite_each_other_unknowingly(client, team, user):
    template = make_template(team, user)
    texts = page_texts(client, team, template)
    client.post(url("edit-template", team, template.pk), texts | {"label": "Mine"})
    response = client.post(url("edit-template", team, template.pk), texts | {"label": "Theirs"})
    assert response.status_code == 422
    assert "changed this template after you opened it" in response.content.decode()
    template.refresh_from_db()
    assert template.label == "Mine"


@pytest.mark.parametrize("role", [Role.READER, Role.REVIEWER])
def test_other_members_read_and_outsiders_see_nothing(client, team, user, role):
    template = make_template(team, user)
    client.force_login(make_user(team=team, role=role))
    for page in (url("list-team-templates", team), url("edit-template", team, template.pk)):
        html = client.get(page).content.decode().split("<main")[1]
        assert "Save template" not in html and "Copy and edit" not in html
    for name in ("edit-template", "delete-template", "restore-template"):
        assert client.post(url(name, team, template.pk)).status_code == 403
    assert client.post(url("copy-template", team), {"source": "als"}).status_code == 403
    outsider = make_user(team=make_team())
    client.force_login(outsider)
    for page in (url("list-team-templates", team), url("edit-template", team, template.pk)):
        assert client.get(page).status_code == 404
    assert client.get(f"{NEW}?template=team-{template.pk}").status_code == 404
    own = outsider.teams.get()
    stolen = client.post(url("copy-template", own), {"source": f"team-{template.pk}"})
    assert stolen.status_code == 404 and TeamTemplate.objects.count() == 1
    assert client.get(url("edit-template", own, template.pk)).status_code == 404


@pytest.mark.parametrize("id", ["", "nothing", "team-", "team-999999999999999999", "team-x", "\0"])
def test_unknown_templates_are_404(client, team, user, id):
    assert client.get(NEW, {"template": id}).status_code == 404
    assert client.post(url("copy-template", team), {"source": id}).status_code == 404

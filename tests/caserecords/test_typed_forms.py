"""All forms in which users type: they name their user, and take effect only for what is sent."""

import json
import re
from html.parser import HTMLParser

import pytest
from django.apps import apps
from django.core import serializers
from django.urls import reverse

from imaging.models import Annotation, Figure, SliceLevel
from patients.models import AccessLog, SentRequest, Visit
from patients.versions.saving import save_version
from tests.pages import PAGES, address, rich_case

pytestmark = pytest.mark.django_db

BUTTONS = ("hidden", "submit", "button", "reset")
ACTIONS = {"change status"}  # sending the form is the change; the comment is optional
MARK = {"slice": "2", "kind": "arrowhead", "structure": "L5 nerve root", "side": "left"}
MARK |= {"colour": "red", "shape": "filled", "x": "4.5", "y": "6", "angle_degrees": "145"}
NOT_DATA = {AccessLog, SentRequest}


class Forms(HTMLParser):
    """The POST forms of a page, as (action, hidden fields, names of the fields to type in)."""

    def __init__(self, html):
        super().__init__()
        self.found, self.form, self.by_id = [], None, {}
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "form":
            self.form = (attrs.get("action", ""), {}, set())
            self.by_id[attrs.get("id")] = self.form
            if attrs.get("method") == "post":
                self.found.append(self.form)
        form = self.by_id.get(attrs["form"]) if "form" in attrs else self.form
        if form is None or not attrs.get("name"):
            return
        kind = attrs.get("type", "text") if tag == "input" else tag
        if kind == "hidden":
            form[1][attrs["name"]] = attrs.get("value", "")
        elif tag in ("input", "select", "textarea") and kind not in BUTTONS:
            form[2].add(attrs["name"])

    def handle_endtag(self, tag):
        if tag == "form":
            self.form = None


def typed_forms(html):
    return [form for form in Forms(html).found if form[2]]


def everything():
    """Return the stored rows of the site's own apps, without NOT_DATA, as serialised objects."""
    labels = ("patients", "imaging")
    models = [model for label in labels for model in apps.get_app_config(label).get_models()]
    rows = [
        row for model in models if model not in NOT_DATA for row in model.objects.order_by("pk")
    ]
    return json.loads(serializers.serialize("json", rows))


@pytest.fixture
def case(client, settings):
    settings.PATIENT_IDENTIFIERS = True
    case = rich_case()
    client.force_login(case.author)
    return case


@pytest.mark.any_database
def test_a_form_names_its_user_and_changes_nothing_without_its_fields(client, case):
    """Every page is covered, so a new form cannot be forgotten."""
    client.post(
        reverse("caserecords:edit-identity", args=[case.pk]),
        {"name": "Jane Doe", "record_number": "17", "birth_date": "1950-02-03"},
    )
    client.post(
        reverse("caserecords:edit-people", args=[case.pk]),
        {
            "save": "1",
            "co_authors": [user.pk for user in case.team.members.exclude(pk=case.author_id)],
        },
    )
    case.studies.update(visit=Visit.objects.filter(case=case).first())
    slice_level = {"sop_instance_uid": case.instances.first().sop_instance_uid, "level": "l5_s1"}
    SliceLevel.objects.create(case=case, position=0, **slice_level)
    policy = reverse("imaging:edit-policy", args=[case.team_id])
    client.post(policy, {"quota_mb": "70"})
    save_version(case, case.author)
    case.refresh_from_db()
    before, seen = everything(), 0
    for name in [*PAGES, policy]:
        page = policy if name == policy else address(name, case)
        for action, hidden, _typed in typed_forms(client.get(page).content.decode()):
            seen += 1
            assert hidden.get("opened_by") == str(case.author_id), (name, action)
            if name not in ACTIONS:
                client.post(action or page, hidden)
            assert everything() == before, (name, action)
    assert seen > 40


def test_a_double_click_creates_one(client, case):
    series = case.series.first()
    viewer = client.get(reverse("imaging:show-series", args=[case.pk, series.pk])).content.decode()
    images = client.get(reverse("imaging:list-series", args=[case.pk])).content.decode()
    adding = {action: hidden for action, hidden, _typed in Forms(viewer + images).found}
    for name, model, texts in [
        ("add-figure", Figure, {}),
        ("add-annotation", Annotation, MARK),
    ]:
        url = next(
            action for action in adding if re.search(name.replace("add-", "") + "s/$", action)
        )
        before, sent = model.objects.count(), adding[url] | texts
        answers = [client.post(url, sent) for _click in range(2)]
        assert [answer.status_code for answer in answers] == [302, 302]
        assert answers[0].url == answers[1].url
        assert model.objects.count() == before + 1
        client.post(url, sent | {"label": "another"})  # changed after going back in the browser
        assert model.objects.count() == before + 2

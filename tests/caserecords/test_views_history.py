"""The versions of a case and the changes in each."""

import json

import pytest
from django.urls import reverse

from caserecords.pages import cases
from patients.actions.importing import replace_case
from patients.versions.reading import served_text
from tests.factories import make_case, make_team, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    case = make_case()
    document = json.loads(served_text(case.versions.get()))
    document["strength"][-1]["grade"] = "4-"
    replace_case(case, document, case.author, "A grade mended")
    case.refresh_from_db()
    return case


def get(client, case, name, *args, user=None, **data):
    client.force_login(user or case.author)
    return client.get(reverse(f"caserecords:{name}", args=[case.pk, *args]), data)


def test_history_lists_versions_newest_first(client, case):
    answer = get(client, case, "list-versions")
    assert [version.number for version in answer.context["versions"]] == [2, 1]
    page = answer.content.decode()
    assert "A grade mended" in page
    assert case.versions.get(number=2).chain_hash[:12] in page


def test_history_is_paginated_by_number(client, case, monkeypatch):
    monkeypatch.setattr(cases, "VERSIONS", 1)
    assert get(client, case, "list-versions").context["before"] == 2
    older = get(client, case, "list-versions", before="2").context
    assert [version.number for version in older["versions"]] == [1]
    assert get(client, case, "list-versions", before="x").status_code == 200


def test_history_loads_no_document(client, case, django_assert_max_num_queries):
    client.force_login(case.author)
    client.get("/healthz")  # updates the session's last-activity time
    with django_assert_max_num_queries(8):
        client.get(reverse("caserecords:list-versions", args=[case.pk]))


def test_a_version_lists_its_changes(client, case):
    page = get(client, case, "show-version", 2).content.decode()
    assert "strength · Ankle dorsiflexor, left, 3 months later · grade" in page
    assert "<del>4</del>" in page
    assert "<ins>4−</ins>" in page


def test_the_first_version_has_no_differences(client, case):
    page = get(client, case, "show-version", 1).content.decode()
    assert "This is the first version" in page


@pytest.mark.parametrize("number", [0, 3, 10**30])
def test_an_unknown_version_is_404(client, case, number):
    assert get(client, case, "show-version", number).status_code == 404


@pytest.mark.parametrize(("name", "args"), [("list-versions", []), ("show-version", [1])])
def test_user_outside_the_team_gets_404(client, case, name, args):
    stranger = make_user("stranger", make_team())
    assert get(client, case, name, *args, user=stranger).status_code == 404


@pytest.mark.parametrize(("name", "args"), [("list-versions", []), ("show-version", [2])])
def test_reader_can_see_the_history(client, case, name, args):
    reader = make_user("reader", case.team, "reader")
    assert get(client, case, name, *args, user=reader).status_code == 200

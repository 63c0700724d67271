"""Error pages explain what went wrong without leaking details."""

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from tests.api import assert_problem
from tests.factories import make_case, make_user

pytestmark = pytest.mark.django_db


def test_an_unknown_address_is_explained_to_anybody(client):
    answer = client.get("/nowhere/")
    assert answer.status_code == 404
    assert "There is nothing here" in answer.content.decode()
    assert "nowhere" not in answer.content.decode()


def test_a_refusal_gives_its_reason(client):
    case = make_case()
    client.force_login(make_user("reader", case.team, "reader"))
    answer = client.get(reverse("caserecords:change-status", args=[case.pk]), {"step": "submit"})
    assert answer.status_code == 403
    assert "You cannot do this" in answer.content.decode()


def test_a_form_without_its_token_is_explained():
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user("author"))
    answer = client.post(reverse("logout"))
    assert answer.status_code == 403
    assert "The form was not taken" in answer.content.decode()


@pytest.mark.parametrize("name", ["400.html", "500.html"])
def test_the_last_resort_needs_no_request(name, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert "Go to the cases" in render_to_string(name)


def test_a_failure_of_ours_leaks_nothing(client, monkeypatch):
    client.raise_request_exception = False
    client.force_login(make_user("author"))
    monkeypatch.setattr("caserecords.pages.cases.page_of", lambda cases, cursor: 1 / 0)
    answer = client.get("/")
    assert answer.status_code == 500
    assert "Something broke on our side" in answer.content.decode()
    assert "ZeroDivision" not in answer.content.decode()


def test_pages_hold_no_inline_script_or_style(client):
    case = make_case()
    client.force_login(case.author)
    for url in ("/", f"/cases/{case.pk}/", f"/cases/{case.pk}/history/", "/review/"):
        answer = client.get(url)
        page = answer.content.decode()
        assert " style=" not in page
        assert "<script>" not in page
        assert "unsafe" not in answer["Content-Security-Policy"]


@pytest.mark.parametrize(
    "url", ["/", "/review/", "/accounts/login/", "/nowhere/", "/api/v1/series/", "/api/v1/x/"]
)
def test_no_page_is_kept_by_a_cache(client, url):
    client.force_login(make_user("author"))
    assert "no-store" in client.get(url)["Cache-Control"]


def test_the_api_tells_of_its_failures_as_problems(client, monkeypatch):
    client.raise_request_exception = False
    client.force_login(make_user("author"))
    monkeypatch.setattr("patients.api.cases.select_cases", lambda *args: 1 / 0)
    assert "ZeroDivision" not in str(assert_problem(client.get("/api/v1/cases/"), 500))
    elsewhere = client.get("/api/v1/cases/", headers={"host": "evil.example"})
    assert "evil" not in str(assert_problem(elsewhere, 400))

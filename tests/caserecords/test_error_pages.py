"""Error pages explain what went wrong without revealing internal details."""

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from tests.api import assert_problem
from tests.factories import make_case, make_user

pytestmark = pytest.mark.django_db


def test_an_unknown_url_is_explained_to_everyone(client):
    answer = client.get("/nowhere/")
    assert answer.status_code == 404
    assert "Page not found" in answer.content.decode()
    assert "nowhere" not in answer.content.decode()


def test_a_403_page_shows_the_reason(client):
    case = make_case()
    client.force_login(make_user("reader", case.team, "reader"))
    answer = client.get(reverse("caserecords:change-status", args=[case.pk]), {"step": "submit"})
    assert answer.status_code == 403
    assert "You do not have permission to do this" in answer.content.decode()


def test_a_missing_csrf_token_is_explained():
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user("author"))
    answer = client.post(reverse("logout"))
    assert answer.status_code == 403
    assert "The form was not submitted" in answer.content.decode()


@pytest.mark.parametrize("name", ["400.html", "500.html"])
def test_the_500_page_renders_without_a_request(name, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert "Go to cases" in render_to_string(name)


def test_a_server_error_leaks_no_details(client, monkeypatch):
    client.raise_request_exception = False
    client.force_login(make_user("author"))
    monkeypatch.setattr("caserecords.pages.work_list.select_cases", lambda *args: 1 / 0)
    answer = client.get("/")
    assert answer.status_code == 500
    assert "An error occurred on the server" in answer.content.decode()
    assert "ZeroDivision" not in answer.content.decode()


def test_pages_have_no_inline_scripts_or_styles(client):
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
def test_pages_are_not_cached(client, url):
    client.force_login(make_user("author"))
    assert "no-store" in client.get(url)["Cache-Control"]


def test_api_errors_are_problem_details(client, monkeypatch):
    client.raise_request_exception = False
    client.force_login(make_user("author"))
    monkeypatch.setattr("patients.api.cases.select_cases", lambda *args: 1 / 0)
    assert "ZeroDivision" not in str(assert_problem(client.get("/api/v1/cases/"), 500))
    elsewhere = client.get("/api/v1/cases/", headers={"host": "evil.example"})
    assert "evil" not in str(assert_problem(elsewhere, 400))

"""Sessions end after 15 idle minutes, and after 12 hours in any case."""

import pytest
from django.contrib.sessions.models import Session

from caserecords.middleware import sign_out
from tests.factories import make_case

pytestmark = pytest.mark.django_db
MINUTE, HOUR = 60, 3600


@pytest.fixture
def clock(monkeypatch):
    """The current time, as the only item of a list that tests can change."""
    now = [1_000_000.0]
    monkeypatch.setattr(sign_out.time, "time", lambda: now[0])
    return now


@pytest.fixture
def case(client, clock):
    case = make_case()
    client.force_login(case.author)
    assert client.get("/").status_code == 200
    return case


def test_idle_session_ends_on_the_server(client, clock, case):
    clock[0] += 15 * MINUTE
    kept = client.cookies.copy()
    assert client.get("/")["Location"] == "/accounts/login/?next=/"
    assert not Session.objects.exists()
    clock[0] -= 15 * MINUTE
    client.cookies = kept
    assert client.get("/").status_code == 302


def test_requests_and_autosaves_extend_the_session(client, clock, case):
    for _ in range(4):
        clock[0] += 14 * MINUTE
        address = f"/cases/{case.pk}/strength/draft/"
        assert client.post(address, {"base_version": "1"}).status_code == 200


def test_session_ends_after_12_hours(client, clock, case):
    for _ in range(12 * 6 - 1):
        clock[0] += 10 * MINUTE
        assert client.get("/").status_code == 200
    clock[0] += 10 * MINUTE
    assert client.get("/").status_code == 302


def test_expiry_applies_to_the_api(client, clock, case):
    clock[0] += 16 * MINUTE
    assert client.get("/api/v1/cases/").status_code == 401


def test_a_busy_page_writes_the_session_once(client, clock, case):
    before = client.session["seen_at"]
    clock[0] += 30
    client.get("/")
    assert client.session["seen_at"] == before
    clock[0] += 30
    client.get("/")
    assert client.session["seen_at"] == before + 60

"""The follow-up of a case over REST."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from patients.models import AccessLog, FollowUp, Role, Status
from tests.api import Caller, address_of, assert_problem
from tests.factories import make_case, make_team, make_user

pytestmark = pytest.mark.django_db
LATER = timezone.localdate() + timedelta(days=100)
DATA = {"due": LATER.isoformat(), "note": "Repeat EMG"}


@pytest.fixture
def team():
    return make_team()


@pytest.fixture
def author(team):
    return make_user("author", team)


@pytest.fixture
def case(author, team):
    return make_case(author, team, status=Status.APPROVED)


@pytest.fixture
def api(author):
    return Caller(author)


def address(case):
    return f"{address_of(case)}follow-up/"


def test_set_read_and_delete(api, case):
    assert_problem(api.get(address(case)), 404)
    answer = api.send("PUT", address(case), DATA)
    assert (answer.status_code, answer.json()) == (200, DATA)
    read = api.get(address(case))
    assert read.json() == DATA
    assert read["ETag"] == answer["ETag"]
    assert api.send("PUT", address(case), DATA).json() == DATA  # repeating it changes nothing
    assert api.delete(address(case)).status_code == 204
    assert_problem(api.get(address(case)), 404)
    assert_problem(api.delete(address(case)), 404)


def test_done(api, case):
    data = {"due": "2020-03-14", "note": "", "done": "2020-03-20"}
    assert api.send("PUT", address(case), data).json() == data
    assert FollowUp.objects.get().done == date(2020, 3, 20)
    assert api.get("/api/v1/cases/?follow-up=any").json()["results"] == []


@pytest.mark.parametrize(
    ("data", "path"),
    [
        ([], ""),
        ({}, "due"),
        ({"due": None}, "due"),
        ({"due": 20270314}, "due"),
        ({"due": "2020-01-01"}, "due"),
        ({"due": "3/4/2027"}, "due"),
        ({"due": "\ud800"}, "due"),
        (DATA | {"note": ["x"]}, "note"),
        (DATA | {"note": "x" * 201}, "note"),
        (DATA | {"note": "\0"}, "note"),
        (DATA | {"nota": "x"}, "nota"),
        (DATA | {"seen": "x"}, "seen"),
        (DATA | {"span": "1-year"}, "span"),
        (DATA | {"done": "2999-01-01"}, "done"),
    ],
)
def test_a_wrong_value_is_named_and_nothing_is_stored(api, case, data, path):
    problem = assert_problem(api.send("PUT", address(case), data), 400)
    assert path in [error["path"].partition("[")[0] for error in problem["errors"]] or not path
    assert not FollowUp.objects.exists()


def test_a_lone_surrogate_in_the_note_is_no_server_error(api, case):
    answer = api.send("PUT", address(case), b'{"due": "2030-01-01", "note": "\\ud800"}')
    assert answer.status_code == 400


def test_if_match_protects_a_newer_date(api, case):
    old = api.send("PUT", address(case), DATA)["ETag"]
    new = api.send("PUT", address(case), DATA | {"note": "Newer"}, if_match=old)
    assert new.status_code == 200
    assert_problem(api.send("PUT", address(case), DATA, if_match=old), 412)
    assert_problem(api.delete(address(case), headers={"if-match": old}), 412)
    assert api.get(address(case)).json()["note"] == "Newer"
    assert api.delete(address(case), headers={"if-match": new["ETag"]}).status_code == 204


def test_only_authors_change_it_and_outsiders_get_404(api, case, team):
    api.send("PUT", address(case), DATA)
    for role in Role.values:
        member = Caller(make_user(team=team, role=role))
        assert member.get(address(case)).json() == DATA
        assert_problem(member.send("PUT", address(case), DATA), 403)
        assert_problem(member.delete(address(case)), 403)
    stranger = Caller(make_user(team=make_team()))
    for answer in (
        stranger.get(address(case)),
        stranger.send("PUT", address(case), DATA),
        stranger.delete(address(case)),
    ):
        assert_problem(answer, 404)
    co_author = make_user()
    case.co_authors.add(co_author)
    assert Caller(co_author).send("PUT", address(case), DATA).status_code == 200


def test_a_read_only_token_cannot_change_it(author, case):
    assert_problem(Caller(author, read_only=True).send("PUT", address(case), DATA), 403)


def test_it_is_not_part_of_the_document_and_access_is_logged(api, case):
    before = api.get(address_of(case))
    api.send("PUT", address(case), DATA)
    after = api.get(address_of(case))
    assert (after["ETag"], after.content) == (before["ETag"], before.content)
    assert AccessLog.objects.filter(case=case, what=f"PUT {address(case)}").exists()

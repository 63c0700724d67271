"""The access log of a case."""

import pytest
from django.urls import reverse

from patients.models import AccessLog, Case, Role, Status
from patients.views import accesses
from tests.factories import make_case, make_team, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return make_case()


def url_of(case):
    return reverse("caserecords:list-accesses", args=[case.pk])


def get(client, case, user=None, **data):
    client.force_login(user or case.author)
    return client.get(url_of(case), data, REMOTE_ADDR="192.0.2.7")


def test_the_log_shows_user_request_and_address(client, case):
    reader = make_user("the.reader", case.team, Role.READER)
    client.force_login(reader)
    client.get(reverse("caserecords:show-report", args=[case.pk]), REMOTE_ADDR="192.0.2.9")
    page = get(client, case).content.decode()
    line = page[page.index("the.reader") :]
    assert f"GET /cases/{case.pk}/report/" in line and "192.0.2.9" in line
    assert page.index("192.0.2.7") < page.index("192.0.2.9"), "the newest access is not first"


def test_a_forged_header_does_not_change_the_logged_address(client, case):
    client.force_login(case.author)
    client.get(url_of(case), REMOTE_ADDR="192.0.2.7", HTTP_X_FORWARDED_FOR="203.0.113.5")
    assert set(AccessLog.objects.values_list("address", flat=True)) == {"192.0.2.7"}


def test_access_to_another_case_is_not_listed(client, case):
    other = make_case()
    AccessLog.objects.create(case=other, user=other.author, what="GET /elsewhere/")
    assert "/elsewhere/" not in get(client, case).content.decode()


def test_pages_by_key(client, case, monkeypatch):
    monkeypatch.setattr(accesses, "PAGE", 2)
    for number in range(4):
        AccessLog.objects.create(case=case, user=case.author, what=f"GET /{number}/")
    first = get(client, case).context
    assert [one.what for one in first["accesses"]][1:] == ["GET /3/"]
    older = get(client, case, before=first["before"]).context
    assert [one.what for one in older["accesses"]] == ["GET /2/", "GET /1/"]
    last = get(client, case, before=older["before"]).context
    assert ([one.what for one in last["accesses"]], last["before"]) == (["GET /0/"], None)


@pytest.mark.parametrize("before", ["x", "-1", "²", "9" * 30, "0"])
def test_an_invalid_position_is_ignored(client, case, before):
    assert get(client, case, before=before).status_code == 200


def test_the_number_of_queries_does_not_grow(client, case, django_assert_max_num_queries):
    for number in range(30):
        AccessLog.objects.create(case=case, user=make_user(), what=f"GET /{number}/")
    client.force_login(case.author)
    client.get("/healthz")  # updates the session's last-activity time
    with django_assert_max_num_queries(8):
        client.get(url_of(case))


def test_reviewers_and_co_authors_can_see_the_log(client, case):
    co_author = make_user("co_author")
    case.co_authors.add(co_author)
    reviewer = make_user("reviewer", case.team, Role.REVIEWER)
    Case.objects.filter(pk=case.pk).update(status=Status.APPROVED)
    for user in (co_author, reviewer):
        assert get(client, case, user).status_code == 200
        history = client.get(reverse("caserecords:list-versions", args=[case.pk]))
        assert url_of(case) in history.content.decode()


@pytest.mark.parametrize("role", [Role.CLINICIAN, Role.READER])
def test_other_members_get_403(client, case, role):
    member = make_user("member", case.team, role)
    make_team().memberships.create(user=member, role=Role.REVIEWER)  # a reviewer of another team
    assert get(client, case, member).status_code == 403
    history = client.get(reverse("caserecords:list-versions", args=[case.pk]))
    assert url_of(case) not in history.content.decode()


def test_user_outside_the_team_gets_404(client, case):
    assert get(client, case, make_user("stranger", make_team())).status_code == 404

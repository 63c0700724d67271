"""Archiving and unarchiving a case."""

import pytest
from django.urls import reverse

from patients.models import Case, Role, Status
from patients.versions.saving import broken_links
from tests.api import LIST, Caller, address_of, assert_problem
from tests.factories import make_case, make_team, make_user
from tests.pages import listed

pytestmark = pytest.mark.django_db
HOME = reverse("caserecords:home")


@pytest.fixture
def case(client):
    case = make_case(title="Weak leg")
    client.force_login(case.author)
    return case


def post(client, name, case):
    return client.post(reverse(f"caserecords:{name}", args=[case.pk]), follow=True)


def desk(client, case):
    return client.get(reverse("caserecords:show-case", args=[case.pk]))


@pytest.mark.parametrize("status", Status.values)
def test_an_archived_case_leaves_the_work_list_but_can_be_read(client, case, status):
    Case.objects.update(status=status)
    desk(client, case)  # now among the recent cases
    page = post(client, "archive-case", case)
    assert b"This case is archived." in page.content and b"Archived</span>" in page.content
    home = client.get(HOME)
    assert listed(home) == [] and home.context["groups"].are_empty
    assert not home.context["is_first"]
    assert listed(client.get(HOME, {"archived": "yes"})) == [case]
    assert client.get(reverse("caserecords:show-report", args=[case.pk])).status_code == 200


def test_an_archived_case_cannot_be_edited_until_it_is_unarchived(client, case):
    section = reverse("patients:edit-section", args=[case.pk, "symptoms"])
    post(client, "archive-case", case)
    page = client.get(section)
    assert page.status_code == 403 and b"Unarchive it" in page.content
    assert client.post(section, {"base_version": "1"}).status_code == 403
    status = reverse("caserecords:change-status", args=[case.pk])
    assert client.get(status, {"step": "submit"}).status_code == 403
    api = Caller(case.author)
    document = api.get(address_of(case)).json()
    assert_problem(api.send("PUT", address_of(case), document, if_match="*"), 403)
    post(client, "unarchive-case", case)
    assert client.get(section).status_code == 200
    assert listed(client.get(HOME)) == [case]


def test_archiving_is_logged_in_the_history(client, case):
    for name in ("archive-case", "archive-case", "unarchive-case", "unarchive-case"):
        post(client, name, case)
    comments = list(case.versions.order_by("number").values_list("comment", flat=True))
    assert comments == ["", "Archived", "Unarchived"]
    assert list(broken_links(Case.objects.get())) == []


def test_a_submitted_archived_case_does_not_await_review(client, case):
    reviewer = make_user("reviewer", case.team, Role.REVIEWER)
    Case.objects.update(status=Status.SUBMITTED)
    post(client, "archive-case", case)
    client.force_login(reviewer)
    page = client.get(reverse("caserecords:review"))
    assert listed(page, "waiting") == [] and client.get(HOME).context["groups"].waiting == []
    step = reverse("caserecords:change-status", args=[case.pk])
    assert client.post(step, {"step": "approve", "version": 2}).status_code == 403


def test_authors_and_reviewers_archive_but_readers_do_not(client, case):
    co_author, stranger = make_user(), make_user(team=make_team())
    case.co_authors.add(co_author)
    reader = make_user(team=case.team, role=Role.READER)
    reviewer = make_user(team=case.team, role=Role.REVIEWER)
    for user, status in ((reader, 403), (stranger, 404), (reviewer, 200), (co_author, 200)):
        client.force_login(user)
        assert post(client, "archive-case", case).status_code == status
        assert (Case.objects.get().archived is not None) == (status == 200)
        Case.objects.update(archived=None)
        if status != 404:
            assert (b"archive/" in desk(client, case).content) == (status == 200)


def test_the_api_and_its_export_list_archived_cases_and_say_so(client, case):
    api = Caller(case.author)
    assert api.put(f"{address_of(case)}archive/").json()["archived"] is True
    assert [row["archived"] for row in api.get(LIST).json()["results"]] == [True]
    assert b"".join(api.get(f"{LIST}export/").streaming_content)
    assert api.get(LIST, {"archived": "no"}).json()["results"] == []
    assert api.delete(f"{address_of(case)}archive/").json()["archived"] is False
    assert api.get(LIST, {"archived": "yes"}).json()["results"] == []


def test_the_work_lists_export_link_leaves_out_what_the_list_leaves_out(client, case):
    make_case(case.author, case.team, title="Other")
    post(client, "archive-case", case)
    page = client.get(HOME)
    lines = b"".join(client.get(page.context["export"]).streaming_content).splitlines()
    assert len(lines) == len(listed(page)) == 1


def test_a_search_says_that_archived_cases_are_not_listed(client, case):
    make_case(case.author, case.team, title="Other")
    post(client, "archive-case", case)
    assert b"Archived cases are not listed." in client.get(HOME, {"q": "weak"}).content
    page = client.get(HOME, {"q": "weak", "archived": "all"})
    assert case in listed(page) and b"Archived cases are not listed." not in page.content

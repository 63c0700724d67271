"""The work list, the review page, sign-in and the health check."""

from datetime import timedelta
from urllib.parse import quote, urlencode

import pytest
from django.urls import reverse
from django.utils import timezone

from caserecords.pages import case_list, cases
from patients.actions.review import STEPS, take_step
from patients.models import Case, Draft, Role, Status
from tests.factories import PASSWORD, make_case, make_team, make_user
from tests.pages import listed

pytestmark = pytest.mark.django_db
HOME = reverse("caserecords:home")
RETURNED_ON = ("show-case", "list-versions")  # also show the reason


@pytest.fixture
def team():
    return make_team()


@pytest.fixture
def author(team, client):
    user = make_user("author", team)
    client.force_login(user)
    return user


def test_home_lists_the_case_with_patient_diagnosis_and_change(client, author, team):
    case = make_case(author, team)
    page = client.get(HOME).content.decode()
    assert case.title in page
    assert "74 M" in page
    assert "L5 radiculopathy, left" in page
    assert "3 movements" in page
    assert "▲ 2 better" in page
    assert "= 1 same" in page


def test_empty_home_explains_what_to_do(client, author):
    page = client.get(HOME).content.decode()
    assert "No cases yet" in page
    assert "/cases/new/" in page


def test_user_outside_the_team_sees_no_case(client, team):
    case = make_case(team=team)
    client.force_login(make_user("stranger"))
    assert case.title not in client.get(HOME).content.decode()


def test_anonymous_user_is_redirected_to_sign_in(client):
    answer = client.get(HOME)
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("login"))


def test_filters_narrow_the_list(client, author, team):
    make_case(author, team, title="Alpha")
    make_case(author, team, title="Beta", status=Status.APPROVED)
    make_case(make_user(team=team), team, title="Gamma")
    assert titles(client, q="alp") == ["Alpha"]
    assert titles(client, status="approved") == ["Beta"]
    assert titles(client, mine="on") == ["Beta", "Alpha"]
    assert "No cases found" in client.get(HOME, {"q": "zzz"}).content.decode()


def test_groups_show_what_the_user_has_to_do(client, author, team):
    draft = make_case(author, team, title="Half done")
    Draft.objects.create(case=draft, user=author, section="symptoms", data="{}", base_version=1)
    returned = make_case(author, team, title="Not good enough", status=Status.SUBMITTED)
    reviewer = make_user("reviewer", team, Role.REVIEWER)
    take_step(returned, STEPS["return"], reviewer, "State the side of the reflex.\nAdd <CK>.")
    client.get(reverse("caserecords:show-case", args=[draft.pk]))
    answer = client.get(HOME)
    groups, page = answer.context["groups"], answer.content.decode()
    assert [item.line.case for item in groups.returned] == [returned]
    assert groups.returned[0].reason == "State the side of the reflex.\nAdd <CK>."
    assert "reviewer" in page
    pages = {reverse(f"caserecords:{name}", args=[returned.pk]) for name in RETURNED_ON}
    for shown in (page, *(client.get(one).content.decode() for one in pages)):
        assert "State the side of the reflex.<br>Add &lt;CK&gt;." in shown
    assert [item.line.case for item in groups.drafts] == [draft]
    assert "Unsaved changes in Symptoms" in page
    assert "8 of 18 sections" in page
    assert [item.line.case for item in groups.recent] == [draft]
    assert groups.waiting is None
    take_step(returned, STEPS["submit"], author)
    assert client.get(HOME).context["groups"].returned == []


def test_other_authors_drafts_are_not_mine(client, author, team):
    make_case(make_user(team=team), team)
    groups = client.get(HOME).context["groups"]
    assert (groups.drafts, groups.returned, groups.recent) == ([], [], [])


def test_a_reader_is_not_offered_to_create_a_case(client, author, team):
    make_case(author, team)
    client.force_login(make_user("reader", team, Role.READER))
    assert "/cases/new/" not in client.get(HOME).content.decode()
    client.force_login(make_user("first reader", make_team(), Role.READER))
    page = client.get(HOME).content.decode()
    assert "No cases yet" in page
    assert "/cases/new/" not in page


def test_case_that_is_no_longer_visible_is_not_recent(client, author, team):
    case = make_case(author, team)
    guest = make_user("guest", team, Role.READER)
    client.force_login(guest)
    client.get(reverse("caserecords:show-case", args=[case.pk]))
    assert len(client.get(HOME).context["groups"].recent) == 1
    guest.memberships.all().delete()
    assert case.title not in client.get(HOME).content.decode()


def titles(client, **data):
    return [case.title for case in listed(client.get(HOME, data))]


def test_an_unknown_status_is_reported_and_ignored(client, author, team):
    make_case(author, team)
    answer = client.get(HOME, {"status": "lost"})
    assert answer.status_code == 400
    assert "lost is not one of the available choices" in answer.content.decode()
    assert len(answer.context["cases"]) == 1


def test_pages_have_no_gaps_or_duplicates(client, author, team, monkeypatch):
    monkeypatch.setattr(case_list, "PAGE", 2)
    for number in range(5):
        make_case(author, team, title=f"Case {number}")
    Case.objects.update(updated=timezone.now() - timedelta(days=1))  # all updated at the same time
    seen, after = [], ""
    while after is not None:
        page = client.get(HOME, {"after": after})
        seen += [case.pk for case in listed(page)]
        after = page.context["after"]
    assert len(seen) == len(set(seen)) == 5


@pytest.mark.parametrize(
    "after",
    [
        "x",
        "2026-01-01_1",
        "2026-01-01T00:00:00_" + "0" * 32,
        "0001-01-01T00:00:00+14:00_" + "0" * 32,
        "9999-12-31T23:59:59-14:00_" + "0" * 32,
    ],
)
def test_an_invalid_cursor_is_404(client, author, after):
    assert client.get(HOME, {"after": after}).status_code == 404


def test_home_needs_the_same_queries_for_one_case_and_many(
    client, author, team, django_assert_num_queries
):
    make_case(author, team)
    client.get("/healthz")  # updates the session's last-activity time
    with django_assert_num_queries(12):
        client.get(HOME)
    for _number in range(4):
        make_case(author, team)
    client.get("/healthz")  # may update the session's last-activity time again
    with django_assert_num_queries(12):
        client.get(HOME)


def test_reviewer_sees_submitted_cases_on_home_and_desk(client, author, team):
    waiting = make_case(author, team, title="Waits", status=Status.SUBMITTED)
    make_case(author, team, title="Not yet")
    approved = make_case(author, team, title="Done", status=Status.APPROVED)
    client.force_login(make_user("reviewer", team, Role.REVIEWER))
    groups = client.get(HOME).context["groups"]
    assert [item.line.case for item in groups.waiting] == [waiting]
    desk = client.get(reverse("caserecords:review"))
    assert listed(desk, "waiting") == [waiting]
    assert listed(desk, "approved") == [approved]
    assert '<span class="count">1</span>' in desk.content.decode()


def test_all_submitted_cases_are_on_some_page(client, author, team, monkeypatch):
    monkeypatch.setattr(case_list, "PAGE", 2)
    made = [make_case(author, team, status=Status.SUBMITTED).pk for _number in range(5)]
    client.force_login(make_user("reviewer", team, Role.REVIEWER))
    seen, address = [], reverse("caserecords:review")
    while address:
        page = client.get(address)
        seen += [case.pk for case in listed(page, "waiting")]
        after = page.context["after"]
        address = after and f"{reverse('caserecords:review')}?{urlencode({'after': after})}"
        assert not after or f"after={quote(after)}" in page.content.decode()
    assert sorted(seen) == sorted(made)


def test_review_is_empty_for_users_outside_the_team(client, author, team):
    make_case(author, team, status=Status.SUBMITTED)
    client.force_login(make_user("stranger", make_team(), Role.REVIEWER))
    context = client.get(reverse("caserecords:review")).context
    assert (context["waiting"], context["approved"]) == ([], [])


def test_sign_in_leads_home_and_sign_out_needs_a_post(client, author):
    client.logout()
    answer = client.post(reverse("login"), {"username": "author", "password": PASSWORD})
    assert answer.url == HOME
    assert client.get(reverse("logout")).status_code == 405
    assert client.post(reverse("logout")).status_code == 302
    assert client.get(HOME).status_code == 302


def test_a_wrong_password_and_an_unknown_user_get_the_same_response(client, author):
    client.logout()
    pages = [
        client.post(reverse("login"), {"username": name, "password": "wrong"})
        for name in ("author", "nobody")
    ]
    errors = [page.context["form"].non_field_errors() for page in pages]
    assert errors[0]
    assert errors[0] == errors[1]


def test_ten_failures_lock_the_sign_in(client, author):
    client.logout()
    for _number in range(10):
        answer = client.post(reverse("login"), {"username": "author", "password": "wrong"})
    assert answer.status_code == 429
    assert "Sign-in is locked for 15 minutes" in answer.content.decode()
    answer = client.post(
        reverse("login"),
        {"username": "author", "password": PASSWORD},
        headers={"X-Forwarded-For": "198.51.100.7"},
    )
    assert answer.status_code == 429


def test_health_needs_no_sign_in(client):
    answer = client.get(reverse("caserecords:healthz"))
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_health_reports_an_unavailable_database(client, monkeypatch):
    def fail():
        raise cases.DatabaseError

    monkeypatch.setattr(cases.connection, "cursor", fail)
    assert client.get(reverse("caserecords:healthz")).status_code == 503


def test_cases_of_other_teams_are_listed_only_for_their_authors(client, author, team):
    own = make_case(author, team, title="Written before leaving")
    shared = make_case(make_user(team=team), team, title="Shared with me")
    make_case(make_user(team=team), team, title="Not mine")
    shared.co_authors.add(author)
    author.memberships.all().delete()
    assert listed(client.get(HOME)) == [shared, own]
    shared.co_authors.remove(author)
    assert listed(client.get(HOME)) == [own]
    Case.objects.filter(pk=own.pk).update(author=make_user())
    assert listed(client.get(HOME)) == []


def test_a_search_shows_its_results_and_not_the_tasks(client, author, team):
    make_case(author, team, title="Weak hand")
    assert 'class="work-groups"' in client.get(HOME).content.decode()
    page = client.get(HOME, {"q": "hand"}).content.decode()
    assert "Weak hand" in page and 'class="work-groups"' not in page


def test_a_user_without_a_team_is_told_so(client, author):
    client.force_login(make_user("nobody"))
    assert "You are not in a team yet." in client.get(HOME).content.decode()

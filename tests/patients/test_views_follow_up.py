"""The follow-up of a case: setting, changing and finishing it, undo, and the list of follow-ups."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from patients.actions.deleting import erase_case
from patients.forms.follow_up import day_after
from patients.models import AccessLog, FollowUp, Role, Status
from tests.factories import make_case, make_team, make_user

pytestmark = pytest.mark.django_db
LIST = reverse("patients:list-follow-ups")
HOME = reverse("caserecords:home")
TODAY = date(2026, 11, 30)


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda: TODAY)


@pytest.fixture
def team():
    return make_team()


@pytest.fixture
def author(team, client):
    user = make_user("author", team)
    client.force_login(user)
    return user


@pytest.fixture
def case(author, team):
    return make_case(author, team)


def address(case, name="edit"):
    return reverse(f"patients:{name}-follow-up", args=[case.pk])


def case_page(client, case):
    return client.get(reverse("caserecords:show-case", args=[case.pk])).content.decode()


def stored(case):
    """Return (due, note, done) of the stored follow-up, or None."""
    return FollowUp.objects.filter(case=case).values_list("due", "note", "done").first()


def tag(case):
    return FollowUp.objects.get(case=case).tag


def set_due(case, day, note="", done=None):
    return FollowUp.objects.create(case=case, due=day, note=note, done=done)


def send(client, case, name="edit", **data):
    answer = client.post(address(case, name), data)
    assert answer.status_code in (200, 302)
    return answer


@pytest.mark.parametrize("text", ["14 March 2027", "2027-03-14", "mar 14, 2027", " 14  March 2027"])
def test_a_date_is_read_like_any_other(client, case, text):
    send(client, case, due=text, note="Repeat EMG")
    assert stored(case) == (date(2027, 3, 14), "Repeat EMG", None)
    page = case_page(client, case)
    assert "Follow-up due 14 March 2027" in page
    assert "Repeat EMG" in page


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("3/4/2027", "so that day and month cannot be confused"),
        ("3.4.27", "so that day and month cannot be confused"),
        ("March 2027", "Enter the full date"),
        ("2027", "Enter the full date"),
        ("31 February 2027", "“31 February 2027” does not exist"),
        ("soon", "Enter a date such as 14 March 2027."),
        ("", "Enter a date such as 14 March 2027."),
        ("٣", "Enter a date such as 14 March 2027."),
        ("1 November 2026", "This date is in the past"),
        ("14 March 2207", "Enter a date in the next 20 years."),
    ],
)
def test_a_wrong_date_is_explained_and_nothing_is_lost(client, case, text, message):
    page = send(client, case, due=text, note="Repeat EMG").content.decode()
    assert message in page
    assert 'value="Repeat EMG"' in page
    assert f'value="{text}"' in page or not text
    assert stored(case) is None


def test_a_long_note_and_a_null_character_are_explained(client, case):
    for note in ("x" * 201, "a\0b"):
        assert send(client, case, due="14 March 2027", note=note).status_code == 200
    assert stored(case) is None


@pytest.mark.parametrize(
    ("span", "day"),
    [
        ("4-weeks", date(2026, 12, 28)),
        ("3-months", date(2027, 2, 28)),
        ("6-months", date(2027, 5, 30)),
        ("1-year", date(2027, 11, 30)),
    ],
)
def test_a_button_sets_a_date_from_today(client, case, span, day):
    send(client, case, due="whatever was typed", note="Repeat EMG", span=span)
    assert stored(case) == (day, "Repeat EMG", None)


def test_a_year_after_29_february_is_28_february():
    assert day_after(date(2028, 2, 29), 0, 12) == date(2029, 2, 28)


def test_done_is_shown_and_can_be_undone(client, case):
    set_due(case, TODAY - timedelta(days=3), "Repeat EMG")
    assert "3 days overdue" in case_page(client, case)
    send(client, case, "finish", seen=tag(case))
    assert stored(case)[2] == TODAY
    page = case_page(client, case)
    assert "Followed up on 30 November 2026" in page
    assert "overdue" not in page
    assert "Follow-up marked as done." in page
    assert address(case, "undo") in page
    assert address(case, "undo") not in case_page(client, case)  # it is offered once
    send(client, case, "undo")
    assert stored(case) == (TODAY - timedelta(days=3), "Repeat EMG", None)


def test_first_date_change_and_removal_can_be_undone(client, case):
    send(client, case, due="14 March 2027")
    send(client, case, "undo")
    assert stored(case) is None
    send(client, case, due="14 March 2027")
    send(client, case, due="15 March 2027", seen=tag(case))
    send(client, case, "undo")
    assert stored(case)[0] == date(2027, 3, 14)
    send(client, case, "clear", seen=tag(case))
    assert stored(case) is None
    send(client, case, "undo")
    assert stored(case)[0] == date(2027, 3, 14)


def test_undo_does_not_overwrite_a_later_change(client, case):
    send(client, case, due="14 March 2027")
    FollowUp.objects.filter(case=case).update(due=date(2027, 5, 1))
    assert address(case, "undo") not in case_page(client, case)
    page = client.post(address(case, "undo"), follow=True).content.decode()
    assert "The follow-up has changed since you opened this page" in page
    assert stored(case)[0] == date(2027, 5, 1)


def test_undo_needs_a_change_of_the_same_case(client, case, author, team):
    other = make_case(author, team)
    send(client, other, due="14 March 2027")
    page = client.post(address(case, "undo"), follow=True).content.decode()
    assert "There is no change to undo." in page
    assert stored(other)


@pytest.mark.parametrize("name", ["edit", "finish", "clear"])
def test_a_second_window_does_not_overwrite_the_first(client, case, name):
    set_due(case, date(2027, 3, 14))
    seen = tag(case)
    FollowUp.objects.filter(case=case).update(due=date(2027, 5, 1))
    answer = client.post(
        address(case, name), {"due": "1 June 2027", "note": "Mine", "seen": seen}, follow=True
    )
    page = answer.content.decode()
    assert "The follow-up has changed since you opened this page" in page
    assert stored(case)[0] == date(2027, 5, 1)
    if name == "edit":  # what was typed is still there, and can be sent again
        assert 'value="1 June 2027"' in page and 'value="Mine"' in page
        assert "Follow-up due 1 May 2027" in page
        send(client, case, due="1 June 2027", seen=answer.context["form"]["seen"].value())
        assert stored(case)[0] == date(2027, 6, 1)


@pytest.mark.parametrize("name", ["finish", "clear"])
def test_nothing_to_finish_or_remove_is_said(client, case, name):
    page = client.post(address(case, name), follow=True).content.decode()
    assert "Nothing was changed." in page


def test_the_note_of_an_overdue_follow_up_can_be_changed(client, case):
    set_due(case, date(2026, 11, 1))
    send(client, case, due="1 November 2026", note="Call first", seen=tag(case))
    assert stored(case)[1] == "Call first"


@pytest.mark.parametrize("status", Status.values)
def test_authors_can_change_it_in_any_status(client, author, team, status):
    case = make_case(author, team, status=status)
    version = case.version
    send(client, case, due="14 March 2027")
    case.refresh_from_db()
    assert stored(case)
    assert case.version == version  # a follow-up is not part of the record
    co_author = make_user()
    case.co_authors.add(co_author)
    client.force_login(co_author)
    send(client, case, "finish", seen=tag(case))
    assert stored(case)[2]


@pytest.mark.parametrize("role", [Role.READER, Role.REVIEWER, Role.CLINICIAN])
def test_other_members_see_it_but_cannot_change_it(client, case, team, role):
    set_due(case, date(2027, 3, 14), "Repeat EMG")
    client.force_login(make_user(team=team, role=role))
    page = case_page(client, case)
    assert "Follow-up due 14 March 2027" in page
    assert "follow-up/done" not in page
    assert "Repeat EMG" in client.get(LIST).content.decode()
    assert "follow-up/done" not in client.get(LIST).content.decode()
    for name in ("edit", "finish", "clear", "undo"):
        answer = client.post(address(case, name), {"due": "1 June 2027"})
        assert answer.status_code == 403
    assert stored(case)[0] == date(2027, 3, 14)


def test_outsiders_see_nothing(client, case):
    set_due(case, TODAY, "Repeat EMG")
    client.force_login(make_user(team=make_team()))
    for name in ("edit", "finish", "clear", "undo"):
        assert client.post(address(case, name)).status_code == 404
    for page in (LIST, HOME):
        text = client.get(page).content.decode()
        assert "Repeat EMG" not in text
        assert case.title not in text


def test_nothing_is_shown_to_others_if_there_is_no_follow_up(client, case, team):
    assert 'id="follow-up-title"' in case_page(client, case)
    client.force_login(make_user(team=team, role=Role.READER))
    assert 'id="follow-up-title"' not in case_page(client, case)


def test_it_is_deleted_with_the_case(client, case):
    set_due(case, TODAY)
    erase_case(case)
    assert not FollowUp.objects.exists()


# Lists


@pytest.fixture
def many(case, author, team):
    """{title: case} of cases with a follow-up: late, today, soon, later, done, a colleague's."""
    made = {}
    colleague = make_user(team=team)
    for title, user, days, done in [
        ("Later", author, 60, None),
        ("Soon", author, 28, None),
        ("Late", author, -40, None),
        ("Today", author, 0, None),
        ("Done", author, -5, TODAY),
        ("Colleague", colleague, -2, None),
    ]:
        made[title] = make_case(user, team, title=title)
        set_due(made[title], TODAY + timedelta(days=days), f"Note of {title}", done)
    return made


def due(client, **query):
    answer = client.get(LIST, query)
    assert answer.status_code == 200
    return [one.case.title for one in answer.context["follow_ups"]]


def test_the_list_is_in_order_of_the_date_and_can_be_filtered(client, many, team):
    assert due(client) == ["Late", "Colleague", "Today", "Soon", "Later"]
    assert due(client, due="overdue") == ["Late", "Colleague"]
    assert due(client, due="this-month") == ["Colleague", "Today"]
    assert due(client, due="due-within-4-weeks") == ["Today", "Soon"]
    assert due(client, cases="mine") == ["Late", "Today", "Soon", "Later"]
    assert due(client, cases=team.pk, due="overdue") == ["Late", "Colleague"]


def test_an_unknown_filter_is_reported_and_ignored(client, many):
    answer = client.get(LIST, {"due": "never", "cases": "1000000"})
    assert answer.status_code == 400
    assert len(answer.context["follow_ups"]) == 5
    assert "never is not one of the available choices" in answer.content.decode()


def test_the_list_is_paginated(client, many, monkeypatch):
    monkeypatch.setattr("patients.views.follow_up.PAGE", 2)
    FollowUp.objects.update(due=TODAY)
    seen, after = [], ""
    while after is not None:
        page = client.get(LIST, {"after": after})
        seen += [one.pk for one in page.context["follow_ups"]]
        after = page.context["after"]
    assert len(seen) == len(set(seen)) == 5


@pytest.mark.parametrize("after", ["x", "2026-01-01_1", "1_2_3", "2026-13-01_" + "0" * 32])
def test_an_invalid_cursor_is_404(client, author, after):
    assert client.get(LIST, {"after": after}).status_code == 404


def test_done_on_the_list_returns_to_it_with_undo(client, many):
    case = many["Late"]
    answer = client.post(address(case, "finish"), {"seen": tag(case), "back": "list"})
    assert answer.url == LIST
    page = client.get(LIST).content.decode()
    assert "Follow-up marked as done." in page
    assert address(case, "undo") in page
    answer = client.post(address(case, "undo"), {"back": "list"}, follow=True)
    assert "Late" in [one.case.title for one in answer.context["follow_ups"]]


def test_an_empty_list_says_where_to_set_a_date(client, author):
    assert "under Follow-up" in client.get(LIST).content.decode()


def test_the_list_opens_no_case(client, many):
    client.get(LIST)
    assert not AccessLog.objects.exists()


def test_pages_need_few_queries(client, many, django_assert_max_num_queries):
    client.get("/healthz")
    for page in (LIST, HOME):
        with django_assert_max_num_queries(12):
            client.get(page)


def test_the_work_list_names_own_cases_that_are_due(client, many):
    answer = client.get(HOME)
    titles = [one.case.title for one in answer.context["groups"].follow_ups]
    assert titles == ["Late", "Today", "Soon"]
    assert "40 days overdue" in answer.content.decode()


def test_the_work_list_has_one_line_if_nothing_is_due(client, case):
    page = client.get(HOME).content.decode()
    assert "None of your cases is due within 4 weeks." in page
    assert LIST in page


def test_overdue_follows_the_time_zone_of_the_site(client, case, settings, monkeypatch):
    monkeypatch.undo()
    day = timezone.now().astimezone(timezone.get_fixed_timezone(14 * 60)).date()
    set_due(case, day - timedelta(days=1))
    settings.TIME_ZONE = "Pacific/Kiritimati"  # 14 hours ahead of UTC
    assert due(client, due="overdue") == [case.title]
    settings.TIME_ZONE = "Pacific/Pago_Pago"  # 25 hours behind Kiritimati
    assert due(client, due="overdue") == []

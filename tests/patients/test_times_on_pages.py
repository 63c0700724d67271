"""Times on the entry pages: dates and offsets, what was understood, visits, and the new case."""

import html
import re

import pytest
from django.urls import reverse

from patients.models import Case, Event, Visit
from tests.factories import make_case, make_team, make_user
from tests.patients.test_views_cases import ADDRESS, texts
from tests.patients.test_views_sections import address, newest, typed

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
DRAW = reverse("patients:draw-new-case")

INDEX = {"key": "admission", "label": "Admission", "placement": {"how": "index"}}
PAIN = {
    "key": "pain",
    "label": "Pain",
    "placement": {"how": "offset", "offset": "-25", "unit": "days"},
}
NO_ROWS = ("symptoms", "strength", "motor_conduction", "sensory_conduction")


@pytest.fixture
def case(client):
    visits = [{"key": "on-admission", "label": "On admission", "event": "admission"}]
    empty = dict.fromkeys(NO_ROWS, [])
    case = make_case(**empty, events=[INDEX, PAIN], visits=visits)
    client.force_login(case.author)
    return case


def row(model, key):
    return f"{model.DOCUMENT_KEY}__{model.objects.get(key=key).pk}"


def save(client, case, **changes):
    """Save the timeline page; return the errors."""
    answer = client.post(address(case, "timeline"), typed(case, "timeline", **changes))
    if answer.status_code == 302:
        return []
    return [message for _where, message in answer.context["errors"]]


def events(case):
    return {one["label"]: one.get("placement") for one in newest(case)["events"]}


def draft(client, case, **changes):
    where = address(case, "timeline", "save-draft")
    return client.post(where, typed(case, "timeline", **changes)).json()


# Day 0 and the conversion of dates


def test_a_date_typed_for_the_index_event_is_that_of_day_0(client, case):
    changes = {f"{row(Event, 'admission')}__placement": "14.03.2024"}
    changes |= {"events__new1__label": "Fall", "events__new1__placement": "18 February 2024"}
    assert save(client, case, **changes) == []
    admission = events(case)["Admission"]
    assert admission == {"how": "index", "date": "2024-03-14", "precision": "day"}
    page = client.get(reverse("caserecords:show-case", args=[case.pk])).content.decode()
    assert page.count("18 February 2024") >= 2  # typed for the fall, computed for the pain
    address = reverse("api:show-case", args=[case.pk])
    days = client.get(address).json()["computed"]["days"]
    assert days == {"admission": 0, "pain": -25, "fall": -25}
    report = reverse("caserecords:show-report", args=[case.pk])
    assert "day −25" in client.get(report).content.decode()


def test_a_date_and_an_offset_that_contradict_each_other_are_a_finding(client, case):
    changes = {
        f"{row(Event, 'admission')}__placement": "day 0, 14 March 2024",
        f"{row(Event, 'pain')}__placement": "25 days before admission, 1 February 2024",
    }
    assert save(client, case, **changes) == []
    assert events(case)["Pain"]["date"] == "2024-02-01"
    checks = reverse("caserecords:show-checks", args=[case.pk])
    page = client.get(checks).content.decode()
    assert "the date is day −42, the other time day −25" in page


@pytest.mark.parametrize(
    ("text", "understood"),
    [
        ("-25", "day −25 · 18 February 2024"),
        ("18.02.2024", "day −25 · 18 February 2024"),
        ("February 2024", "about day −28 (day −42 to −14) · about 15 February 2024"),
        ("before pain", "order only: before Pain (day −25 or earlier)"),
        ("more than 3 months after", "order only: more than 3 months after (day 76 or later)"),
        ("within the week", "about day 0 (day −7 to 7) · about 14 March 2024"),
        ("unknown", "date not known"),
        ("at age 40", "no day: the patient's age on day 0 is not known"),
        ("around Easter", "Not recognised as a time, kept as written."),
        (
            "25 days",
            "Not recognised as a time, kept as written: add before or after, such as 25 days "
            "before.",
        ),
        ("", ""),
        ("3/4/2011", "“3/4/2011” could be 3 April 2011 or 4 March 2011."),
        ("31 Feb 2024", "“31 Feb 2024” does not exist. Check the day and the month."),
        (
            "5 days before surgery",
            'Not recognised as a time, kept as written: "surgery" is not an event of this case.',
        ),
        ("2 h before admission", "about day 0 (day −1 to 0) · about 14 March 2024"),
        ("mid-March 2024", "about day 2 (day −3 to 6) · about 16 March 2024"),
        ("week 2", "about day 14 (day 7 to 21) · about 28 March 2024"),
        ("3rd week", "Not recognised as a time, kept as written."),
        (
            "71 years before admission",
            "71 years before admission (about day −25933, day −26116 to −25750) · about ",
        ),
    ],
)
def test_the_page_says_how_a_time_is_understood(client, case, text, understood):
    Case.objects.update(age_at_presentation=None)
    Event.objects.filter(key="admission").update(placement=dated("2024-03-14"))
    answer = draft(client, case, events__new1__label="Fall", events__new1__placement=text)
    assert answer["times"]["events-new1-placement"].startswith(understood)
    assert not text or understood in shown_time(client, case, "events-new1-placement")


def shown_time(client, case, name):
    """Return how the page, opened again with its draft, says that a time is understood."""
    page = client.get(address(case, "timeline")).content.decode()
    return html.unescape(re.search(rf'data-understood="{name}">([^<]*)<', page)[1])


def test_the_time_of_a_visit_is_explained_when_the_page_opens(client, case):
    visit = f"visits-{Visit.objects.get().pk}-when"
    assert shown_time(client, case, visit) == "day 0 · no date yet"
    draft(client, case, visits__new1__label="Later", visits__new1__when="2 h after admission")
    assert shown_time(client, case, "visits-new1-when") == "about day 0 (day 0 to 1)"


def dated(date):
    return (
        Event(placement=None)
        .__class__._meta.get_field("placement")
        .from_document({"how": "index", "date": date, "precision": "day"})
    )


def test_a_time_that_is_not_recognised_is_kept_and_shown(client, case):
    changes = {"events__new1__label": "Fall", "events__new1__placement": "around Easter"}
    assert save(client, case, **changes) == []
    assert events(case)["Fall"]["text"] == "around Easter"
    assert save(client, case) == []  # an unchanged page
    assert events(case)["Fall"]["text"] == "around Easter"
    page = client.get(address(case, "timeline")).content.decode()
    assert "Not recognised as a time, kept as written." in page
    assert "“around Easter”" in page
    checks = client.get(reverse("caserecords:show-checks", args=[case.pk])).content.decode()
    assert "The time of “Fall” is not recognised" in checks


def test_an_event_before_another_is_drawn_before_it(client, case):
    changes = {"events__new1__label": "Fall", "events__new1__placement": "before pain"}
    drawing = draft(client, case, **changes)["drawing"]
    x_of = {
        name: float(x) for x, name in re.findall(r'<text x="([\d.]+)" dx="5"[^>]*>(\w+)', drawing)
    }
    assert x_of["Fall"] < x_of["Pain"] < x_of["Admission"]


def test_a_distant_day_is_printed_as_people_say_it(client, case):
    changes = {"events__new1__label": "Relapse", "events__new1__placement": "day 6574"}
    assert save(client, case, **changes) == []
    for name in ("show-case", "show-report"):
        page = client.get(reverse(f"caserecords:{name}", args=[case.pk])).content.decode()
        assert "18 years after admission" in page and "day 6574" in page


def test_messages_name_events_by_their_labels(client, case):
    (error,) = save(client, case, events__new1__label="Fall", events__new1__placement="day 0, 2024")
    assert "“Admission”, “Fall”" in error
    changes = {
        "events__new1__label": "First fall",
        "events__new1__placement": "2 days after second fall",
        "events__new2__label": "Second fall",
        "events__new2__placement": "2 days after first fall",
    }
    (error,) = save(client, case, **changes)
    assert "First fall → Second fall → First fall" in error


def test_a_row_without_a_name_says_what_to_enter(client, case):
    (error,) = save(client, case, events__new1__placement="-3d")
    assert error.endswith("event: Enter the event.")


# The age and the event at which the patient had it


def test_the_age_can_be_that_of_another_event(client, case):
    changes = {"patient__age_at_presentation": "64", "patient__age_event": "pain"}
    sent = typed(case, "patient", **changes)
    assert client.post(address(case, "patient"), sent).status_code == 302
    assert newest(case)["patient"]["age_event"] == "pain"
    changes = {"events__new1__label": "Injury", "events__new1__placement": "at age 60"}
    assert save(client, case, **changes) == []
    answer = client.get(reverse("api:show-case", args=[case.pk])).json()
    assert answer["computed"]["days"]["injury"] == -25 - 1461
    (error,) = save(client, case, **{f"{row(Event, 'pain')}__delete": "on"})
    assert "age at presentation" in error
    sent = typed(case, "patient", patient__age_event="no-such")
    assert "not one of the choices" in client.post(address(case, "patient"), sent).content.decode()


# Visits


def visit_event(label):
    event = Visit.objects.get(label=label).event
    return event and (event.label, event.placement and event.placement.printed())


def test_a_time_typed_at_a_visit_makes_an_event(client, case):
    changes = {"visits__new1__label": "Week 12", "visits__new1__when": "3 months after admission"}
    assert save(client, case, **changes) == []
    assert visit_event("Week 12") == ("Week 12", "3 months after admission")
    assert Event.objects.get(label="Week 12").kind == "visit"
    page = client.get(address(case, "timeline")).content.decode()
    assert page.count('value="3 months after Admission"') == 2  # of the visit and its event
    assert save(client, case) == []  # an unchanged page
    assert Event.objects.count() == 3
    changes = {"visits__new1__label": "Later", "visits__new1__when": "4 months after"}
    times = draft(client, case, **changes)["times"]
    assert times["visits-new1-when"] == "about day 122 (day 106 to 137)"
    assert times[f"visits-{Visit.objects.get(label='Week 12').pk}-when"].startswith("about day 91")


@pytest.mark.parametrize(
    ("when", "event"),
    [
        ("14 March 2024", ("Admission", "index event, 14 March 2024")),
        ("2 days after", ("On admission", "2 days after")),
        ("same day as pain", ("Pain", "25 days before")),
        ("", None),
        ("around Easter", ("On admission", "“around Easter”")),
    ],
)
def test_the_time_of_a_visit_is_changed(client, case, when, event):
    """Day 0 stays, whatever is typed at a visit on day 0."""
    assert save(client, case, **{f"{row(Visit, 'on-admission')}__when": when}) == []
    assert visit_event("On admission") == event
    assert Event.objects.get(label="Admission").placement.how == "index"


def test_the_time_of_a_visit_is_that_of_its_event(client, case):
    visit = row(Visit, "on-admission")
    assert save(client, case, **{f"{visit}__event": "pain", f"{visit}__when": "index event"}) == []
    assert save(client, case, **{f"{visit}__when": "-20d"}) == []
    assert visit_event("On admission") == ("Pain", "20 days before")
    both = {f"{visit}__when": "-10d", f"{row(Event, 'pain')}__placement": "-11d"}
    (error,) = save(client, case, **both)
    assert "“Pain” has another time" in error
    changes = {"visits__new1__label": "Later", "visits__new1__event": "pain"}
    (error,) = save(client, case, **changes, visits__new1__when="2 weeks after")
    assert "“Pain” has another time" in error
    (error,) = save(client, case, visits__new1__when="2 weeks after")
    assert "Visits, row" in error


def test_a_wrong_time_of_a_visit_is_explained_and_kept(client, case):
    changes = {"visits__new1__label": "Later", "visits__new1__when": "3/4/2011"}
    answer = client.post(address(case, "timeline"), typed(case, "timeline", **changes))
    page = answer.content.decode()
    assert "3 April 2011 or 4 March 2011" in page and 'value="3/4/2011"' in page
    assert not Visit.objects.filter(label="Later").exists()


# A new case


@pytest.fixture
def clinician(client):
    user = make_user(team=make_team())
    client.force_login(user)
    return user


def test_a_new_case_is_drawn_while_it_is_typed(client, clinician):
    sent = texts(clinician, title="", age="74", index_date="14 March 2024")
    sent |= {"when_1": "18 February 2024", "event_3": "Injury", "when_3": "at age 71"}
    answer = client.post(DRAW, sent).json()
    assert answer["times"] == {
        "index_date": "day 0 · 14 March 2024",
        "when_1": "day −25 · 18 February 2024",
        "when_2": "day −30 · 13 February 2024",
        "when_3": "3 years before admission (about day −1096, day −1461 to −730) "
        "· about 14 March 2021",
        "when_4": "",
    }
    for text in ("Weakness", "−25", "−30", "Injury"):
        assert text in answer["drawing"]
    wrong = client.post(DRAW, sent | {"when_1": "3/4/2011", "index_date": "soon"}).json()["times"]
    assert "3 April 2011" in wrong["when_1"] and "“soon” is not a date" in wrong["index_date"]
    assert not Case.objects.exists()


def test_a_new_case_has_day_0_with_its_date_and_visits(client, clinician):
    sent = texts(clinician, index_date="14.03.2024", visits="On admission; Week 12", when_2="25")
    assert client.post(ADDRESS, sent).status_code == 302
    case = Case.objects.get()
    assert events(case)["Admission"]["date"] == "2024-03-14"
    assert events(case)["Pain"]["text"] == "25"
    assert [one["label"] for one in newest(case)["visits"]] == ["On admission", "Week 12"]


@pytest.mark.parametrize("text", ["soon", "3/4/2024", "31 February 2024"])
def test_a_wrong_date_of_day_0_creates_nothing(client, clinician, text):
    page = client.post(ADDRESS, texts(clinician, index_date=text)).content.decode()
    assert f"“{text}”" in page and f'value="{text}"' in page
    assert not Case.objects.exists()


def test_an_event_can_be_dated_from_one_whose_time_is_not_known(client, clinician):
    assert client.post(ADDRESS, texts(clinician, when_1="")).status_code == 302
    assert client.get(DRAW).status_code == 405

"""Every page shows the same day for an event."""

import pytest
from django.urls import reverse

from tests.factories import make_case
from tests.patients.test_views_sections import typed

pytestmark = pytest.mark.django_db

ROWS = ("visits", "symptoms", "strength", "motor_conduction", "sensory_conduction")

EVENTS = [
    {"key": "admission", "label": "Admission", "placement": {"how": "index"}},
    {
        "key": "injury",
        "label": "Injury",
        "placement": {"how": "age", "age": "71", "age_unit": "years"},
    },
    {
        "key": "first-limp",
        "label": "First limp",
        "placement": {"how": "offset", "anchor": "injury", "offset": "2", "unit": "weeks"},
    },
]


def make_course(author=None, **tables):
    """Return a case with EVENTS, the given tables, and no other rows with an event or visit."""
    empty = dict.fromkeys(ROWS, [])
    return make_case(author, author and author.teams.get(), **empty | {"events": EVENTS} | tables)


@pytest.fixture
def case(client):
    case = make_course()
    client.force_login(case.author)
    return case


def pages(client, case):
    """Return {page: HTML} for every page that draws the course or shows days."""
    section = reverse("patients:edit-section", args=[case.pk, "timeline"])
    draft = reverse("patients:save-draft", args=[case.pk, "timeline"])
    texts = typed(case, "timeline", events__new1__label="Fall", events__new1__placement="-3d")
    return {
        "case": client.get(reverse("caserecords:show-case", args=[case.pk])).content.decode(),
        "entry": client.get(section).content.decode(),
        "report": client.get(reverse("caserecords:show-report", args=[case.pk])).content.decode(),
        "typed": client.post(draft, texts).json()["drawing"],
    }


def test_an_event_placed_by_age_has_the_same_day_everywhere(client, case):
    address = reverse("api:show-case", args=[case.pk])
    days = client.get(address).json()["computed"]["days"]
    assert days == {"admission": 0, "injury": -1096, "first-limp": -1082}
    for where, page in pages(client, case).items():
        for day in ("−1096", "−1082"):
            assert day in page, where
        assert "date not known" not in page.lower(), where


def test_needle_emg_is_timed_by_age(client, case):
    """The interval between onset and needle EMG is known even if the onset is given as an age."""
    events = [EVENTS[0], EVENTS[1] | {"kind": "onset"}]
    visits = [{"key": "admitted", "label": "Admitted", "event": "admission"}]
    emg = [{"muscle": "tibialis_anterior", "side": "left", "visit": "admitted"}]
    emg[0]["active_denervation"] = True
    case = make_course(case.author, events=events, visits=visits, needle_emg=emg)
    answer = client.get(reverse("api:localise-case", args=[case.pk])).json()
    assert answer["emg_days_after_onset"] == 1096

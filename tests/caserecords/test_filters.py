"""Filters and search find the same cases on the work list, in the API and in the export."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from caserecords.demo.load import read_case
from patients.lists.filters import FILTERS
from patients.models import Case, CaseGrade, CaseTerm, CaseText, FollowUp, Status
from patients.versions.saving import save_version
from tests.api import LIST, Caller
from tests.caserecords.test_access_table import World
from tests.caserecords.test_api_nonsense import fill
from tests.factories import make_case, make_document, make_team, make_user
from tests.pages import listed

pytestmark = pytest.mark.django_db
HOME = reverse("caserecords:home")
EXPORT = f"{LIST}export/"
CODES = [{"system": "MONDO", "code": "MONDO:0017362"}, {"system": "ORPHA", "code": "2901"}]
HAND = make_document(
    title="Hand",
    diagnoses=[
        {"text": "C8 radiculopathy", "status": "ruled_out"},
        {"text": "Ulnar neuropathy", "status": "final", "codes": CODES},
        {"text": "Plexopathy C5–7", "status": "differential"},
    ],
    strength=[
        {"movement": "finger_abduction", "side": "right", "grade": "4", "visit": "on-admission"},
        {"movement": "finger_abduction", "side": "right", "grade": "2 to 3", "visit": "later"},
    ],
    needle_emg=[{"muscle": "tibialis_anterior", "side": "left", "active_denervation": True}],
    narrative=[{"chapter": "discussion", "text": "Guillain–Barré was excluded."}],
)
HAND["patient"] |= {"sex": "female", "age_at_presentation": {"number": "35", "unit": "years"}}
HAND["case"]["origin"] = "own"
HAND["events"][0]["placement"]["date"] = "2024-03-14"


@pytest.fixture
def team():
    return make_team()


@pytest.fixture
def author(team, client):
    user = make_user("author", team)
    client.force_login(user)
    return user


@pytest.fixture
def cases(author, team):
    """{title: case}: the author's "Leg" and "Hand", and a colleague's "Published"."""
    made = [
        make_case(author, team, title="Leg"),
        make_case(author, team, document=HAND),
        make_case(make_user(team=team), team, document=read_case("published_case")),
    ]
    Case.objects.filter(pk=made[2].pk).update(title="Published", status=Status.APPROVED)
    for day, case in enumerate(made, 1):
        updated = datetime(2024, 1, day, tzinfo=UTC)
        Case.objects.filter(pk=case.pk).update(updated=updated, created=updated)
    today = timezone.localdate()
    for case, due, done in [
        (made[0], today - timedelta(days=1), None),
        (made[1], today + timedelta(weeks=4), None),
        (made[2], today - timedelta(days=1), today),
    ]:
        FollowUp.objects.create(case=case, due=due, done=done)
    return {"Leg": made[0], "Hand": made[1], "Published": made[2]}


def found(client, query):
    """Return the titles on the work list, after checking that API and export agree."""
    page = client.get(f"{HOME}?{query}")
    assert page.status_code == 200
    keys = [case.pk for case in listed(page)]
    rows = client.get(f"{LIST}?{query}").json()["results"]
    assert [row["id"] for row in rows] == [str(key) for key in keys]
    lines = b"".join(client.get(f"{EXPORT}?{query}").streaming_content).splitlines()
    codes = {json.loads(line)["patient"]["code"] for line in lines}
    assert codes == {case.patient.code for case in Case.objects.filter(pk__in=keys)}
    return {case.title for case in listed(page)}


BOTH = {"Leg", "Hand"}
FOUND = {
    "q=plexopathy": {"Hand"},
    "q=guillain+barre": {"Hand", "Published"},
    "q=neuropathy": {"Hand"},
    "q=0017362": {"Hand", "Published"},
    "q=nothing+like+this": set(),
    "status=approved": {"Published"},
    "status=approved&status=draft": {"Leg", "Hand", "Published"},
    "status=approved&status=draft&sex=female": {"Hand"},
    "archived=no": {"Leg", "Hand", "Published"},
    "archived=all": {"Leg", "Hand", "Published"},
    "archived=yes": set(),
    "mine=1": BOTH,
    "mine=on&q=ulnar": {"Hand"},
    "mine=0": {"Leg", "Hand", "Published"},
    "team=1000000": set(),
    "diagnosis=radiculo": {"Leg", "Published"},
    "diagnosis=ulnar+neuropathy": {"Hand"},
    "diagnosis=MONDO:0017362": {"Hand", "Published"},
    "diagnosis=ORPHA:2901": {"Hand", "Published"},
    "diagnosis=ORPHA+2901&diagnosis=L5": {"Leg", "Hand", "Published"},
    "root=L5": {"Leg", "Published"},
    "root=l5&root=C8": {"Leg", "Published"},
    "root=C6": {"Hand"},
    "movement=hip_abduction": {"Leg", "Published"},
    "movement=Hip+abductor&grade=2%2B": {"Leg", "Published"},
    "movement=ankle_dorsiflexion&grade=%3E4": set(),
    "grade=4%2B": set(),
    "grade=2+to+3": {"Leg", "Hand", "Published"},
    "movement=finger_abduction&grade=%3C=3": {"Hand"},
    "movement=finger_abduction&grade=%3C3": set(),
    "movement=finger_abduction&grade=%3E=4": {"Hand"},
    "change=worse": {"Hand"},
    "change=better": {"Leg", "Published"},
    "movement=hip_flexion&change=better": set(),
    "age=30-39": {"Hand"},
    "age=70%E2%80%9379": {"Leg", "Published"},
    "sex=female": {"Hand"},
    "origin=own&origin=published": {"Hand", "Published"},
    "has=emg": {"Hand", "Published"},
    "has=dates": {"Hand"},
    "has=images": set(),
    "has=open-checks": {"Leg", "Hand", "Published"},
    "follow-up=overdue": {"Leg"},
    "follow-up=due-within-4-weeks": {"Hand"},
    "follow-up=any": BOTH,
    "follow-up=any&follow-up=overdue": BOTH,
    "since=2024-01-02": {"Hand", "Published"},
    "since=2024-01-02&until=2024-01-03T00:00:00Z": {"Hand"},
    "until=2024-01-02T01:00:00%2B01:00": {"Leg"},
    "status=&q=&mine=": {"Leg", "Hand", "Published"},
}


@pytest.mark.parametrize("query", FOUND)
def test_page_api_and_export_find_the_same(client, cases, query):
    assert found(client, query) == FOUND[query]


def test_every_filter_is_tested():
    names = {part.partition("=")[0] for query in FOUND for part in query.split("&")}
    assert names == {one.name for one in FILTERS}


def test_team_filter(client, cases, team):
    assert found(client, f"team={team.pk}") == {"Leg", "Hand", "Published"}


@pytest.mark.parametrize(
    ("text", "roots"),
    [
        ("C5–7", "C5 C6 C7"),
        ("C5-C7", "C5 C6 C7"),
        ("c5 to 7", "C5 C6 C7"),
        ("C5 and 7", "C5 C7"),
        ("C5/7", "C5 C7"),
        ("C5/6/7", "C5 C6 C7"),
        ("C5–6 and 8", "C5 C6 C8"),
        ("C5 and C7", "C5 C7"),
        ("L4–S1", "L4 L5 S1"),
        ("T12–L1", "T12 L1"),
        ("L5/S1", "L5 S1"),
        ("S1–L4", "L4 S1"),
        ("L5 and 3 others", "L5"),
        ("C5 to 99", "C5"),
        ("C9", ""),
        ("L45", ""),
    ],
)
def test_roots_of_a_diagnosis_are_found(client, author, team, text, roots):
    make_case(author, team, diagnoses=[{"text": f"Radiculopathy {text}", "status": "final"}])
    terms = CaseTerm.objects.filter(kind="root").values_list("value", flat=True)
    assert sorted(terms) == sorted(roots.split())
    for root in ("C6", "L5"):
        assert len(found(client, f"root={root}")) == (root in roots.split())


@pytest.mark.parametrize(
    "words", ["polyneuropathy", "L5", "tibialis anterior", "methylprednisolone", "TIBIALIS ant"]
)
def test_published_case_is_found_by_what_it_says(client, author, team, words):
    case = make_case(author, team, document=read_case("published_case"))
    assert listed(client.get(HOME, {"q": words})) == [case]
    stranger = Caller(make_user("stranger", make_team()))
    assert stranger.get(LIST, {"q": words}).json()["results"] == []
    client.force_login(make_user("guest"))
    assert listed(client.get(HOME, {"q": words})) == []


@pytest.mark.parametrize(
    "text",
    [
        '"',
        "'",
        "a OR b AND NOT (c",
        "NEAR(a b, 3)",
        "-x* ^y {text}: col:z",
        "'a':* & !b | <->",
        "\\",
        "\0",
        "😀",
        "ﬀ ½ ß İ µ ̈",
        "अनुच्छेद 漢字 한국어",
        "\ud7ff\ue000\U0010ffff",
        "x" * 200,
        "a " * 100,
        "é" * 10_000,
        "%_",
    ],
)
def test_search_accepts_any_text(client, author, team, text):
    make_case(author, team)
    for name in ("q", "diagnosis", "movement", "grade", "since"):
        assert client.get(HOME, {name: text}).status_code in (200, 400)
        assert client.get(LIST, {name: text}).status_code in (200, 400)
    make_case(author, team, title=f"Odd {text}".replace("\0", "")[:300])


def test_words_follow_each_version(client, author, team):
    case = make_case(author, team)
    case.narrative_rows.update(text="Steppage gait.")
    save_version(case, author)
    assert listed(client.get(HOME, {"q": "steppage"})) == [case]
    assert listed(client.get(HOME, {"q": "leg for 25 days"})) == []
    CaseText.objects.all().delete()
    assert listed(client.get(HOME, {"q": "steppage"})) == []


def test_rebuilding_writes_the_same_index(cases):
    def stored():
        texts = dict(CaseText.objects.values_list("case", "text"))
        terms = set(CaseTerm.objects.values_list("case", "kind", "value"))
        return (
            texts,
            terms,
            sorted(map(str, CaseGrade.objects.values_list("case", "movement", "low"))),
        )

    before = stored()
    CaseText.objects.all().delete()
    CaseTerm.objects.all().delete()
    call_command("rebuild_computed", verbosity=0)
    assert stored() == before


@pytest.mark.parametrize(
    ("query", "path", "message"),
    [
        ("sicne=2024-01-01", "?sicne", "There is no such parameter. Did you mean since?"),
        ("status=lost", "?status", "lost is not one of the available choices."),
        ("since=a&since=b", "?since", "only once"),
        ("since=yesterday", "?since", "Enter a date such as 2024-03-14"),
        ("since=9999999999999", "?since", "Enter a date"),
        ("until=0001-01-01T00:00:00%2B14:00", "?until", "Enter a date"),
        ("movement=wiggling", "?movement", "wiggling is not in the catalogue"),
        ("grade=7", "?grade", "7 is not an MRC grade"),
        ("grade=%3C=n", "?grade", "Enter a grade such as 4+"),
        ("mine=perhaps", "?mine", "Enter 1 for yes or 0 for no."),
        ("team=0", "?team", "Enter a whole number greater than 0."),
        ("root=Q1", "?root", "Q1 is not one"),
        ("diagnosis=" + "a+" * 11, "?diagnosis", "Enter 1 to 10 words"),
        ("&".join(f"team={n}" for n in range(1, 23)), "?team", "Enter at most 20 values."),
    ],
)
def test_values_that_cannot_be_read_are_reported(client, cases, query, path, message):
    for address in (LIST, EXPORT):
        answer = client.get(f"{address}?{query}")
        assert answer.status_code == 400
        (error,) = answer.json()["errors"]
        assert error["path"] == path
        assert message in error["message"]
    page = client.get(f"{HOME}?{query}&sex=female")
    assert page.status_code == 400
    assert [case.title for case in listed(page)] == ["Hand"]  # the other filter still applies


def test_wrong_input_stays_on_the_page_beside_its_message(client, cases):
    answer = client.get(f"{HOME}?sicne=1&since=yesterday&status=draft&status=approved&grade=9")
    page = answer.content.decode()
    assert "There is no filter “sicne”. Did you mean “since”?" in page
    for name, value in (("since", "yesterday"), ("grade", "9")):
        assert f'name="{name}" id="id_{name}" value="{value}" aria-describedby' in page
        assert f'id="error_{name}"' in page
    assert '<input type="hidden" name="status" value="approved">' in page
    assert len(listed(answer)) == 3


def test_chips_remove_one_filter_each(client, cases, team):
    query = f"q=hand&status=draft&status=approved&team={team.pk}&movement=finger_abduction"
    form = client.get(f"{HOME}?{query}").context["form"]
    labels = [chip.label for chip in form.chips]
    assert labels == [
        "hand",
        "Movement: Finger abductor",
        f"Team: {team.name}",
        "Draft",
        "Approved",
    ]
    without = form.chips[3].address
    assert "status=draft" not in without
    assert "status=approved" in without
    assert found(client, without.removeprefix("?")) == set()


def test_repeated_filters_survive_paging(client, cases):
    page = client.get(f"{LIST}?status=draft&status=approved&limit=1")
    assert "status=draft&status=approved" in page.json()["next"]
    titles = []
    while page is not None:
        titles += [row["title"] for row in page.json()["results"]]
        after = page.json()["next"]
        page = client.get(after) if after else None
    assert titles == ["Published", "Hand", "Leg"]


def test_every_call_rejects_unknown_and_repeated_parameters(tmp_path, settings):
    settings.STORAGE_URL, settings.DATA = f"file://{tmp_path / 'files'}", tmp_path
    world = World(tmp_path)
    api = Caller(world.users["author"])
    calls = [("get", "/api/schema/", [])]
    for address, methods in api.get("/api/schema/").json()["paths"].items():
        for method, operation in methods.items():
            calls.append((method, fill(address, world), operation.get("parameters", [])))
    assert len(calls) > 35
    for method, address, parameters in calls:
        names = [one for one in parameters if one["in"] == "query"]
        wrong = [("?sicne", "sicne=1")]
        wrong += [
            (f"?{one['name']}", f"{one['name']}=1&{one['name']}=2")
            for one in names
            if one["schema"]["type"] != "array"
        ]
        for path, query in wrong:
            answer = api.generic(method.upper(), f"{address}?{query}")
            assert answer.status_code == 400, (method, address, query)
            assert answer.json()["errors"][0]["path"] == path, (method, address, query)

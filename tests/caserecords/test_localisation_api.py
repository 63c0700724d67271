"""Localisation in the REST API, from a stored case or from findings in the request."""

import pytest

from caserecords.demo.load import read_case
from patients.actions.importing import import_case
from patients.models import AccessLog, CaseVersion
from tests.api import Caller, address_of, assert_problem
from tests.factories import make_team, make_user

pytestmark = pytest.mark.django_db
FINDINGS = "/api/v1/localisation/"


@pytest.fixture
def case():
    team = make_team()
    return import_case(read_case("published_case"), team, make_user(team=team))


@pytest.fixture
def api(case):
    return Caller(case.author)


def first(answer, side="left"):
    found = [one for one in answer["candidates"] if one["side"] == side]
    return [part["id"] for part in found[0]["sites"]] if found else []


def test_stored_case_is_localised_with_an_etag_and_logged(api, case):
    response = api.get(f"{address_of(case)}localisation/")
    answer = response.json()
    assert first(answer) == ["root_l5", "root_s1"] and first(answer, "right") == []
    tag = response["ETag"]
    again = api.get(f"{address_of(case)}localisation/", headers={"if-none-match": tag})
    assert again.status_code == 304 and not again.content
    assert AccessLog.objects.filter(case=case, what__endswith="localisation/").count() == 2


def test_one_visit_can_be_requested(api, case):
    later = api.get(f"{address_of(case)}localisation/?visit=3-months-after-finishing-treatment")
    assert later.json()["visits"] == {"strength": "3-months-after-finishing-treatment"}
    nothing = api.get(f"{address_of(case)}localisation/?visit=no-such-visit").json()
    assert nothing["candidates"] == []


def test_posted_findings_are_localised_but_not_stored(api, case):
    versions = CaseVersion.objects.count()
    body = {
        "strength": [{"movement": "wrist_extension", "side": "right", "grade": "2"}],
        "needle_emg": [
            {"muscle": "triceps", "side": "right", "active_denervation": False},
            {"muscle": "extensor_digitorum_communis", "side": "right", "fibrillations": "2+"},
            {"muscle": "extensor_indicis", "side": "right", "fibrillations": "2+"},
            {"muscle": "brachioradialis", "side": "right", "fibrillations": "0"},
        ],
    }
    response = api.send("POST", FINDINGS, body)
    assert response.status_code == 200, response.content
    assert first(response.json(), "right") == ["posterior_interosseous"]
    assert CaseVersion.objects.count() == versions
    assert not AccessLog.objects.filter(what__contains="/localisation/").exists()


def test_a_read_only_token_can_localise(case):
    reader = Caller(case.author, read_only=True)
    assert reader.send("POST", FINDINGS, {"strength": []}).status_code == 200


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (
            {"strength": [{"movement": "hip_flexion", "side": "left", "grade": "6"}]},
            "strength[0].grade",
        ),
        ({"strength": [{"movement": "hip", "side": "left", "grade": "5"}]}, "strength[0].movement"),
        ({"needle_emg": [{"muscle": "soleus", "side": "west"}]}, "needle_emg[0].side"),
        ({"needle_emg": {}}, "needle_emg"),
        ({"title": "no table"}, "title"),
        ({"case": {"title": "A case"}}, "case"),
        ([], ""),
    ],
)
def test_errors_have_the_path_of_the_field(api, body, path):
    problem = assert_problem(api.send("POST", FINDINGS, body), 400)
    assert path in [error["path"] for error in problem["errors"]]


def test_findings_must_be_json_of_limited_size(api, settings):
    assert_problem(api.send("POST", FINDINGS, b'{"strength": [NaN]}'), 400)
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    assert_problem(api.send("POST", FINDINGS, {"strength": [], "note": "x" * 200}), 413)

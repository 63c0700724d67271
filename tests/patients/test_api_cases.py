"""Creating, reading, replacing and deleting cases in the REST API."""

import json

import pytest

from patients.actions.deleting import erase_if_deleted
from patients.models import AccessLog, Case, Patient, Role, Status
from patients.record import computed
from patients.record.document import to_bytes
from patients.versions import reading
from patients.versions.reading import etag_of, rebuild, served_text
from patients.versions.saving import save_version
from tests.api import LIST, Caller, address_of, assert_problem
from tests.factories import make_case, make_document, make_team, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    return make_team()


@pytest.fixture
def author(team):
    return make_user(team=team)


@pytest.fixture
def api(author):
    return Caller(author)


@pytest.fixture
def case(author, team):
    return make_case(author, team)


def test_document_is_the_stored_bytes(api, case):
    response = api.get(address_of(case))
    assert response.content == served_text(case.versions.get())
    assert response["Content-Type"] == "application/json"
    assert response["ETag"] == etag_of(case.versions.get())
    assert "private" in response["Cache-Control"]
    assert api.get(address_of(case)).content == response.content


def test_document_needs_at_most_four_queries(api, case, django_assert_max_num_queries):
    api.get(address_of(case))  # the first request stores the computed part
    with django_assert_max_num_queries(4):
        assert api.get(address_of(case)).status_code == 200


def test_current_copy_gets_304(api, case):
    etag = etag_of(case.versions.get())
    response = api.get(address_of(case), headers={"if-none-match": f'"other", W/{etag}'})
    assert response.status_code == 304 and not response.content and response["ETag"] == etag


def test_access_is_logged(api, case, author):
    AccessLog.objects.all().delete()
    api.get(address_of(case))
    entry = AccessLog.objects.get()
    assert (entry.case_id, entry.user, entry.address) == (case.pk, author, "127.0.0.1")
    assert entry.what == f"GET {address_of(case)}"


def test_user_outside_the_team_gets_404(case):
    api = Caller(make_user(team=make_team()))
    etag = etag_of(case.versions.get())
    for method, below in [
        ("GET", ""),
        ("HEAD", ""),
        ("PUT", ""),
        ("DELETE", ""),
        ("GET", "versions/"),
        ("GET", "versions/1/"),
        ("GET", "versions/1/diff/"),
        ("GET", "export/json/"),
    ]:
        headers = {"if-none-match": etag, "if-match": etag}
        response = api.generic(
            method, address_of(case) + below, b"{}", "application/json", headers=headers
        )
        assert response.status_code == 404, (method, below)
    assert Case.objects.filter(pk=case.pk).exists()


def test_import_of_an_export_is_equal(api, case):
    exported = api.get(address_of(case)).content
    response = api.send("POST", LIST, exported)
    assert response.status_code == 201
    body = response.json()
    assert response["Location"] == body["url"] and body["id"] != str(case.pk)
    assert (body["status"], body["version"]) == ("draft", 1)
    again = api.get(response["Location"])
    assert again.content == exported and again["ETag"] == response["ETag"]


def test_creating_a_case_is_all_or_nothing(api):
    document = make_document()
    document["strength"][3]["grade"] = "26"
    document["strength"][4]["colour"] = "red"
    document["visits"][0]["event"] = "never"
    body = assert_problem(api.send("POST", LIST, document), 400)
    paths = [error["path"] for error in body["errors"]]
    assert {"strength[3].grade", "strength[4].colour", "visits[0].event"} <= set(paths)
    assert not Case.objects.exists()


def test_a_reader_cannot_create_a_case(team):
    reader = Caller(make_user(team=team, role=Role.READER))
    assert_problem(reader.send("POST", LIST, make_document()), 403)
    assert_problem(Caller(make_user()).send("POST", LIST, make_document()), 403)


def test_team_is_required_for_a_clinician_of_several_teams(api, author, team):
    other = make_team()
    other.memberships.create(user=author, role=Role.CLINICIAN)
    body = assert_problem(api.send("POST", LIST, make_document()), 400)
    assert body["errors"][0]["path"] == "team"
    assert api.send("POST", f"{LIST}?team={other.pk}", make_document()).json()["team"] == other.pk
    foreign = make_team()
    for asked in (foreign.pk, 10**9, 10**30, "x", "\0", ""):
        assert_problem(api.send("POST", f"{LIST}?team={asked}", make_document()), 403)


def test_replacing_creates_a_version(api, case):
    document = json.loads(served_text(case.versions.get()))
    document["case"]["title"] = "Another title"
    etag = etag_of(case.versions.get())
    response = api.send("PUT", address_of(case), document, if_match=etag)
    assert response.status_code == 200 and response.json()["version"] == 2
    case.refresh_from_db()
    assert case.title == "Another title"
    stored = api.get(address_of(case))
    assert json.loads(stored.content)["case"]["title"] == "Another title"
    assert stored["ETag"] == response["ETag"] != etag


def test_newer_rules_change_the_etag_but_do_not_block_writes(api, case, monkeypatch):
    read = api.get(address_of(case))
    assert read["ETag"] == f'"{case.versions.get().sha256}-{computed.RULES}"'
    document = read.json() | {"case": {"title": "Changed"}}
    for module in (computed, reading):
        monkeypatch.setattr(module, "RULES", "next")
    assert rebuild(case.versions.get())
    again = api.get(address_of(case), headers={"if-none-match": read["ETag"]})
    assert again.status_code == 200 and again.json()["computed"]["rules"] == "next"
    assert again["ETag"] != read["ETag"]
    done = api.send("PUT", address_of(case), document, if_match=read["ETag"])
    assert done.status_code == 200 and done.json()["version"] == 2
    stale = api.send("PUT", address_of(case), document, if_match=again["ETag"])
    assert_problem(stale, 412)


def test_replacing_with_the_same_document_creates_no_version(api, case):
    etag = etag_of(case.versions.get())
    response = api.send("PUT", address_of(case), served_text(case.versions.get()), if_match=etag)
    assert response.json()["version"] == 1 and response["ETag"] == etag


def test_replacing_requires_the_newest_version(api, case):
    document = json.loads(served_text(case.versions.get()))
    assert_problem(api.send("PUT", address_of(case), document), 428)
    for stale in ('"stale"', f"W/{etag_of(case.versions.get())}", "nonsense"):
        assert_problem(api.send("PUT", address_of(case), document, if_match=stale), 412)
    document["case"]["title"] = ""
    body = assert_problem(api.send("PUT", address_of(case), document, if_match="*"), 400)
    assert body["errors"][0]["path"] == "case.title"
    assert case.versions.count() == 1


def test_replacing_updates_a_patient_with_one_case(api, case, author, team):
    document = json.loads(served_text(case.versions.get()))
    document["patient"]["sex"] = "female"
    assert api.send("PUT", address_of(case), document, if_match="*").status_code == 200
    second = make_case(author, team, document=document)
    document["patient"]["sex"] = "male"
    body = assert_problem(api.send("PUT", address_of(second), document, if_match="*"), 400)
    assert body["errors"][0]["path"] == "patient.sex"


def test_a_submitted_case_cannot_be_replaced_or_deleted(api, case):
    Case.objects.update(status=Status.SUBMITTED)
    document = served_text(case.versions.get())
    assert_problem(api.send("PUT", address_of(case), document, if_match="*"), 403)
    assert_problem(api.delete(address_of(case)), 409)


def test_a_reader_cannot_replace_or_delete_a_case(case, team):
    api = Caller(make_user(team=team, role=Role.READER))
    assert api.get(address_of(case)).status_code == 200
    document = served_text(case.versions.get())
    assert_problem(api.send("PUT", address_of(case), document, if_match="*"), 403)
    assert_problem(api.delete(address_of(case)), 403)


def test_a_co_author_can_replace_but_not_delete_a_case(case):
    user = make_user()
    case.co_authors.add(user)
    api = Caller(user)
    document = served_text(case.versions.get())
    assert api.send("PUT", address_of(case), document, if_match="*").status_code == 200
    assert_problem(api.delete(address_of(case)), 403)


def test_a_draft_can_be_deleted(api, case):
    assert api.delete(address_of(case)).status_code == 204
    for method in ("GET", "DELETE", "PUT"):
        assert_problem(api.send(method, address_of(case), {}), 404)
    assert api.get(LIST).json()["results"] == []


def test_a_case_that_was_approved_can_only_be_archived(api, case, author):
    save_version(case, author, "Approved", is_signed=True)
    assert "Archive it instead" in assert_problem(api.delete(address_of(case)), 409)["detail"]
    assert api.put(f"{address_of(case)}archive/").json()["archived"]
    assert not Case.objects.get(pk=case.pk).deleted


def test_deleting_a_case_keeps_a_shared_patient(api, case, author, team):
    other = make_case(author, team, document=json.loads(served_text(case.versions.get())))
    assert api.delete(address_of(case)).status_code == 204
    assert erase_if_deleted(Case.objects.get(pk=case.pk))
    assert Patient.objects.get() == other.patient


def test_list_is_newest_first_and_limited_to_the_users_cases(api, author, team):
    cases = [make_case(author, team) for _ in range(3)]
    make_case()
    results = api.get(LIST).json()["results"]
    assert [one["id"] for one in results] == [str(case.pk) for case in reversed(cases)]
    assert {"url", "title", "status", "origin", "version", "etag", "updated"} <= results[0].keys()
    assert "document" not in results[0]


def test_list_needs_a_constant_number_of_queries(api, author, team, django_assert_max_num_queries):
    documents = []
    for _ in range(5):
        documents.append(json.loads(served_text(make_case(author, team).versions.get())))
        with django_assert_max_num_queries(6):
            api.get(LIST)
        with django_assert_max_num_queries(8):
            results = api.get(f"{LIST}?documents=1").json()["results"]
    assert [one["document"] for one in results] == documents[::-1]


def test_list_pages_forwards_and_backwards(api, author, team):
    made = [str(make_case(author, team).pk) for _ in range(7)][::-1]
    seen, link, pages = [], f"{LIST}?limit=3", []
    while link:
        pages.append(api.get(link).json())
        seen += [one["id"] for one in pages[-1]["results"]]
        link = pages[-1]["next"]
    assert seen == made and [len(page["results"]) for page in pages] == [3, 3, 1]
    assert pages[0]["previous"] is None
    back = api.get(pages[2]["previous"]).json()
    assert back["results"] == pages[1]["results"]
    first = api.get(back["previous"]).json()
    assert first["results"] == pages[0]["results"] and first["previous"] is None
    assert api.get(first["next"]).json()["results"] == pages[1]["results"]


@pytest.mark.parametrize(
    "query",
    [
        "cursor=x",
        "cursor=%00",
        "cursor=WzFd",
        "cursor=W2ZhbHNlLCJ4IiwieSJd",
        "cursor=W2ZhbHNlLCIyMDI2LTAxLTAxIiwieSJd",
        "limit=0",
        "limit=201",
        "limit=0000002009",
        "limit=000000001" + "0" * 5000,
        "limit=x",
        "limit=٣",
        "status=lost",
        "team=x",
        "team=99999999999999999999",
        "q=%00",
    ],
)
def test_invalid_query_parameters_are_rejected(api, case, query):
    assert_problem(api.get(f"{LIST}?{query}"), 400)


def test_list_filters(api, author, team):
    case = make_case(author, team, title="Foot drop")
    other = make_case(make_user(team=team), team, status=Status.SUBMITTED)
    for query, found in [
        ("q=foot+DROP", [case]),
        ("q=" + other.patient.code, [other]),
        ("status=submitted", [other]),
        ("mine=1", [case]),
        (f"team={team.pk}", [other, case]),
        ("team=1000000", []),
    ]:
        results = api.get(f"{LIST}?{query}").json()["results"]
        assert [one["id"] for one in results] == [str(one.pk) for one in found], query


def test_versions_and_differences(api, case):
    document = json.loads(served_text(case.versions.get()))
    document["strength"][1]["grade"] = "4"
    api.send("PUT", address_of(case), document, if_match="*")
    rows = api.get(address_of(case) + "versions/").json()["results"]
    assert [row["number"] for row in rows] == [2, 1]
    first = api.get(rows[1]["url"])
    assert first.content == served_text(case.versions.get(number=1))
    assert first["ETag"] == rows[1]["etag"]
    found = api.get(address_of(case) + "versions/2/diff/").json()
    assert (found["from"], found["to"]) == (1, 2)
    assert [(c["before"], c["after"]) for c in found["changes"]] == [("5", "4")]
    assert api.get(address_of(case) + "versions/2/diff/?against=2").json()["changes"] == []
    assert api.get(address_of(case) + "versions/1/diff/").json()["from"] == 0
    for missing in ("versions/9/", "versions/99999999999999999999/", "versions/2/diff/?against=x"):
        assert_problem(api.get(address_of(case) + missing), 404)


def test_export_is_the_document_as_a_file(api, case):
    response = api.get(address_of(case) + "export/json/")
    assert response.content == served_text(case.versions.get())
    assert response["Content-Disposition"] == f'attachment; filename="case-{case.pk}-1.json"'
    again = api.get(address_of(case) + "export/json/", headers={"if-none-match": response["ETag"]})
    assert again.status_code == 304
    assert_problem(api.get(address_of(case) + "export/xml/"), 404)


def test_export_of_all_cases_has_one_document_per_line(
    api, author, team, django_assert_max_num_queries
):
    cases = [make_case(author, team) for _ in range(3)]
    make_case()
    stored = {served_text(case.versions.get()) for case in cases}
    with django_assert_max_num_queries(12):
        response = api.get(f"{LIST}export/")
        lines = b"".join(response.streaming_content).splitlines()
    assert response["Content-Type"] == "application/x-ndjson"
    assert set(lines) == stored
    assert AccessLog.objects.filter(what__endswith="/export/").count() == 3


def test_equal_cases_have_equal_bytes(author, team):
    document = make_document()
    one = make_case(author, team, document=document)
    other = make_case(author, team, document=json.loads(to_bytes(document)))
    assert one.versions.get().sha256 == other.versions.get().sha256

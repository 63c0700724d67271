"""The pages and the API call for the checks and the CARE checklist."""

import json

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from patients.entry.page import SectionPage
from patients.entry.sections import BY_SLUG
from patients.models import AccessLog, Role, Status
from patients.record.document import build
from patients.versions.reading import served_text
from patients.versions.saving import save_version
from tests.api import Caller, address_of
from tests.factories import make_case, make_team, make_user
from tests.patients.test_tables import load

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return make_case(document=load("published_case"))


def checks_page(case):
    return reverse("caserecords:show-checks", args=[case.pk])


def read_page(client, case, user=None):
    client.force_login(user or case.author)
    response = client.get(checks_page(case))
    assert response.status_code == 200
    return response


def open_checks(client, case):
    return {one.rule: one for one in read_page(client, case).context["checks"].open}


def accept(client, case, key, reason="The source is quoted as it stands."):
    address = reverse("caserecords:accept-check", args=[case.pk])
    return client.post(address, {"key": key, "reason": reason}, follow=True)


def newest(case):
    case.refresh_from_db()
    return json.loads(served_text(case.versions.get(number=case.version)))


def test_page_lists_each_check_with_its_rows_and_edit_link(client, case):
    html = read_page(client, case).content.decode()
    assert "Panel A is described differently in different places" in html
    assert "Lateral recess" in html and f"/cases/{case.pk}/#imaging-findings" in html
    assert reverse("patients:edit-section", args=[case.pk, "imaging-findings"]) in html
    assert html.index("Contradiction") < html.index(">Please check<") < html.index(">Missing<")
    assert AccessLog.objects.filter(case=case, what=f"GET {checks_page(case)}").exists()


def test_page_without_checks_shows_the_number_of_rules(client):
    case = make_case(document=load("invented_case"))
    html = read_page(client, case).content.decode()
    assert "No contradiction found" in html and "35 rules were applied" in html


def test_accepted_check_is_listed_separately_with_its_reason(client, case):
    key = open_checks(client, case)["finding-other-side"].key
    html = accept(client, case, key, "It explains nothing of the left leg.").content.decode()
    assert html.index(">Accepted<") < html.index("It explains nothing of the left leg.")
    assert "finding-other-side" not in open_checks(client, case)


def test_acceptance_is_stored_in_the_document_and_a_version(client, case):
    before = newest(case)
    key = open_checks(client, case)["dose-missing"].key
    accept(client, case, key, "Not printed.")
    after = newest(case)
    row = after["discrepancies"][-1]
    assert row["settles"] == key and row["reading"] == "Not printed."
    assert case.version == 2 and len(after["discrepancies"]) == len(before["discrepancies"]) + 1
    stored = build(after)
    assert stored.discrepancies[-1].settles == key


def test_acceptance_is_kept_on_import(client, case):
    accept(client, case, open_checks(client, case)["dose-missing"].key)
    other = make_case(document=newest(case))
    assert "dose-missing" not in open_checks(client, other)


def test_acceptance_is_kept_if_its_reason_is_edited(client, case):
    accept(client, case, open_checks(client, case)["dose-missing"].key, "Not printed.")
    before = newest(case)["discrepancies"][-1]
    texts = SectionPage(case, BY_SLUG["narrative"]).texts() | {"base_version": "2"}
    name = next(name for name, text in texts.items() if text == "Not printed.")
    address = reverse("patients:edit-section", args=[case.pk, "narrative"])
    assert client.post(address, texts | {name: "Nowhere printed."}).status_code == 302
    assert newest(case)["discrepancies"][-1] == before | {"reading": "Nowhere printed."}


def test_acceptance_can_be_undone(client, case):
    before = newest(case)
    key = open_checks(client, case)["panel-letters"].key
    accept(client, case, key)
    client.post(reverse("caserecords:reopen-check", args=[case.pk]), {"key": key})
    assert "panel-letters" in open_checks(client, case)
    assert newest(case) == before and case.version == 3


def test_check_reopens_when_its_data_change(client, case):
    accept(client, case, open_checks(client, case)["finding-other-side"].key)
    case.imagingfinding_rows.filter(sign="stenosis").update(severity="severe", level="l5_s1")
    save_version(case, case.author)
    case.refresh_from_db()
    assert "finding-other-side" in open_checks(client, case)


def test_accepting_a_check_does_not_affect_others(client, case):
    before = open_checks(client, case)
    accept(client, case, before["panel-letters"].key)
    after = open_checks(client, case)
    assert {one.key for one in after.values()} == {
        one.key for rule, one in before.items() if rule != "panel-letters"
    }


def test_a_reason_is_required(client, case):
    key = open_checks(client, case)["dose-missing"].key
    html = accept(client, case, key, "  ").content.decode()
    assert "Enter a reason for accepting this check." in html
    assert newest(case)["discrepancies"] == load("published_case")["discrepancies"]


def test_only_open_checks_can_be_accepted(client, case):
    client.force_login(case.author)
    assert "no longer open" in accept(client, case, "no-such-check").content.decode()
    address = reverse("caserecords:reopen-check", args=[case.pk])
    assert "is not accepted" in client.post(address, {"key": ""}, follow=True).content.decode()
    case.refresh_from_db()
    assert case.version == 1 and case.discrepancy_rows.count() == 14


def test_accepting_twice_is_idempotent(client, case):
    key = open_checks(client, case)["dose-missing"].key
    accept(client, case, key)
    accept(client, case, key)
    assert case.discrepancy_rows.filter(settles=key).count() == 1


def test_readers_and_submitted_cases_have_no_accept_button(client):
    team = make_team()
    case = make_case(team=team, document=load("published_case"))
    reader = make_user(team=team, role=Role.READER)
    assert "<textarea" not in read_page(client, case, reader).content.decode()
    type(case).objects.filter(pk=case.pk).update(status=Status.SUBMITTED)
    html = read_page(client, case, case.author).content.decode()
    assert "<textarea" not in html and "Panel A" in html


def test_care_page_shows_state_and_evidence_of_all_parts_and_no_score(client, case):
    client.force_login(case.author)
    html = client.get(reverse("caserecords:show-care", args=[case.pk])).content.decode()
    for part in ("care-1", "care-10d", "care-13"):
        assert f'id="{part}"' in html
    assert html.count('scope="row"') == 30 and html.count('scope="rowgroup"') == 13
    assert "The record does not mention consent" in html and "Doses are missing: taper" in html
    assert "/30" not in html


def test_care_page_links_to_the_key_words_to_complete(client):
    document = load("published_case")
    document["case"]["summary"] = "A man. Key words: MRI"  # too few key words: partly met
    case = make_case(document=document)
    client.force_login(case.author)
    response = client.get(reverse("caserecords:show-care", args=[case.pk]))
    assert response.status_code == 200
    row = response.content.decode().split('<tr id="care-2">')[1].split("</tr>")[0]
    assert f'href="{reverse("patients:edit-section", args=[case.pk, "patient"])}"' in row


def test_rest_lists_open_and_accepted_checks(client, case):
    key = open_checks(client, case)["dose-missing"].key
    accept(client, case, key, "Not printed.")
    api = Caller(case.author)
    response = api.get(f"{address_of(case)}checks/")
    body = response.json()
    assert body["version"] == 2 and len(body["rules"]) == 35 and len(body["care"]) == 30
    assert [(one["key"], one["reason"]) for one in body["settled"]] == [(key, "Not printed.")]
    found = next(one for one in body["open"] if one["rule"] == "finding-other-side")
    assert found["severity"] == "doubt"
    assert found["rows"][0]["table"] == "imaging_findings" and found["rows"][0]["row"] == 2
    headers = {"if-none-match": response["ETag"]}
    assert api.get(f"{address_of(case)}checks/", headers=headers).status_code == 304


def test_case_page_shows_open_and_missing_counts(client, case):
    client.force_login(make_user(team=case.team, role=Role.REVIEWER))
    answer = client.get(reverse("caserecords:show-case", args=[case.pk]))
    words = " ".join(strip_tags(answer.content.decode()).split())
    assert "Checks (needs attention)8" in words
    assert "1 contradiction · Checks 3 to confirm 4 gaps" in words
    assert "missing: Informed consent, Patient perspective, Adverse and" in words
    assert "and 8 more" in words


def test_all_accepted_is_not_the_same_as_none_found(client, case):
    for one in open_checks(client, case).values():
        accept(client, case, one.key)
    for one in read_page(client, case).context["checks"].open:  # further checks of the same rules
        accept(client, case, one.key)
    html = read_page(client, case).content.decode()
    assert "No open checks" in html and "No contradiction found" not in html

"""Deleting a draft, undoing it, restoring it later, and erasing it."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from imaging.file_store import store
from patients.actions.deleting import KEPT_DAYS, delete_draft, erase_if_deleted, restore_draft
from patients.models import AccessLog, Case, Draft, Patient, Role, Status
from patients.versions.saving import broken_links, save_version
from tests.api import LIST, Caller, address_of, assert_problem
from tests.factories import make_case, make_document, make_team, make_user
from tests.imaging.stored import case_with_images
from tests.pages import listed

pytestmark = pytest.mark.django_db
HOME = reverse("caserecords:home")
DELETED = reverse("caserecords:list-deleted")


@pytest.fixture
def case(client):
    case = make_case(title="Weak leg")
    client.force_login(case.author)
    return case


def post(client, name, case, **data):
    return client.post(reverse(f"caserecords:{name}", args=[case.pk]), data, follow=True)


def text_of(page):
    return page.content.decode()


def test_a_deleted_draft_leaves_every_list_and_search(client, case):
    client.get(reverse("caserecords:show-case", args=[case.pk]))  # now among the recent cases
    page = post(client, "delete-case", case)
    assert "Draft deleted:" in text_of(page)
    home = client.get(HOME, {"archived": "all"})
    assert listed(home) == [] and home.context["groups"].are_empty
    assert listed(client.get(HOME, {"q": "weak"})) == []
    api = Caller(case.author)
    assert api.get(LIST).json()["results"] == []
    assert api.get(LIST, {"mine": "1"}).json()["results"] == []
    assert b"".join(api.get(f"{LIST}export/").streaming_content) == b""


@pytest.mark.parametrize("role", [Role.READER, Role.REVIEWER, Role.CLINICIAN])
def test_colleagues_no_longer_see_a_deleted_draft(client, case, role):
    colleague = make_user(team=case.team, role=role)
    case.co_authors.add(colleague)
    post(client, "delete-case", case)
    client.force_login(colleague)
    assert listed(client.get(HOME)) == []
    assert client.get(reverse("caserecords:show-case", args=[case.pk])).status_code == 404
    assert case.title not in text_of(client.get(DELETED))


def test_images_of_a_deleted_draft_are_not_found(client):
    case = case_with_images(2)
    api = Caller(case.author)
    image = case.instances.first()
    assert len(api.get("/dicomweb/instances").json()) == 2
    delete_draft(case, case.author)
    assert api.get("/dicomweb/instances").json() == []
    assert_problem(api.get(f"/api/v1/instances/{image.pk}/image.png"), 404)
    assert api.get("/api/v1/studies/").json()["results"] == []


def test_undo_brings_the_draft_back(client, case):
    page = post(client, "delete-case", case)
    undo = reverse("caserecords:restore-draft", args=[case.pk])
    assert f'action="{undo}"' in text_of(page)
    assert "Draft restored." in text_of(post(client, "restore-draft", case))
    assert listed(client.get(HOME)) == [case]
    comments = list(case.versions.order_by("number").values_list("comment", flat=True))
    assert comments == ["", "Draft deleted", "Draft restored"]
    assert list(broken_links(Case.objects.get(pk=case.pk))) == []


def test_a_restored_draft_keeps_unsaved_typing(client, case):
    Draft.objects.create(case=case, user=case.author, section="signs", data="", base_version=1)
    post(client, "delete-case", case)
    post(client, "restore-draft", case)
    assert Draft.objects.filter(case=case).exists()


def test_deleted_drafts_are_linked_only_if_there_are_some(client, case):
    other = make_case(case.author, case.team)
    assert DELETED not in text_of(client.get(HOME))
    post(client, "delete-case", case)
    assert DELETED in text_of(client.get(HOME))
    post(client, "delete-case", other)  # now no case is listed
    assert DELETED in text_of(client.get(HOME))
    page = text_of(client.get(DELETED))
    erased = timezone.now() + timedelta(days=KEPT_DAYS)
    assert "Weak leg" in page and f"{erased.day} {erased:%B %Y}" in page


def test_only_the_author_deletes(client, case):
    for user in (make_user(team=case.team), make_user(team=case.team, role=Role.REVIEWER)):
        case.co_authors.add(user)
        client.force_login(user)
        page = text_of(client.get(reverse("caserecords:show-case", args=[case.pk])))
        assert "Delete draft" not in page
        assert post(client, "delete-case", case).status_code == 403
    assert Case.objects.get().deleted is None


@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.APPROVED])
def test_only_a_draft_is_deleted(client, case, status):
    Case.objects.update(status=status)
    assert "Archive the case instead" in text_of(post(client, "delete-case", case))
    assert Case.objects.get().deleted is None
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.update(deleted=timezone.now())


def test_a_case_that_was_approved_is_not_deleted(client, case):
    save_version(case, case.author, "Approved", is_signed=True)
    page = client.get(reverse("caserecords:show-case", args=[case.pk]))
    assert "Delete draft" not in text_of(page)
    assert "Archive it instead" in text_of(post(client, "delete-case", case))
    assert Case.objects.get().deleted is None


def test_deleting_restoring_and_erasing_twice_have_no_further_effect(case):
    delete_draft(case, case.author)
    first = Case.objects.get()
    delete_draft(case, case.author)
    assert Case.objects.get().deleted == first.deleted
    restore_draft(case, case.author)
    restore_draft(case, case.author)
    assert case.versions.count() == 3
    assert not erase_if_deleted(first) and Case.objects.exists()


def test_the_confirmation_says_what_is_erased(client):
    case = case_with_images(2)
    client.force_login(case.author)
    post(client, "delete-case", case)
    url = reverse("caserecords:erase-draft", args=[case.pk])
    page = text_of(client.get(url))
    version = Case.objects.get().version
    assert case.title in page and "2 images" in page and f"{version} versions" in page
    assert Case.objects.exists()
    assert "was erased" in text_of(client.post(url, follow=True))
    assert not Case.objects.exists() and not Patient.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_command_erases_after_thirty_days_with_the_images(capsys, settings, tmp_path):
    settings.STORAGE_URL, settings.DATA = f"file://{tmp_path / 'files'}", tmp_path
    cases = [case_with_images(1), make_case(), make_case()]
    for case, days in zip(cases[:2], (KEPT_DAYS, KEPT_DAYS - 1), strict=True):
        delete_draft(case, case.author)
        Case.objects.filter(pk=case.pk).update(deleted=timezone.now() - timedelta(days=days))
    assert list(store().hashes())
    call_command("erase_deleted")
    assert "Drafts erased: 1." in capsys.readouterr().out
    assert set(Case.objects.values_list("pk", flat=True)) == {case.pk for case in cases[1:]}
    assert list(store().hashes()) == []


def test_the_code_of_a_deleted_draft_can_be_used_with_other_details(client, case):
    post(client, "delete-case", case)
    person = {"code": case.patient.code, "sex": "female"}
    other = make_case(case.author, case.team, document=make_document(patient=person))
    assert other.patient == case.patient and other.patient.sex == "female"
    post(client, "restore-draft", case)
    found = Caller(case.author).get(address_of(case)).json()["patient"]
    assert found["sex"] == "female"  # the patient is the same person
    assert list(broken_links(Case.objects.get(pk=case.pk))) == []


def test_the_code_of_a_case_that_is_not_deleted_keeps_its_details(client, case):
    person = {"code": case.patient.code, "sex": "female"}
    api = Caller(case.author)
    body = assert_problem(api.send("POST", LIST, make_document(patient=person)), 400)
    assert body["errors"][0]["path"] == "patient.sex"


def test_restoring_is_logged_and_erasing_removes_the_log(client, case):
    post(client, "delete-case", case)
    post(client, "restore-draft", case)
    whats = AccessLog.objects.values_list("what", flat=True)
    assert f"POST /deleted/{case.pk}/restore/" in whats
    assert f"POST /cases/{case.pk}/delete/" in whats


def test_a_save_from_another_tab_after_deleting_is_404(client, case):
    url = reverse("patients:edit-section", args=[case.pk, "symptoms"])
    post(client, "delete-case", case)
    assert client.post(url, {"base_version": "1"}).status_code == 404
    draft = reverse("patients:save-draft", args=[case.pk, "symptoms"])
    assert client.post(draft, {"base_version": "1"}).status_code == 404


def test_a_stranger_sees_no_deleted_drafts(client, case):
    post(client, "delete-case", case)
    client.force_login(make_user(team=make_team()))
    assert "Weak leg" not in text_of(client.get(DELETED))
    for name in ("restore-draft", "erase-draft"):
        assert post(client, name, case).status_code == 404

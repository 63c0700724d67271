"""Restoring an earlier version as the newest one."""

import json

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from imaging.dicom.synthetic import slice_bytes
from imaging.intake.importing import import_paths
from imaging.models import REMOVED
from patients.actions.importing import replace_case
from patients.actions.restoring import restore_version
from patients.models import Case, Role, Status
from patients.versions.reading import served_text
from patients.versions.saving import broken_links
from tests.factories import make_case, make_team, make_user
from tests.versions import put_document

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    case = make_case()
    document = json.loads(served_text(case.versions.get()))
    document["case"]["title"] = "Changed"
    document["strength"] = document["strength"][:1]
    del document["narrative"], document["treatments"]
    replace_case(case, document, case.author, "Much taken away")
    case.refresh_from_db()
    return case


def url_of(case, number=1):
    return reverse("caserecords:restore-version", args=[case.pk, number])


def restore(client, case, number=1, *, user=None, **data):
    client.force_login(user or case.author)
    answer = client.post(url_of(case, number), {"version": case.version} | data)
    case.refresh_from_db()
    return answer


def test_the_confirmation_page_shows_the_version_and_changes_nothing(client, case):
    client.force_login(case.author)
    page = client.get(url_of(case)).content.decode()
    assert "Restore version 1" in page and case.title in page
    assert case.versions.count() == 2


def test_a_restored_document_is_byte_equal(client, case):
    assert restore(client, case).status_code == 302
    first, second, third = case.versions.order_by("number")
    assert served_text(third) == served_text(first) != served_text(second)
    assert (third.sha256, third.comment) == (first.sha256, "version 1 restored")
    assert case.version == 3 and case.title == "Leg weakness after pain"
    restore(client, case, 2)
    assert served_text(case.versions.get(number=4)) == served_text(second)
    assert list(broken_links(case)) == []


def test_images_added_after_the_version_are_set_aside(client, case, tmp_path, settings):
    settings.STORAGE_URL, settings.DATA = f"file://{tmp_path / 'files'}", tmp_path
    file = tmp_path / "slice.dcm"
    file.write_bytes(slice_bytes(0, 32))
    import_paths(case, case.author, [file])
    case.refresh_from_db()
    with_image = case.versions.get(number=case.version)
    restore(client, case)
    newest, first = (case.versions.get(number=number) for number in (case.version, 1))
    assert served_text(newest) == served_text(first)
    assert (case.instances.get().quarantine, case.instances.get().held) == (REMOVED, True)
    restore(client, case, with_image.number)
    assert case.instances.get().quarantine == ""
    assert served_text(case.versions.get(number=case.version)) == served_text(with_image)


def test_an_unsupported_document_is_reported_and_changes_nothing(client, case, monkeypatch):
    put_document(case.versions.get(number=1), {"schema": "caserecord/0"})
    page = restore(client, case).content.decode()
    assert "Not saved. Fix the following:" in page and "caserecord/1" in page
    assert case.version == 2 and case.title == "Changed"


def test_a_stale_page_cannot_restore(client, case):
    page = restore(client, case, version=1).content.decode()
    assert "has changed since you opened this page" in page
    assert restore(client, case, version="x").status_code == 200
    assert case.version == 2


@pytest.mark.parametrize("number", [0, 2, 3, 10**30])
def test_only_an_earlier_version_can_be_restored(client, case, number):
    assert restore(client, case, number).status_code == 404


def test_a_co_author_can_restore(client, case):
    other = make_user("other")
    case.co_authors.add(other)
    client.force_login(other)
    pages = [reverse("caserecords:show-version", args=[case.pk, number]) for number in (1, 2)]
    seen = ["Restore this version" in client.get(page).content.decode() for page in pages]
    assert seen == [True, False]
    assert restore(client, case, user=other).status_code == 302


@pytest.mark.parametrize("role", Role.values)
def test_members_who_are_not_authors_get_403(client, case, role):
    member = make_user("member", case.team, role)
    assert restore(client, case, user=member).status_code == 403
    page = client.get(reverse("caserecords:show-version", args=[case.pk, 1])).content.decode()
    assert "Restore this version" not in page


def test_user_outside_the_team_gets_404(client, case):
    assert restore(client, case, user=make_user("stranger", make_team())).status_code == 404


def test_only_a_draft_can_be_restored(client, case):
    Case.objects.filter(pk=case.pk).update(status=Status.APPROVED)
    assert restore(client, case).status_code == 403
    with pytest.raises(PermissionDenied):  # approved after the page was opened
        restore_version(case, 1, case.author, 2)
    assert case.versions.count() == 2

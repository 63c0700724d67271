"""Versions: one for each change, in a hash chain, and safe under concurrent saves."""

import json
import sqlite3
import zlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, connections, transaction
from django.db.models import F

from patients.models import Case, CaseVersion
from patients.record import computed
from patients.versions import reading
from patients.versions.reading import etag_of, rebuild, served_text
from patients.versions.saving import broken_links, current_versions, save_version
from tests.factories import make_case, make_user

pytestmark = pytest.mark.django_db


def retitle(case, title):
    """Change a title and save a version in one transaction, as an entry page does."""
    with transaction.atomic():
        Case.objects.filter(pk=case.pk).update(title=title)
        return save_version(case, case.author)


@pytest.fixture
def case():
    case = make_case()
    for title in ("second", "third", "fourth"):
        retitle(case, title)
    case.refresh_from_db()
    return case


def version(case, number):
    return CaseVersion.objects.filter(case=case, number=number)


def test_each_change_creates_a_version(case):
    assert [one.number for one in case.versions.all()] == [4, 3, 2, 1]
    assert case.version == 4
    assert list(broken_links(case)) == []


def test_a_save_without_a_change_creates_no_version(case):
    assert save_version(case, case.author).number == 4
    assert save_version(case, case.author, "Submitted").number == 5


def test_newest_versions_need_one_query(case, django_assert_num_queries):
    make_case()
    with django_assert_num_queries(1):
        found = {one.case.title: one.number for one in current_versions(Case.objects.all())}
    assert found == {"fourth": 4, "Leg weakness after pain": 1}


@pytest.mark.parametrize(
    "change",
    [
        {"pieces": {}},
        {"pieces": {}, "sha256": "0" * 64},
        {"is_signed": True},
        {"sha256": "0" * 64},
        {"comment": "approved"},
        {"saved_at": F("saved_at") + timedelta(seconds=1)},
        {"previous_hash": ""},
        {"chain_hash": "0" * 64},
        {"number": 9},
    ],
)
def test_a_manipulated_version_is_reported(case, change):
    version(case, 2).update(**change)
    assert any("version 2" in sentence for sentence in broken_links(case))


def test_a_replaced_version_is_reported_by_the_next_one(case):
    """The hash of the replaced version is correct, but the next version contains the old hash."""
    replaced = version(case, 2).get()
    replaced.comment = "another comment"
    version(case, 2).update(comment=replaced.comment, chain_hash=replaced.compute_hash())
    assert list(broken_links(case)) == [
        f"case {case.pk}: version 3 does not match the previous version"
    ]


def test_a_changed_user_is_reported(case):
    version(case, 3).update(saved_by=make_user())
    assert any("version 3" in sentence for sentence in broken_links(case))


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_deleted_version_is_reported(case, number):
    version(case, number).delete()
    assert f"case {case.pk}: version {number} is missing" in list(broken_links(case))


def test_missing_newest_versions_are_reported(case):
    version(case, 4).delete()
    sentence = f"case {case.pk}: its newest version should be 4, but is 3"
    assert list(broken_links(case)) == [sentence]
    case.versions.all().delete()
    assert list(broken_links(case))


def test_swapped_versions_are_reported(case):
    version(case, 2).update(number=99)
    version(case, 3).update(number=2)
    version(case, 99).update(number=3)
    found = " ".join(broken_links(case))
    assert "version 2" in found and "version 3" in found


def test_documents_swapped_with_their_hashes_are_reported(case):
    one, other = version(case, 2).get(), version(case, 3).get()
    version(case, 2).update(pieces=other.pieces, sha256=other.sha256)
    version(case, 3).update(pieces=one.pieces, sha256=one.sha256)
    found = " ".join(broken_links(case))
    assert "version 2" in found and "version 3" in found


def test_a_changed_piece_is_reported_for_each_version_that_contains_it(case):
    record = case.pieces.get(sha256=version(case, 2).get().pieces["record"])
    kept = record.compressed
    record.compressed = zlib.compress(record.text.replace(b"second", b"forged"))
    record.save()
    assert [sentence for sentence in broken_links(case)] == [
        f"case {case.pk}: the document of version 2 was changed"
    ]
    record.compressed = bytes(kept)[:-9]
    record.save()
    assert any("version 2 was changed" in sentence for sentence in broken_links(case))
    record.delete()
    assert any("version 2 was changed" in sentence for sentence in broken_links(case))
    marks = version(case, 2).get().pieces["imaging/annotations"]
    case.pieces.get(sha256=marks).delete()
    assert sum("was changed" in sentence for sentence in broken_links(case)) == 4


def test_a_version_excludes_the_computed_part(case):
    newest = version(case, 4).get()
    texts = b"".join(piece.text for piece in case.pieces.all())
    assert newest.computed is None and b'"computed"' not in texts
    assert json.loads(served_text(newest))["computed"]["rules"] == computed.RULES
    kept = version(case, 4).get()
    assert kept.rules == computed.RULES and kept.chain_hash == newest.chain_hash
    assert list(broken_links(case)) == []


def test_a_comment_is_not_a_signature(case):
    Case.objects.filter(pk=case.pk).update(status="approved")
    save_version(case, case.author, "approved", is_signed=True)
    version(case, 5).update(comment="approved\nsigned", is_signed=False)
    assert any("version 5" in sentence for sentence in broken_links(case))
    version(case, 5).update(comment="signed\napproved", is_signed=False)
    assert any("version 5" in sentence for sentence in broken_links(case))


def test_a_lost_computed_part_of_a_signed_version_is_reported(case):
    Case.objects.filter(pk=case.pk).update(status="approved")
    save_version(case, case.author, "approved", is_signed=True)
    case.refresh_from_db()
    assert list(broken_links(case)) == []
    for lost in (None, b"", b"damaged"):
        version(case, 5).update(computed=lost)
        sentence = f"case {case.pk}: the computed part of signed version 5 is lost"
        assert list(broken_links(case)) == [sentence]


def test_the_next_version_adds_missing_parts_of_other_apps(case):
    newest = version(case, 4).get()
    newest.pieces = {"record": newest.pieces["record"]}
    newest.save()
    Case.objects.filter(pk=case.pk).update(title="fifth")
    completed = save_version(case, case.author, only=["record", "imaging/studies"])
    assert "imaging/annotations" in completed.pieces
    assert json.loads(served_text(completed))["imaging"]["levels"] == []


def test_unchanged_pieces_are_stored_once(case):
    newest, before = version(case, 4).get().pieces, version(case, 3).get().pieces
    assert {name for name in newest if newest[name] != before[name]} == {"record"}
    assert case.pieces.count() == 4 + len({one for name, one in newest.items() if name != "record"})


def test_a_signed_version_keeps_its_computed_part(case, monkeypatch):
    Case.objects.filter(pk=case.pk).update(status="approved")
    signed = save_version(case, case.author, "Approved", is_signed=True)
    before = served_text(version(case, 5).get())
    served_text(version(case, 4).get())
    monkeypatch.setattr(reading, "RULES", "next")
    monkeypatch.setattr(computed, "RULES", "next")
    assert not rebuild(version(case, 5).get())
    assert served_text(version(case, 5).get()) == before
    assert rebuild(version(case, 4).get()) and not rebuild(version(case, 4).get())
    again = version(case, 4).get()
    assert json.loads(served_text(again))["computed"]["rules"] == again.rules == "next"
    assert etag_of(again) != etag_of(signed)


@pytest.fixture
def threads_database(tmp_path, monkeypatch):
    """A function that switches new connections to a copy of the SQLite database in another file."""

    def share():
        if connection.vendor == "sqlite":
            target = sqlite3.connect(tmp_path / "shared.sqlite3")
            connection.connection.backup(target)
            target.close()
            name = str(tmp_path / "shared.sqlite3")
            monkeypatch.setitem(connections.settings["default"], "NAME", name)

    return share


@pytest.mark.django_db(transaction=True)
def test_concurrent_saves_lose_no_version(threads_database):
    case, saves = make_case(), 8
    threads_database()
    start = Barrier(2)

    def save_often(name):
        start.wait()
        try:
            return [retitle(case, f"{name} {number}").number for number in range(saves)]
        finally:
            connection.close()

    def look():
        try:
            stored = Case.objects.get(pk=case.pk)
            return stored.version, list(broken_links(stored))
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        numbers = [n for found in pool.map(save_often, ["left", "right"]) for n in found]
        newest, broken = pool.submit(look).result()
    assert sorted(numbers) == list(range(2, 2 * saves + 2))
    assert (newest, broken) == (2 * saves + 1, [])


def test_an_approved_case_cannot_be_changed(case):
    Case.objects.filter(pk=case.pk).update(status="approved")
    with pytest.raises(PermissionDenied), transaction.atomic():
        retitle(case, "forged")
    assert Case.objects.get(pk=case.pk).title == "fourth" and case.versions.count() == 4


def test_newer_rules_are_not_a_change_of_a_case(case, monkeypatch):
    before = served_text(case.versions.first())
    monkeypatch.setattr(computed, "MORE", [lambda record: {"new": "reasoning"}])
    assert save_version(case, case.author).number == 4
    Case.objects.filter(pk=case.pk).update(status="submitted")
    approved = save_version(case, case.author, "Approved")  # a change would be rejected
    assert (approved.number, approved.pieces) == (5, version(case, 4).get().pieces)
    assert served_text(version(case, 4).get()) == before

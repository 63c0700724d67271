"""The content store: files are synced, stored once and verified."""

import hashlib
import os

import pytest

from imaging.dicom import content_store
from imaging.dicom.content_store import Store


def put(place, data):
    path = place.temporary()
    path.write_bytes(data)
    return path


def test_a_file_is_stored_under_its_hash(tmp_path):
    place = Store(tmp_path)
    [sha256] = place.put_many([put(place, b"one")])
    assert sha256 == hashlib.sha256(b"one").hexdigest()
    assert place.path(sha256).read_bytes() == b"one"
    assert place.path(sha256).relative_to(tmp_path).parts == (sha256[:2], sha256)
    assert list(place.hashes()) == [sha256]


def test_the_same_bytes_are_stored_once(tmp_path):
    place = Store(tmp_path)
    hashes = place.put_many([put(place, b"one"), put(place, b"one"), put(place, b"two")])
    assert hashes[0] == hashes[1] != hashes[2]
    assert sorted(place.hashes()) == sorted(set(hashes))
    assert list(place.waiting.iterdir()) == []


def test_each_file_is_synced_before_its_name_and_each_folder_after(tmp_path, monkeypatch):
    place = Store(tmp_path)
    deeds = []
    monkeypatch.setattr(content_store, "sync", lambda path: deeds.append(("sync", path)))
    replace = os.replace
    monkeypatch.setattr(os, "replace", lambda a, b: (deeds.append(("name", b)), replace(a, b)))
    path = put(place, b"one")
    [sha256] = place.put_many([path])
    assert deeds[:2] == [("sync", path), ("name", place.path(sha256))]
    assert {place.path(sha256).parent, tmp_path} <= {folder for _, folder in deeds[2:]}


def test_verify_finds_changed_and_lost_files(tmp_path):
    place = Store(tmp_path)
    [sha256] = place.put_many([put(place, b"one")])
    assert place.verify(sha256)
    place.path(sha256).write_bytes(b"other")
    assert not place.verify(sha256)
    place.remove(sha256)
    place.remove(sha256)
    assert not place.verify(sha256)


def test_sweep_deletes_old_temporary_files_only(tmp_path):
    place = Store(tmp_path)
    old, fresh = put(place, b"old"), put(place, b"fresh")
    os.utime(old, (0, 0))
    assert place.sweep(3600) == 1
    assert fresh.exists() and not old.exists()


def test_sweep_of_an_empty_store_deletes_nothing(tmp_path):
    assert Store(tmp_path / "new").sweep(0) == 0
    assert list(Store(tmp_path / "new").hashes()) == []


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "AB" * 32, "0" * 63])
def test_only_hashes_are_valid_names(tmp_path, name):
    with pytest.raises(ValueError, match="SHA-256"):
        Store(tmp_path).path(name)

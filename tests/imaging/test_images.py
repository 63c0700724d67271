"""The cache of rendered pictures stays within its size limit."""

import os

import pytest

from imaging.file_store import cache
from imaging.pixels import pictures


@pytest.fixture
def paths(settings, tmp_path):
    """The paths of ten pictures of 100 bytes in a separate cache, oldest first."""
    settings.DATA = tmp_path
    made = [cache() / f"{number % 3}a" / f"{number}.png" for number in range(10)]
    for at, path in enumerate(made):
        pictures.add_to_cache(path, b"x" * 100)
        os.utime(path, (1_000_000 + at, 1_000_000 + at))
    return made


def test_oldest_pictures_are_deleted_until_the_cache_fits(paths):
    pictures.trim(most=450)
    assert [path.exists() for path in paths] == [False] * 6 + [True] * 4


def test_nothing_is_deleted_while_the_cache_fits(paths):
    pictures.trim(most=1000)
    assert all(path.exists() for path in paths)


def test_cache_size_is_checked_after_a_certain_growth(paths, monkeypatch):
    looks = []
    monkeypatch.setattr(pictures, "TRIM_BYTES", 10)
    monkeypatch.setattr(pictures, "trim", lambda: looks.append(1))
    pictures.add_to_cache(paths[0], b"x" * 100)
    assert looks == [1]

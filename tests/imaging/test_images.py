"""The cache of rendered pictures stays within its size."""

import os

import pytest

from imaging.file_store import cache
from imaging.pixels import pictures


@pytest.fixture
def paths(settings, tmp_path):
    """Ten pictures of 100 bytes each in a cache of their own, the oldest first."""
    settings.DATA = tmp_path
    made = [cache() / f"{number % 3}a" / f"{number}.png" for number in range(10)]
    for at, path in enumerate(made):
        pictures.add_to_cache(path, b"x" * 100)
        os.utime(path, (1_000_000 + at, 1_000_000 + at))
    return made


def test_those_drawn_longest_ago_go_until_the_rest_fits(paths):
    pictures.trim(most=450)
    assert [path.exists() for path in paths] == [False] * 6 + [True] * 4


def test_nothing_goes_while_all_fits(paths):
    pictures.trim(most=1000)
    assert all(path.exists() for path in paths)


def test_as_much_as_the_cache_may_grow_by_leads_to_a_look_at_it(paths, monkeypatch):
    looks = []
    monkeypatch.setattr(pictures, "TRIM_BYTES", 10)
    monkeypatch.setattr(pictures, "trim", lambda: looks.append(1))
    pictures.add_to_cache(paths[0], b"x" * 100)
    assert looks == [1]

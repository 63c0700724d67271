"""Search a catalogue while the user types: ranked matches, and suggestions for misspelt text."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

from patients.catalogue import analytes, lookup
from patients.catalogue.coding import codes_of
from patients.catalogue.names import as_spoken, as_words, names_of

EXACT, PREFIX, WORDS, WITHIN, CLOSE = range(5)  # ranks of a match, best first
CLOSENESS = 0.72  # the least similarity of a suggestion, from 0 to 1
SUGGESTIONS = 5
MAX_TEXT = 80  # longer text is not searched for: no name is that long


@dataclass(frozen=True)
class Match:
    """One entry, with the name that matched best and its first code ("" if it has none)."""

    id: str
    label: str
    name: str
    code: str
    rank: int


def search(table_name: str, text: str, specimen: str = "") -> list[Match]:
    """Return the entries that match ``text``, best first; if there are none, those spelt similarly.

    Raises KeyError for an unknown table.
    """
    wanted = as_spoken(text)
    if not wanted or len(text) > MAX_TEXT:
        return []
    best: dict[str, tuple[int, int, str]] = {}
    for id, name, spoken in _in_specimen(table_name, specimen):
        rank = _rank(wanted, spoken)
        if rank is not None and (rank, len(spoken)) < best.get(id, (CLOSE, 0, ""))[:2]:
            best[id] = (rank, len(spoken), name)
    ranked = sorted(best.items(), key=lambda pair: pair[1][:2])
    found = [_match(table_name, id, name, rank) for id, (rank, _length, name) in ranked]
    return found or suggest(table_name, text, specimen)


def ids_named(table_name: str, text: str) -> tuple[str, ...]:
    """Return the ids of the entries with this name: several for an ambiguous one such as "WBC"."""
    return _by_name(table_name).get(as_spoken(text), ())


def suggest(
    table_name: str, text: str, specimen: str = "", closeness: float = CLOSENESS
) -> list[Match]:
    """Return the entries whose names are spelt similarly to ``text``, the most similar first."""
    if len(text) > MAX_TEXT:
        return []
    rows: dict[str, tuple[str, str]] = {}
    for id, name, spoken in _in_specimen(table_name, specimen):
        rows.setdefault(spoken, (id, name))
    close = get_close_matches(as_spoken(text), rows, SUGGESTIONS, closeness)
    found: dict[str, Match] = {}
    for id, name in (rows[spoken] for spoken in close):
        found.setdefault(id, _match(table_name, id, name, CLOSE))
    return list(found.values())


def _rank(wanted: str, name: str) -> int | None:
    if name == wanted:
        return EXACT
    if name.startswith(wanted):
        return PREFIX
    words = name.split()
    if all(any(word.startswith(part) for word in words) for part in wanted.split()):
        return WORDS
    return WITHIN if wanted in name else None


def _match(table_name: str, id: str, name: str, rank: int) -> Match:
    row = lookup.row_of(table_name, id)
    codes = codes_of(table_name, row)
    return Match(id, row.label if row else id, name, codes[0]["code"] if codes else "", rank)


def _in_specimen(table_name: str, specimen: str) -> Iterator[tuple[str, str, str]]:
    """Yield (id, name, name as compared); analytes only if they are measured in the specimen."""
    groups = analytes.GROUPS.get(specimen, ()) if table_name == "analytes" else ()
    for id, name, spoken, group in _names(table_name):
        if not groups or group in groups:
            yield id, name, spoken


@cache
def _by_name(table_name: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for id, _name, spoken, _group in _names(table_name):
        found.setdefault(spoken, {})[id] = None
    return {spoken: tuple(ids) for spoken, ids in found.items()}


@cache
def _names(table_name: str) -> tuple[tuple[str, str, str, str], ...]:
    return tuple(
        (row.id, name, as_spoken(name) or as_words(name), getattr(row, "specimen", ""))
        for row in lookup.TABLES[table_name]
        for name in names_of(row)
    )

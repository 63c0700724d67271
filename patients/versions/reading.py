"""Load stored versions: the document, its record and its computed part."""

import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from patients.models import CaseVersion
from patients.record.computed import RULES, compute
from patients.record.document import CaseRecord, build_stored, to_bytes
from patients.versions.pieces import RECORD, from_texts, join, join_parts, load_texts

CACHE_SIZE = 64  # records per process


def documents_of(versions: Iterable[CaseVersion]) -> dict[int, dict[str, Any]]:
    """Return {version pk: document without its computed part}, in one query."""
    return {pk: join(from_texts(texts)) for pk, texts in load_texts(versions).items()}


def document_of(version: CaseVersion) -> dict[str, Any]:
    """Return the document of a version as a dict, without its computed part."""
    return documents_of([version])[version.pk]


def record_piece(version: CaseVersion) -> Any:
    """Return the clinical record of a version as a dict, without the parts of other apps."""
    texts = load_texts([version], lambda name: name == RECORD)[version.pk]
    return json.loads(texts[RECORD])


def load_record(version: CaseVersion) -> CaseRecord:
    """Return the cached CaseRecord of a stored version; do not modify it."""
    return record_from(load_texts([version])[version.pk])


def record_from(texts: Mapping[str, str]) -> CaseRecord:
    """Return the CaseRecord of {name: text}; the texts are the cache key."""
    return cached_record(tuple(sorted(texts.items())))


@lru_cache(maxsize=CACHE_SIZE)
def cached_record(texts: tuple[tuple[str, str], ...]) -> CaseRecord:
    pieces = dict(texts)
    record, rest = build_record(pieces.pop(RECORD)), from_texts(pieces)
    return replace(record, parts=join_parts(rest), without_parts=record)


@lru_cache(maxsize=CACHE_SIZE)
def build_record(text: str) -> CaseRecord:
    """Return the clinical record without parts; it stays cached while marks and images change."""
    return build_stored(json.loads(text))


# The computed part


def served_text(version: CaseVersion) -> bytes:
    """Return the whole document of a version as UTF-8 JSON, with its computed part."""
    return served_texts([version])[version.pk]


def served_texts(versions: Iterable[CaseVersion]) -> dict[int, bytes]:
    """Return {version pk: whole document as UTF-8 JSON}."""
    found, loaded = {}, load_texts(versions)
    for version in versions:
        texts = loaded[version.pk]
        entered, computed = to_bytes(join(from_texts(texts))), computed_text(version, texts)
        found[version.pk] = b'%b,"computed":%b}' % (entered[:-1], computed)
    return found


def computed_text(version: CaseVersion, texts: Mapping[str, str]) -> bytes:
    """Return the computed part of a version as JSON; if there is none, compute and store it.

    `texts` are the version's pieces. A stored result is returned even if older rules computed it;
    see `rebuild`.
    """
    if version.computed is None:
        store_computed(version, to_bytes(compute(record_from(texts))))
    return zlib.decompress(version.computed)


def store_computed(version: CaseVersion, text: bytes) -> None:
    """Store the computed part of a version; no hash covers it."""
    version.rules, version.computed = RULES, zlib.compress(text)
    CaseVersion.objects.filter(pk=version.pk).update(rules=RULES, computed=version.computed)


def rebuild(version: CaseVersion) -> bool:
    """Recompute a version's computed part unless it is up to date; return whether this was done.

    Signed versions are never recomputed.
    """
    if version.is_signed or version.rules == RULES:
        return False
    version.computed = None
    computed_text(version, load_texts([version])[version.pk])
    return True


# Entity tags


def etag_of(version: CaseVersion) -> str:
    """Return the strong ETag of the served document, from its hash and rules version."""
    return f'"{version.sha256}-{version.rules or RULES}"'


def matches_etag(version: CaseVersion, tags: Iterable[str]) -> bool:
    """Return whether any ETag belongs to this version; the rules versions may differ."""
    return any(tag.strip('"').partition("-")[0] == version.sha256 for tag in tags)

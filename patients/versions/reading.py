"""Stored versions as they are read: what was entered, its record, and what is computed of it."""

import json
import zlib
from dataclasses import replace
from functools import lru_cache

from patients.models import CaseVersion
from patients.record.computed import RULES, compute
from patients.record.document import build_stored, to_bytes
from patients.versions.pieces import RECORD, from_texts, join, join_parts, load_texts

KEPT = 64  # records that a process keeps


def documents_of(versions):
    """Return {pk of a version: its entered document} of several versions, in one query."""
    return {pk: join(from_texts(texts)) for pk, texts in load_texts(versions).items()}


def document_of(version):
    """Return what was entered of a case in a version, as a dict."""
    return documents_of([version])[version.pk]


def record_piece(version):
    """Return the clinical record of a version as a dict, without what other apps keep."""
    texts = load_texts([version], lambda name: name == RECORD)[version.pk]
    return json.loads(texts[RECORD])


def load_record(version):
    """Return the CaseRecord of a stored version: unsaved rows; it is only to be read."""
    return record_from(load_texts([version])[version.pk])


def record_from(texts):
    """Return the CaseRecord of {name: text}; of the same texts, the same record."""
    return build_once(tuple(sorted(texts.items())))


@lru_cache(maxsize=KEPT)
def build_once(texts):
    pieces = dict(texts)
    record, rest = build_record(pieces.pop(RECORD)), from_texts(pieces)
    return replace(record, parts=join_parts(rest), without_parts=record)


@lru_cache(maxsize=KEPT)
def build_record(text):
    """Build the clinical record alone: it is the same while marks and images change."""
    return build_stored(json.loads(text))


# What is computed, beside what was entered


def served_text(version):
    """Return the whole document of a version as UTF-8 JSON: what was entered and is computed."""
    return served_texts([version])[version.pk]


def served_texts(versions):
    """Return {pk: whole document as UTF-8 JSON} of several versions; few queries."""
    found, loaded = {}, load_texts(versions)
    for version in versions:
        texts = loaded[version.pk]
        entered, computed = to_bytes(join(from_texts(texts))), computed_text(version, texts)
        found[version.pk] = b'%b,"computed":%b}' % (entered[:-1], computed)
    return found


def computed_text(version, texts):
    """Return what is computed of a version, whose pieces are `texts`; kept for the next time.

    What was computed before stands as it is, also by older rules (see `rebuild`).
    """
    if version.computed is None:
        keep_computed(version, to_bytes(compute(record_from(texts))))
    return zlib.decompress(version.computed)


def keep_computed(version, text):
    """Store what is computed of a version beside it. It is part of no hash."""
    version.rules, version.computed = RULES, zlib.compress(text)
    CaseVersion.objects.filter(pk=version.pk).update(rules=RULES, computed=version.computed)


def rebuild(version):
    """Compute a version anew by today's rules; tell whether it was: a signed one never is."""
    if version.is_signed or version.rules == RULES:
        return False
    version.computed = None
    computed_text(version, load_texts([version])[version.pk])
    return True


# Entity tags


def etag_of(version):
    """Return the strong entity tag of the served document: what was entered, and the rules."""
    return f'"{version.sha256}-{version.rules or RULES}"'


def is_named(version, tags):
    """Tell whether any of the entity tags names what was entered in a version, by any rules."""
    return any(tag.strip('"').partition("-")[0] == version.sha256 for tag in tags)

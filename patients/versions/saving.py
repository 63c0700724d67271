"""Save case versions, linked in a hash chain, and verify that chain."""

import json
import zlib
from dataclasses import replace

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from patients.models import Case, CaseVersion
from patients.record.parts import PARTS
from patients.versions.pieces import (
    RECORD,
    from_texts,
    hash_text,
    is_within,
    join_parts,
    load_texts,
    read_pieces,
    store_pieces,
    to_texts,
)
from patients.versions.reading import build_record, computed_text
from patients.versions.summary import store_index, store_summary


@transaction.atomic
def save_version(case, user, comment="", *, only=None, is_signed=False):
    """Store the current rows of a case as its next version; return the newest version.

    Call it in the transaction of the change. If the document is unchanged and there is no comment,
    no version is created; give a comment to record a change outside the document, such as the
    status. `only` lists the pieces that may have changed (see patients.versions.pieces): only these
    are read from the rows and stored. A signed version also stores its computed part.

    Raises PermissionDenied if the document would change and the case is not open. This is
    checked under the lock, because the status may have changed since the page was opened.
    """
    case = Case.objects.select_for_update().select_related("patient").get(pk=case.pk)
    last = case.versions.defer("computed").order_by("-number").first()
    if last is None or not is_complete(last):
        only = None
    texts = to_texts(read_pieces(case, only))
    pieces = pieces_after(last, texts, only)
    changed = last is None or pieces != last.pieces
    if not changed and not comment:
        return last
    if changed and not case.is_open:
        raise PermissionDenied(case.closed_reason)
    version = next_version(case, last, pieces if changed else last.pieces, user, comment, is_signed)
    if changed:
        store_pieces(case, texts, known=set(last.pieces.values()) if last else ())
    version.save(force_insert=True)
    columns = {"version": version.number, "updated": version.saved_at}
    if changed:
        summary = store_summary(case, record_for_summary(case, version, texts))
        if last is None or pieces[RECORD] != last.pieces.get(RECORD):
            store_index(case, json.loads(texts[RECORD]), summary["movements"])
    Case.objects.filter(pk=case.pk).update(**columns)
    if is_signed:
        computed_text(version, load_texts([version])[version.pk])
    return version


def is_complete(version):
    """Return whether a version has the parts of all apps; one from an older release may not."""
    return all(any(is_within(name, [part.key]) for name in version.pieces) for part in PARTS)


def pieces_after(last, texts, only):
    """Return {name: sha256} of the next version: the new pieces and the unchanged ones."""
    unchanged = {}
    if only is not None:
        items = last.pieces.items()
        unchanged = {name: sha256 for name, sha256 in items if not is_within(name, only)}
    return unchanged | {name: hash_text(text) for name, text in texts.items()}


def record_for_summary(case, version, texts):
    """Return the record for the summary, without loading long lists of images."""
    needed = {name for name in version.pieces if is_summarised(name)}
    missing = load_texts([version], lambda name: name in needed - texts.keys())[version.pk]
    pieces = missing | {name: texts[name] for name in needed & texts.keys()}
    record = build_record(pieces.pop(RECORD))
    parts = join_parts(from_texts(pieces))
    for part in PARTS:
        if part.key in parts:
            parts[part.key] = part.with_named(case, parts[part.key])
    return replace(record, parts=parts, without_parts=record)


def is_summarised(name):
    key, _slash, below = name.partition("/")
    part = next((part for part in PARTS if part.key == key), None)
    return part is None or part.is_summarised(below)


def next_version(case, last, pieces, user, comment, is_signed):
    version = CaseVersion(
        case=case,
        number=last.number + 1 if last else 1,
        pieces=pieces,
        previous_hash=last.chain_hash if last else "",
        saved_by=user,
        saved_at=timezone.now(),
        comment=comment,
        is_signed=is_signed,
    )
    version.sha256 = version.hash_of_pieces()
    version.chain_hash = version.compute_hash()
    return version


def current_versions(cases):
    """Return the newest version of each case; `cases` is a QuerySet or a list of primary keys."""
    return CaseVersion.objects.filter(case__in=cases, number=F("case__version")).select_related(
        "case"
    )


def broken_links(case):
    """Yield a message for each fault in a case's versions, such as a changed piece."""
    previous, number = "", 0
    wrong = set(broken_pieces(case))
    for version in case.versions.defer("computed").order_by("number").iterator(chunk_size=100):
        if version.number != number + 1:
            yield f"case {case.pk}: version {number + 1} is missing"
        if version.previous_hash != previous or version.chain_hash != version.compute_hash():
            yield f"case {case.pk}: version {version.number} does not match the previous version"
        if version.hash_of_pieces() != version.sha256 or wrong & set(version.pieces.values()):
            yield f"case {case.pk}: the document of version {version.number} was changed"
        if version.is_signed and not has_computed(version):
            yield f"case {case.pk}: the computed part of signed version {version.number} is lost"
        previous, number = version.chain_hash, version.number
    if number != case.version:
        yield f"case {case.pk}: its newest version should be {case.version}, but is {number}"


def has_computed(version):
    """Return whether the computed part of a version exists and can be parsed."""
    try:
        return bool(json.loads(zlib.decompress(version.computed or b"")))
    except (zlib.error, ValueError):
        return False


def broken_pieces(case):
    """Yield the hash of each piece of a case that is missing or was changed."""
    stored = set()
    for piece in case.pieces.iterator(chunk_size=100):
        stored.add(piece.sha256)
        try:
            is_intact = hash_text(piece.text) == piece.sha256
        except zlib.error:
            is_intact = False
        if not is_intact:
            yield piece.sha256
    for version in case.versions.only("pieces").iterator(chunk_size=100):
        yield from set(version.pieces.values()) - stored

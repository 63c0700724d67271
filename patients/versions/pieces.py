"""A case's entered document in pieces, each stored once, so that a change stores what it touched.

The clinical record is one piece, RECORD. Another app divides its own part
(patients.record.parts.DocumentPart) as it likes; the names of its pieces begin
with the part's key, as in `imaging/annotations`. A version lists the hash of each piece
(patients.models.CaseVersion.pieces).
"""

import hashlib
import json
import zlib

from patients.models import DocumentPiece
from patients.record.document import entered_document, read, to_bytes
from patients.record.parts import PARTS

RECORD = "record"
LEVEL = 6  # of zlib: higher ones take longer and save little


def split(document):
    """Return {name: data} of an entered document."""
    keys = {part.key for part in PARTS}
    pieces = {RECORD: {key: data for key, data in document.items() if key not in keys}}
    for part in PARTS:
        if part.key in document:
            below = part.split(document[part.key])
            pieces |= {f"{part.key}/{name}": data for name, data in below.items()}
    return pieces


def join(pieces):
    """Return the entered document of {name: data}; `split` undone."""
    return pieces[RECORD] | join_parts(pieces)


def join_parts(pieces):
    """Return {key: data} of the parts that other apps keep, of {name: data}."""
    found = {}
    for part in PARTS:
        named = [name for name in pieces if is_within(name, [part.key])]
        if named:
            below = {name.partition("/")[2]: pieces[name] for name in named}
            found[part.key] = part.join(below)
    return found


def of_record():
    """Return the names of the pieces that a change of the clinical record can touch."""
    return [RECORD, *(f"{part.key}/{name}" for part in PARTS for name in part.linked)]


def read_pieces(case, names=None):
    """Return {name: data} of a case as its rows stand: all pieces, or those of some names.

    A name stands for all that begin with it and a slash as well.
    """
    if names is None:
        return split(entered_document(read(case)))
    found = {}
    if RECORD in names:
        found[RECORD] = entered_document(read(case, with_parts=False))
    for name in names:
        if name == RECORD:
            continue
        key, _slash, below = name.partition("/")
        part = next(part for part in PARTS if part.key == key)
        found |= {f"{key}/{one}": data for one, data in part.read_piece(case, below).items()}
    return found


def is_within(name, names):
    """Tell whether a piece is one of those that `names` stand for."""
    return any(name == one or name.startswith(f"{one}/") for one in names)


def hash_text(text):
    """Return the SHA-256 of a piece's text, 64 hex digits."""
    return hashlib.sha256(text).hexdigest()


def store_pieces(case, texts, known=()):
    """Store {name: text} for a case, but those whose hashes are in `known`."""
    new = {hash_text(text): text for text in texts.values()}
    DocumentPiece.objects.bulk_create(
        (
            DocumentPiece(case=case, sha256=sha256, compressed=zlib.compress(text, LEVEL))
            for sha256, text in new.items()
            if sha256 not in known
        ),
        ignore_conflicts=True,
    )


def to_texts(pieces):
    """Return {name: UTF-8 JSON text} of {name: data}."""
    return {name: to_bytes(data) for name, data in pieces.items()}


def load_texts(versions, wanted=lambda name: True):
    """Return {pk of a version: {name: text}} of several versions, in one query.

    KeyError names a piece that is missing; zlib.error is raised for one that was damaged.
    """
    hashes = {
        sha256 for version in versions for name, sha256 in version.pieces.items() if wanted(name)
    }
    cases = {version.case_id for version in versions}
    rows = DocumentPiece.objects.filter(case__in=cases, sha256__in=hashes)
    texts = {(row.case_id, row.sha256): row.text for row in rows}
    return {
        version.pk: {
            name: texts[version.case_id, sha256]
            for name, sha256 in version.pieces.items()
            if wanted(name)
        }
        for version in versions
    }


def from_texts(texts):
    """Return {name: data} of {name: text}."""
    return {name: json.loads(text) for name, text in texts.items()}

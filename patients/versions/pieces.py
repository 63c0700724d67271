"""Store a case's document in pieces, so that a version stores only what changed.

The clinical record is one piece, RECORD. Every other app splits its part
(patients.record.parts.DocumentPart) as needed; the names of these pieces start with the key of
the part, as in `imaging/annotations`. Each version lists the hashes of its pieces
(patients.models.CaseVersion.pieces).
"""

import hashlib
import json
import zlib

from patients.models import DocumentPiece
from patients.record.document import entered_document, read, to_bytes
from patients.record.parts import PARTS

RECORD = "record"
LEVEL = 6  # zlib level; higher levels are slower and save little


def split(document):
    """Split a document without its computed part into {name: data}."""
    keys = {part.key for part in PARTS}
    pieces = {RECORD: {key: data for key, data in document.items() if key not in keys}}
    for part in PARTS:
        if part.key in document:
            part_pieces = part.split(document[part.key])
            pieces |= {f"{part.key}/{name}": data for name, data in part_pieces.items()}
    return pieces


def join(pieces):
    """Join {name: data} into a document without its computed part; the inverse of `split`."""
    return pieces[RECORD] | join_parts(pieces)


def join_parts(pieces):
    """Join {name: data} into the parts of other apps, as {key: data}."""
    found = {}
    for part in PARTS:
        named = [name for name in pieces if is_within(name, [part.key])]
        if named:
            part_pieces = {name.partition("/")[2]: pieces[name] for name in named}
            found[part.key] = part.join(part_pieces)
    return found


def of_record():
    """Return the names of the pieces that an edit of the clinical record can change."""
    return [RECORD, *(f"{part.key}/{name}" for part in PARTS for name in part.linked)]


def read_pieces(case, names=None):
    """Return {name: data} from a case's current rows: all pieces, or those in `names`.

    A name also selects every piece whose name starts with it and a slash.
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
    """Return whether `names` select a piece; see `read_pieces`."""
    return any(name == one or name.startswith(f"{one}/") for one in names)


def hash_text(text):
    """Return the SHA-256 of a piece's text, 64 hex digits."""
    return hashlib.sha256(text).hexdigest()


def store_pieces(case, texts, known=()):
    """Store {name: text} for a case, except pieces whose hashes are in `known`."""
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
    """Serialise {name: data} to {name: UTF-8 JSON}."""
    return {name: to_bytes(data) for name, data in pieces.items()}


def load_texts(versions, wanted=lambda name: True):
    """Return {version pk: {name: text}} for the pieces whose names `wanted` accepts, in one query.

    Raises KeyError for a missing piece and zlib.error for a damaged one.
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
    """Parse {name: UTF-8 JSON} into {name: data}."""
    return {name: json.loads(text) for name, text in texts.items()}

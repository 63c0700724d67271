"""Parts of the case document that other apps keep, and register when the project starts."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class DocumentPart:
    """A list or object of the document that another app keeps.

    read(case) -> data; check(data) -> [(path below the part, message)]; write(case, data);
    schema() -> JSON Schema; discard(case) is called before a case and its rows are deleted.

    It is stored in pieces (patients.versions.pieces): split(data) -> {name: data};
    join({name: data}) -> data; read_piece(case, name) -> {name: data} of the rows as they stand,
    for a name or a start of names. summarise(case, data) -> {column: value} of
    patients.models.CaseSummary, and is_summarised(name) whether the summary and the checks need
    a piece; with_named(case, data) adds to a part of such pieces what marks and figures name.
    `linked` are the pieces that refer to rows of the record, such as a visit.
    """

    key: str
    read: Callable
    check: Callable
    write: Callable
    schema: Callable
    discard: Callable = lambda case: None
    split: Callable = lambda data: {"whole": data}
    join: Callable = lambda pieces: pieces["whole"]
    read_piece: Callable | None = None
    summarise: Callable = lambda case, data: {}
    is_summarised: Callable = lambda name: True
    with_named: Callable = lambda case, data: data
    linked: tuple[str, ...] = ()


PARTS: list[DocumentPart] = []


def register(part):
    """Add another app's part of the document, once."""
    if part.key not in {known.key for known in PARTS}:
        PARTS.append(part)

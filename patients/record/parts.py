"""Registry of the parts of the case document that other apps provide."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class DocumentPart:
    """A list or object of the document that another app provides.

    read(case) -> data
    check(data) -> [(path within the part, message)]
    write(case, data)
    schema() -> JSON Schema
    discard(case) is called before a case and its rows are deleted

    The part is stored in pieces (patients.versions.pieces):

    split(data) -> {name: data}, and join({name: data}) -> data
    read_piece(case, name) -> {name: data} from the current rows, for a name or a prefix
    summarise(case, data) -> {column: value} of patients.models.CaseSummary
    is_summarised(name): whether the summary and the checks need this piece
    with_named(case, data) -> data, including the images that marks and figures refer to
    linked: the names of pieces that refer to rows of the record, such as a visit
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
    """Register another app's part; a second call with the same key has no effect."""
    if part.key not in {known.key for known in PARTS}:
        PARTS.append(part)

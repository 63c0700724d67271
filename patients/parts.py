"""Parts of the case document that other apps keep, and register when the project starts."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """A list or object of the document that another app keeps.

    read(case) -> data; check(data) -> [(path below the part, message)]; write(case, data);
    schema() -> JSON Schema; discard(case) is called before a case and its rows are deleted.
    """

    key: str
    read: Callable
    check: Callable
    write: Callable
    schema: Callable
    discard: Callable = lambda case: None


PARTS: list[Part] = []


def register(part):
    """Add another app's part of the document, once."""
    if part.key not in {known.key for known in PARTS}:
        PARTS.append(part)

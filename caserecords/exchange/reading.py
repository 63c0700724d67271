"""Read case documents from an uploaded file: one JSON document, or one per line."""

from collections.abc import Iterator

from patients.record.json_parsing import parse_json


def split_documents(data: bytes) -> list[tuple[int | None, bytes]]:
    """Return the documents in a file as (line number, JSON text).

    The line number is None if the whole file is one document. A file is read line by line if its
    first line is a complete JSON object and more lines follow; blank lines are skipped.
    """
    lines = [(number, line) for number, line in enumerate(data.splitlines(), 1) if line.strip()]
    if len(lines) > 1 and is_object(lines[0][1]):
        return [*lines]
    return [(None, data)]


def is_object(line: bytes) -> bool:
    try:
        return isinstance(parse_json(line), dict)
    except ValueError:
        return False


def read_documents(data: bytes) -> Iterator[tuple[int | None, object, str]]:
    """Yield (line number, document, error) for each document; the document is None if invalid."""
    for number, text in split_documents(data):
        try:
            yield number, parse_json(text), ""
        except ValueError as error:
            yield number, None, str(error)

"""Values in the case document: conversion from JSON, and the JSON Schema."""

from typing import Any

from patients.catalogue.value_words import COMPARATORS, STATES
from patients.language.numbers import is_number
from patients.language.value import Value
from patients.language.values import TITRE, parse_value

KINDS = ("number", "low", "titre", "percent", "word", "state", "text")
KEYS = {*KINDS, "high", "comparator", "approximate", "unit", "of", "out_of", "also", "remark"}
KEYS |= {"printed"}


def value_from_document(document: object) -> Value:
    """Return the Value of a document value. Raises ValueError if it is not valid."""
    if not isinstance(document, dict):
        raise ValueError('a value must be an object such as {"number": "6", "unit": "mV"}')
    if unknown := sorted(set(document) - KEYS):
        raise ValueError(f"a value has no key {unknown[0]!r}")
    for key, item in document.items():
        _check_item(key, item)
    value = _normalised(Value(**_fields(document)))
    return _checked_print(value, document["printed"]) if "printed" in document else value


def _normalised(value: Value) -> Value:
    """Return a value with numbers and units in their normal spelling.

    Raises ValueError if it prints as another kind of value.
    """
    if value.kind == "text":
        return value
    read = parse_value(value.canonical)
    if value.kind == "word" and read.verbatim:
        return value  # a word that earlier releases did not read as a number
    if read.kind != value.kind or (read.of, bool(read.unit)) != (value.of, bool(value.unit)):
        raise ValueError(f'"{value.canonical}" is a {read.kind}, not a {value.kind}')
    return read


def _checked_print(value: Value, printed: str) -> Value:
    """Return a value with its text as printed. Raises ValueError if that is another value."""
    read = parse_value(printed, value.unit)
    if read.as_canonical() != value:
        raise ValueError(f'printed "{printed}" means {read.canonical}, not {value.canonical}')
    return read


def _check_item(key: str, item: object) -> None:
    if key == "also":
        value_from_document(item)
    elif key == "approximate":
        if item is not True:
            raise ValueError("approximate must be true or left out")
    elif not isinstance(item, str) or not item:
        raise ValueError(f"{key} must be a non-empty string")
    elif key in ("number", "percent", "low", "high", "out_of") and not is_number(item):
        raise ValueError(f'{key} "{item}" is not a number')
    elif key == "titre" and not TITRE.fullmatch(item):
        raise ValueError(f'titre "{item}" is not a titre such as 1:320')


def _fields(document: dict[str, Any]) -> dict[str, Any]:
    kinds = [key for key in KINDS if key in document]
    if len(kinds) != 1:
        raise ValueError(
            "a value must have exactly one of number, low and high, titre, percent, word, state, "
            "text"
        )
    kind = "range" if kinds[0] == "low" else kinds[0]
    left_out = ("low", "titre", "percent", "printed")
    fields = {key: item for key, item in document.items() if key not in left_out}
    if kind in ("range", "titre", "percent"):
        fields["number"] = document[kinds[0]]
    if "also" in document:
        fields["also"] = value_from_document(document["also"])
    return {"kind": kind, **fields}


_TEXT = {"type": "string", "minLength": 1}
_NUMERIC = {"type": "string", "pattern": "^[+-]?\\.?[0-9]"}
_MARKS = {"comparator": {"enum": list(COMPARATORS)}, "approximate": {"const": True}}


def _shape(required: list[str], **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


def _amounts(**notes: Any) -> list[dict[str, Any]]:
    """Return the shapes of a number, a range and a percentage, which may have these notes."""
    ends = {"low": _NUMERIC, "high": _NUMERIC, "approximate": {"const": True}}
    return [
        _shape(["number"], **_MARKS, number=_NUMERIC, out_of=_NUMERIC, unit=_TEXT, **notes),
        _shape(["low", "high"], **ends, unit=_TEXT, of=_TEXT, **notes),
        _shape(["percent"], **_MARKS, percent=_NUMERIC, of=_TEXT, **notes),
    ]


_TITRE = {"type": "string", "pattern": "^1:[1-9][0-9,]*$"}
_NOTES = {"also": {"oneOf": _amounts()}, "remark": _TEXT, "printed": _TEXT}
VALUE_SCHEMA = {
    "title": "Value",
    "oneOf": [
        *_amounts(**_NOTES),
        _shape(["titre"], **_MARKS, titre=_TITRE, remark=_TEXT, printed=_TEXT),
        _shape(["word"], word=_TEXT),
        _shape(["state"], state={"enum": list(STATES)}, printed=_TEXT),
        _shape(["text"], text=_TEXT),
        _TEXT | {"description": "Text as entered on a page, on import only: it is parsed."},
    ],
}

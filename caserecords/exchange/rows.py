"""Convert any table of the case document to rows of cells, with a column for every field."""

from collections.abc import Iterator
from typing import Any

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from patients.catalogue.mrc import Grade
from patients.models import CaseRow
from patients.models.wording import field_heading, field_text
from patients.record.document import CaseRecord, document_fields
from patients.record.kinds import parent_of


def lines(record: CaseRecord, model: type[CaseRow]) -> Iterator[list[Any]]:
    """Yield the header, then the rows; a nested row starts with its parent's number and name."""
    fields = document_fields(model)
    labels = {event.key: event.label for event in record.rows["events"]}
    yield [*parent_heads(model), *(capfirst(field_heading(field)) for field in fields)]
    for row in record.rows[model.DOCUMENT_KEY]:
        yield [*parent_cells(record, row), *(cell(row, field, labels) for field in fields)]


def cell(row: CaseRow, field: models.Field, labels: dict[str, str]) -> str:
    """Return a field as text; a grade's minus is a hyphen ("3-"), which is easy to search for."""
    value = getattr(row, field.name)
    return str(value) if isinstance(value, Grade) else field_text(field, value, labels)


def parent_heads(model: type[CaseRow]) -> list[str]:
    if not model.PARENT:
        return []
    name = parent_of(model)._meta.verbose_name
    return [capfirst(_("%(table)s, row number") % {"table": name}), capfirst(name)]


def parent_cells(record: CaseRecord, row: CaseRow) -> list[Any]:
    """Return [number from 1, parent] for a nested row; [] for a row without a parent."""
    if not row.PARENT:
        return []
    parent = getattr(row, row.PARENT)
    rows = record.rows[parent.DOCUMENT_KEY]
    return [next(n for n, one in enumerate(rows, 1) if one is parent), parent]

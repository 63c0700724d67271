"""Compare two case documents field by field, without database access."""

from collections import Counter
from dataclasses import dataclass

from django.utils.translation import gettext as _

from patients.models import Case, Event, Patient, Visit
from patients.models.wording import document_text
from patients.record.document import (
    CASE_FIELDS,
    PATIENT_FIELDS,
    PRESENTATION_FIELDS,
    document_fields,
)
from patients.record.earlier import as_written_today
from patients.record.kinds import children_of, top_models

UNSTATED = ("not_stated",)  # left out of a row's name


@dataclass(frozen=True)
class Difference:
    """One change: its path, a label, and the text before and after.

    `before` is None for an addition, `after` for a removal. The path is that in the newer document,
    or in the older one for a removal.
    """

    path: str
    label: str
    before: str | None
    after: str | None


def differences(before, after):
    """Return the Differences between two case documents; in a list, removals come first."""
    return [*DocumentComparison(before, after).all()]


class DocumentComparison:
    """A comparison of two documents, using the labels of their events and visits."""

    def __init__(self, before, after):
        self.before, self.after = as_written_today(before), as_written_today(after)
        self.labels = labels_of(before) | labels_of(after)

    def all(self):
        yield from self.compare_fields(Case, CASE_FIELDS, "case", _("case"))
        yield from self.compare_fields(Patient, PATIENT_FIELDS, "patient", _("patient"))
        yield from self.compare_fields(Case, PRESENTATION_FIELDS, "patient", _("patient"))
        for model in top_models():
            key = model.DOCUMENT_KEY
            yield from self.compare_rows(
                model, self.before.get(key, []), self.after.get(key, []), key, model.TITLE
            )
        tables = {model.DOCUMENT_KEY for model in top_models()}
        known = {"schema", "case", "patient", "computed"} | tables
        for key in sorted((self.before.keys() | self.after.keys()) - known):
            yield from compare_plain(
                self.before.get(key), self.after.get(key), key, key.replace("_", " ")
            )

    def compare_fields(self, model, names, key, label):
        old, new = self.before.get(key, {}), self.after.get(key, {})
        fields = [model._meta.get_field(name) for name in names]
        yield from self.compare_row(fields, old, new, key, label)

    def compare_row(self, fields, old, new, path, label):
        for field in fields:
            if old.get(field.name) != new.get(field.name):
                yield Difference(
                    f"{path}.{field.name}",
                    f"{label} · {field.verbose_name}",
                    document_text(field, old.get(field.name), self.labels) or None,
                    document_text(field, new.get(field.name), self.labels) or None,
                )

    def compare_rows(self, model, old_rows, new_rows, path, title):
        old, new = keyed(model, old_rows), keyed(model, new_rows)
        for identity, (index, row) in old.items():
            if identity not in new:
                label = f"{title} · {self.name(model, row)}"
                yield Difference(f"{path}[{index}]", label, self.summary(model, row), None)
        for identity, (index, row) in new.items():
            label = f"{title} · {self.name(model, row)}"
            if identity not in old:
                yield Difference(f"{path}[{index}]", label, None, self.summary(model, row))
            else:
                yield from self.compare_pair(
                    model, old[identity][1], row, f"{path}[{index}]", label
                )
        if old.keys() == new.keys() and list(old) != list(new):
            yield Difference(
                path, f"{title} · {_('order of rows')}", _("previous order"), _("changed")
            )

    def compare_pair(self, model, old, new, path, label):
        yield from self.compare_row(document_fields(model), old, new, path, label)
        for child in children_of(model):
            key = child.DOCUMENT_KEY
            title = f"{label} · {child._meta.verbose_name}"
            yield from self.compare_rows(
                child, old.get(key, []), new.get(key, []), f"{path}.{key}", title
            )

    def name(self, model, row):
        """Return a row's name, such as "ankle dorsiflexion, left, On admission"."""
        names = [n for n in model.IDENTITY if row.get(n) not in (*UNSTATED, None, "")]
        if model in (Event, Visit):
            names = ["label"]
        return ", ".join(self.text(model, row, name) for name in names)

    def summary(self, model, row):
        """Return the fields of a row that are not in its name, and its child rows, as text."""
        named = (*model.IDENTITY, "key", "label")
        texts = [
            f"{field.verbose_name}: {document_text(field, row[field.name], self.labels)}"
            for field in document_fields(model)
            if field.name in row and field.name not in named
        ]
        for child in children_of(model):
            texts += [
                f"{child._meta.verbose_name}: {self.summary(child, part)}"
                for part in row.get(child.DOCUMENT_KEY, [])
            ]
        return "; ".join(texts) or _("no other fields filled in")

    def text(self, model, row, name):
        return document_text(model._meta.get_field(name), row[name], self.labels)


def labels_of(document):
    """Return {key: label} of a document's events and visits."""
    rows = [*document.get("events", []), *document.get("visits", [])]
    return {row["key"]: str(row.get("label", row["key"])) for row in rows}


def keyed(model, rows):
    """Return {identity: (index, row)}; a counter separates rows with the same identity."""
    seen, found = Counter(), {}
    for index, row in enumerate(rows):
        identity = tuple(hashable(row.get(name)) for name in model.IDENTITY)
        seen[identity] += 1
        found[(*identity, seen[identity])] = (index, row)
    return found


def hashable(data):
    """Return a field's data, converted to text if it is a dict or list."""
    return str(data) if isinstance(data, dict | list) else data


def compare_plain(old, new, path, label):
    """Yield the differences in another app's part of the document, value by value."""
    before, after = dict(leaves(old)), dict(leaves(new))
    for keys in [*before, *(key for key in after if key not in before)]:
        (was, old_text), (is_now, text) = (found.get(keys, MISSING) for found in (before, after))
        if was != is_now:
            yield Difference(".".join((path, *keys)), " · ".join((label, *keys)), old_text, text)


MISSING = (None, None)
COUNTED = ("instances",)  # long lists; only their length is shown
NAME_KEYS = ("key", "series_instance_uid", "study_instance_uid", "uid")


def leaves(data, path=()):
    """Yield (path, (data, text)) of each value except null; a path names or numbers list items."""
    if isinstance(data, dict):
        for key, item in data.items():
            name = key.replace("_", " ")
            if key in COUNTED and isinstance(item, list):
                yield (*path, name), (item, str(len(item)))
            else:
                yield from leaves(item, (*path, name))
    elif isinstance(data, list):
        for number, item in enumerate(data, 1):
            yield from leaves(item, (*path, item_name(item, number)))
    elif data is not None:
        yield path, (data, str(data))


def item_name(item, number):
    """Return a list item's name, or else its number; only the end of a long name is kept."""
    names = [item.get(name) for name in NAME_KEYS] if isinstance(item, dict) else []
    name = next((name for name in names if isinstance(name, str)), None)
    if name is None:
        return str(number)
    return name if len(name) <= 24 else f"…{name[-12:]}"

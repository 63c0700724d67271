"""What changed between two versions of a case document, field by field, in words. Pure."""

from collections import Counter
from dataclasses import dataclass

from django.utils.translation import gettext as _

from patients.models import Case, Event, Patient, Visit
from patients.models.wording import document_words
from patients.record.document import (
    CASE_FIELDS,
    PATIENT_FIELDS,
    PRESENTATION_FIELDS,
    document_fields,
)
from patients.record.kinds import children_of, top_models

QUIET = ("not_stated",)  # a side that says nothing adds nothing to a row's name


@dataclass(frozen=True)
class Difference:
    """One change: where (a path into the newer document), what, and its words before and after.

    `before` is None for what was added, `after` for what was removed.
    """

    path: str
    label: str
    before: str | None
    after: str | None


def differences(before, after):
    """Return the Differences from one case document to another, in the document's order."""
    return [*DocumentComparison(before, after).all()]


class DocumentComparison:
    """Two documents, and the labels of their events and visits."""

    def __init__(self, before, after):
        self.before, self.after = before, after
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
                    document_words(field, old.get(field.name), self.labels) or None,
                    document_words(field, new.get(field.name), self.labels) or None,
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
            yield Difference(path, f"{title} · {_('order of rows')}", _("as it was"), _("changed"))

    def compare_pair(self, model, old, new, path, label):
        yield from self.compare_row(document_fields(model), old, new, path, label)
        for child in children_of(model):
            key = child.DOCUMENT_KEY
            title = f"{label} · {child._meta.verbose_name}"
            yield from self.compare_rows(
                child, old.get(key, []), new.get(key, []), f"{path}.{key}", title
            )

    def name(self, model, row):
        """Return a row's name: "ankle dorsiflexion, left, On admission"."""
        names = [n for n in model.IDENTITY if row.get(n) not in (*QUIET, None, "")]
        if model in (Event, Visit):
            names = ["label"]
        return ", ".join(self.words(model, row, name) for name in names)

    def summary(self, model, row):
        """Return what else a row says, in one line."""
        named = (*model.IDENTITY, "key", "label")
        said = [
            f"{field.verbose_name}: {document_words(field, row[field.name], self.labels)}"
            for field in document_fields(model)
            if field.name in row and field.name not in named
        ]
        for child in children_of(model):
            said += [
                f"{child._meta.verbose_name}: {self.summary(child, part)}"
                for part in row.get(child.DOCUMENT_KEY, [])
            ]
        return "; ".join(said) or _("a row without further facts")

    def words(self, model, row, name):
        return document_words(model._meta.get_field(name), row[name], self.labels)


def labels_of(document):
    """Return {key: label} of a document's events and visits."""
    rows = [*document.get("events", []), *document.get("visits", [])]
    return {row["key"]: str(row.get("label", row["key"])) for row in rows}


def keyed(model, rows):
    """Return {identity: (index, row)}; rows of the same identity are counted apart."""
    seen, found = Counter(), {}
    for index, row in enumerate(rows):
        identity = tuple(hashable(row.get(name)) for name in model.IDENTITY)
        seen[identity] += 1
        found[(*identity, seen[identity])] = (index, row)
    return found


def hashable(data):
    """Return what a field says, or its text where it holds what can no longer be read."""
    return str(data) if isinstance(data, dict | list) else data


def compare_plain(old, new, path, label):
    """Compare what another app keeps in the document, by its own keys."""
    before, after = dict(leaves(old)), dict(leaves(new))
    for below in [*before, *(key for key in after if key not in before)]:
        (was, was_words), (is_now, words) = (found.get(below, NOTHING) for found in (before, after))
        if was != is_now:
            yield Difference(
                ".".join((path, *below)), " · ".join((label, *below)), was_words, words
            )


NOTHING = (None, None)
COUNTED = ("instances",)  # long lists of which the number says enough
NAMING = ("key", "series_instance_uid", "study_instance_uid", "uid")


def leaves(data, path=()):
    """Yield (path, (data, words)) of every value in plain JSON; list items by name or number."""
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
    """Return a list item's own name, a long one by its end; else its number."""
    names = [item.get(name) for name in NAMING] if isinstance(item, dict) else []
    name = next((name for name in names if isinstance(name, str)), None)
    if name is None:
        return str(number)
    return name if len(name) <= 24 else f"…{name[-12:]}"

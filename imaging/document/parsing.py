"""Parse the document's imaging part into unsaved rows, and report every error with its path."""

import datetime
import math

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from imaging.document.shapes import LISTS, is_required
from patients.record.conversion import expect, reject_unstorable


def check(data):
    """Return all errors as [(path within the part, message)]."""
    return ImagingReader().read(data).errors


class ImagingReader:
    """Parse the part into unsaved rows and collect errors.

    `found[key]` lists (row, data, path, children) for each object of a top-level list.
    """

    def __init__(self):
        self.errors = []
        self.seen = {}
        self.found = {key: [] for key in LISTS}

    def read(self, data):
        if not isinstance(data, dict):
            self.errors.append(("", _("Enter an object, in braces.")))
            return self
        self.refuse_unknown(data, list(LISTS), "")
        for key, shape in LISTS.items():
            self.found[key] = self.read_list(shape, data.get(key, []), f".{key}")
        return self

    def read_list(self, shape, items, path):
        if not isinstance(items, list):
            self.errors.append((path, _("Enter a list, in square brackets.")))
            return []
        found = [
            self.read_one(shape, item, f"{path}[{index}]", path, index)
            for index, item in enumerate(items)
        ]
        return [one for one in found if one]

    def read_one(self, shape, item, path, above, position):
        if not isinstance(item, dict):
            self.errors.append((path, _("Enter an object, in braces.")))
            return None
        self.refuse_unknown(item, shape.names, path)
        row = shape.model()
        row.position = position
        failed = self.fill(shape, row, item, path)
        self.clean(shape, row, failed, path)
        self.refuse_repeated(shape, row, path, above)
        if "visit" in item and not isinstance(item["visit"], str):
            self.errors.append((f"{path}.visit", _("Enter a string, in double quotes.")))
        below = item.get(shape.child_key, []) if shape.child else []
        child_path = f"{path}.{shape.child_key}"
        children = self.read_list(shape.child, below, child_path) if shape.child else []
        return row, item, path, children

    def refuse_unknown(self, item, names, path):
        for name in item:
            if name not in names:
                message = _("A case document has no such field. Remove it or correct its name.")
                self.errors.append((f"{path}.{name}", message))

    def fill(self, shape, row, item, path):
        """Set a row's fields; return the names of those with invalid data."""
        failed = set()
        for name, field in shape.fields.items():
            try:
                if name in item:
                    setattr(row, name, convert(field, item[name]))
                elif is_required(field):
                    raise ValueError(_("This field is required."))
            except ValueError as error:
                failed.add(name)
                self.errors.append((f"{path}.{name}", str(error)))
        return failed

    def clean(self, shape, row, failed, path):
        others = {field.name for field in row._meta.concrete_fields} - set(shape.fields)
        try:
            row.clean_fields(exclude=others | failed)
        except ValidationError as error:
            for name, messages in error.message_dict.items():
                self.errors += [(f"{path}.{name}", message) for message in messages]

    def refuse_repeated(self, shape, row, path, above):
        scope = "" if shape.everywhere else above
        identity = (shape.model, scope, *(getattr(row, name) for name in shape.identity))
        if identity in self.seen:
            message = _("The same entry is at %s. Change or remove one of the two.")
            self.errors.append((path, message % self.seen[identity]))
        self.seen.setdefault(identity, path.removeprefix("."))


def convert(field, data):
    """Return the Python value for a field. Raises ValueError for invalid data."""
    reject_unstorable(data)
    if isinstance(field, models.IntegerField):
        return expect(data, int, _("Enter a whole number, without quotes."))
    if isinstance(field, models.FloatField):
        return finite(data)
    if isinstance(field, models.BooleanField):
        return expect(data, bool, _("Enter true or false, without quotes."))
    text = expect(data, str, _("Enter a string, in double quotes."))
    if isinstance(field, models.DateField):
        return moment(datetime.date, text, _("Enter a date such as 2011-03-05."))
    if isinstance(field, models.TimeField):
        return moment(datetime.time, text, _("Enter a time such as 09:12:00."))
    return text


def finite(data):
    if isinstance(data, bool) or not isinstance(data, int | float):
        raise ValueError(_("Enter a number, without quotes."))
    try:
        number = float(data)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise ValueError(_("Enter a finite number."))
    return number


def moment(kind, text, message):
    """Parse a date or time in the exact form that `isoformat` writes. Raises ValueError."""
    try:
        found = kind.fromisoformat(text)
    except ValueError:
        raise ValueError(message) from None
    if found.isoformat() != text:
        raise ValueError(message)
    return found

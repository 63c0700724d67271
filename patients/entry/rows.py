"""The forms for the rows of one table.

Every input has a stable name, `<table>-<row>-<column>`, where row is the primary key of a stored
row, or `new1`, `new2` and so on. A page is therefore a flat dict of texts, on which drafts and
merging are based.
"""

import re
from itertools import count

from django.db import models
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from patients.entry.cells import make_cell
from patients.entry.row import RowForm, carried_columns, columns_of, display_cells, texts_of
from patients.entry.sections import help_for
from patients.models import Event, Visit
from patients.models.wording import field_heading

BLANK_ROWS = 3
MANY_COLUMNS = 6  # with more, a narrow screen shows empty cells only on request
MAX_ROWS = 2000  # per table and page, far more than in normal use


class RowFormSet:
    """The rows of one table: their stored state, the input, and saving."""

    template = "patients/entry/_table.html"
    form = RowForm
    takes_tables = True  # whether a table can be pasted into it

    def __init__(
        self,
        table,
        case,
        rows,
        *,
        targets,
        labels,
        texts=None,
        bound=False,
        prefix="",
        template_rows=(),
        filled_rows=(),
    ):
        self.table, self.case, self.prefix = table, case, prefix or table.key
        self.targets, self.labels, self.bound = targets, labels, bound
        # The rows that the page offers, as {column: value}, and those that it fills in.
        self.template_rows, self.filled_rows = (*template_rows, *filled_rows), filled_rows
        seen = None if texts is None else set(self.typed_names(texts))
        # Stored rows that were not on the submitted page are left unchanged.
        self.rows = [row for row in rows if seen is None or self.name_of(row) in seen]
        self.positions = {row.pk: number for number, row in enumerate(self.rows, 1)}
        self.unseen = [row for row in rows if seen is not None and self.name_of(row) not in seen]
        self.forms = self.make_forms(texts)
        self.problems = []

    def name_of(self, row):
        """Return the name of a stored row in the names of its inputs."""
        return str(row.pk)

    def make_forms(self, texts):
        names = {self.name_of(row): row for row in self.rows}
        if texts is not None:
            lost = [name for name in self.typed_names(texts) if name not in names]
            names |= {name: self.new_row(name) for name in lost}
        fresh = self.new_names(texts)
        names |= {name: self.new_row(name) for name in fresh}
        forms = []
        for number, name in enumerate(self.in_order(names), 1):
            shown = self.carried(name, forms) if name in fresh else texts
            forms.append(self.form(self, name, names[name], shown, number))
        return forms

    def in_order(self, names):
        """Return the names of the rows in page order.

        A row that the template offers stays where it is in the template: before the rows that were
        filled from later rows of the template, and before new rows.
        """
        numbers = {name: self.template_number(name, row) for name, row in names.items()}
        placed = [name for name in names if not self.template_values(name)]
        for name in names:
            if self.template_values(name):
                later = [other for other in placed if numbers[other] > numbers[name]]
                added = [other for other in placed if is_new(other) and not numbers[other]]
                before = next(iter(later or added), None)
                placed.insert(placed.index(before) if before else len(placed), name)
        return placed

    def template_number(self, name, row):
        """Return the number of the template's row that a row is filled from; 0 if there is none."""
        if is_new(name):
            return new_number(name) if self.template_values(name) else 0
        found = (n for n, values in enumerate(self.template_rows, 1) if has_values(row, values))
        return next(found, 0)

    def carried(self, name, above):
        """Return the texts that a blank row takes from the row above; None for any other row."""
        if not above or self.template_values(name):
            return None
        return {
            f"{self.prefix}-{name}-{column}": above[-1].texts[column]
            for column in carried_columns(self.table)
        }

    def typed_names(self, texts):
        """Return the names of up to MAX_ROWS rows in `texts`: stored, then new rows, by number."""
        pattern = re.compile(rf"{re.escape(self.prefix)}-((?:new)?\d{{1,9}})-\w+")
        found = dict.fromkeys(match[1] for name in texts if (match := pattern.fullmatch(name)))
        ordered = sorted(found, key=lambda n: (n.startswith("new"), int(n.removeprefix("new"))))
        return ordered[:MAX_ROWS]

    def new_names(self, texts):
        """Return the names of new rows to show.

        On first display, these are the template's rows that are not stored, and blank rows. When
        the user adds rows, they are blank rows.
        """
        typed = self.typed_names(texts or {})
        last = max([len(self.template_rows), *map(new_number, typed)])
        wanted = BLANK_ROWS if texts is None or texts.get("add") == self.prefix else 0
        offered = self.offered_names() if texts is None else []
        return [*offered, *(f"new{last + number}" for number in range(1, wanted + 1))]

    def offered_names(self):
        """Return the names of the template's rows whose values no stored row has."""
        return [
            f"new{number}"
            for number, values in enumerate(self.template_rows, 1)
            if not any(has_values(row, values) for row in self.rows)
        ]

    @cached_property
    def offered_texts(self):
        """The texts of the offered rows; a new row with the same texts has no input yet."""
        offered = self.template_rows[: len(self.template_rows) - len(self.filled_rows)]
        rows = [(values, self.table.model(**values)) for values in offered]
        return [{name: texts_of(row, {})[name] for name in values} for values, row in rows]

    @property
    def has_offered(self):
        return any(form.is_offered for form in self.forms)

    def template_values(self, name):
        """Return the values that the template gives a new row; {} for any other row."""
        number = new_number(name)
        return self.template_rows[number - 1] if 0 < number <= len(self.template_rows) else {}

    def new_row(self, name):
        """Return an unsaved row; an offered row without a visit gets the first one."""
        values = self.template_values(name)
        row = self.table.model(**values)
        if values and "visit" not in values and hasattr(self.table.model, "visit"):
            row.visit = next(iter(self.targets[Visit].values()), None)
        return row

    @cached_property
    def columns(self):
        """The cells of the visible columns, for the table's header."""
        model = self.table.model
        return [make_cell(model._meta.get_field(name)) for name in self.table.columns]

    @property
    def helps(self):
        """The columns that have a help text, as [(label, help text)]."""
        columns = columns_of(self.table.model)
        return [(field_heading(c), help_for(c)) for c in columns if help_for(c)]

    @cached_property
    def naming_columns(self):
        """The columns that say what a row is about; a narrow screen always shows them."""
        mandatory = [cell.column.name for cell in self.columns if cell.is_mandatory]
        return {*self.table.model.IDENTITY, *mandatory}

    @property
    def has_many_columns(self):
        return len(self.table.columns) > MANY_COLUMNS

    @property
    def width(self):
        return len(self.table.columns) + 2

    @property
    def row_numbers(self):
        return ",".join(map(self.name_of, self.rows))

    @property
    def title(self):
        return str(self.table.model.TITLE)

    def catalogues(self):
        cells = display_cells(self.table.model).values()
        return {cell.catalogue for cell in cells if cell.catalogue}

    # Text values, for drafts and merging

    def texts(self):
        """Return {input name: text} for the stored rows."""
        return self.texts_for(self.rows, map(self.name_of, self.rows), self.labels)

    def texts_for(self, rows, names, labels):
        found = {}
        for number, (name, row) in enumerate(zip(names, rows, strict=False), 1):
            shown = texts_of(row, labels) | {"delete": "", "order": str(number)}
            found |= {f"{self.prefix}-{name}-{column}": text for column, text in shown.items()}
        return found

    def texts_at(self, record, typed):
        """Return {input name: text} for an earlier record, with the row names listed in `typed`."""
        names = [name for name in typed.get(f"{self.prefix}-rows", "").split(",") if name]
        labels = {event.key: event.label for event in record.rows["events"]}
        return self.texts_for(record.rows[self.table.key], names, labels)

    def input_labels(self):
        """Return {input name: label}, such as "Laboratory, row 2 (CSF protein), result".

        Blank rows are left out: their visit and side are not input.
        """
        return {
            f"{form.prefix}-{name}": f"{self.row_label(form)}, {cell.label}"
            for form in self.forms
            if not form.is_blank
            for name, cell in form.fields.items()
        }

    def row_label(self, form):
        where = _("row %s") % form.number
        return f"{capfirst(self.title)}, {where}" + (f" ({form.title})" if form.title else "")

    # Validation

    def is_valid(self):
        """Validate the rows to be saved, and check for duplicates."""
        if all([form.is_valid() for form in self.forms if form.is_included]):
            self.check_duplicates()
        return not self.list_errors()

    def check_duplicates(self):
        """Add errors for rows that violate the model's unique constraints."""
        for names in self.unique_names():
            seen = {}
            for form in self.forms_to_save():
                values = unique_values(form.row, names)
                if None not in values and values in seen:
                    message = (
                        _("This duplicates row %s. Change or delete one of them.") % seen[values]
                    )
                    form.add_error(names[-1] if names[-1] in form.fields else None, message)
                seen.setdefault(values, form.number)

    def check_stored_duplicates(self):
        """Add errors for rows that duplicate stored rows not on the submitted page."""
        message = _("This row is already saved. Reload the page to see it.")
        for names in self.unique_names():
            stored = {unique_values(row, names) for row in self.unseen}
            for form in self.forms_to_save():
                if unique_values(form.row, names) in stored:
                    form.add_error(names[-1] if names[-1] in form.fields else None, message)

    def unique_names(self):
        """Return the columns of each of the model's unique constraints, without the case."""
        constraints = self.table.model._meta.constraints
        found = [one.fields for one in constraints if isinstance(one, models.UniqueConstraint)]
        return [[name for name in names if name != "case"] for names in found]

    def list_errors(self):
        """Return [(input id, message)], first for the table and then for its rows in order."""
        found = list(self.problems)
        for form in self.forms:
            if form.is_bound and form.is_included:
                for name, messages in form.errors.items():
                    known = name in form.fields
                    label = f", {form.fields[name].label}" if known else ""
                    where = form[name].auto_id if known else form["delete"].auto_id
                    found += [(where, f"{self.row_label(form)}{label}: {m}") for m in messages]
        return found

    # Saving

    def forms_to_save(self):
        """Return the forms of the rows to save, in the new order."""
        included = [form for form in self.forms if form.is_included]
        ordered = [form for form in included if not form.has_moved]
        moved = [form for form in included if form.has_moved and form.texts["order"].isdigit()]
        for form in sorted(moved, key=lambda form: int(form.texts["order"])):
            ordered.insert(int(form.texts["order"]) - 1, form)
        return ordered

    def record_rows(self):
        """Return {document key: rows} as they would be after saving."""
        return {self.table.key: tuple(form.row for form in self.forms_to_save())}

    def free_positions(self, start=0):
        """Yield the positions, from `start`, that no stored row outside the page has."""
        taken = {row.position for row in self.unseen}
        return (position for position in count(start) if position not in taken)

    def rows_after_save(self):
        """Return {(model, pk): row} for the stored rows after saving; None if deleted."""
        kept = {form.row.pk: form.row for form in self.forms_to_save()}
        return {(self.table.model, row.pk): kept.get(row.pk) for row in self.rows}

    def rows_renamed(self):
        """Return {row in input names: row after saving}, with "" for a deleted row."""
        kept = [form for form in self.forms_to_save() if not form.is_stored]
        new = {form.prefix: f"{self.prefix}-{self.name_of(form.row)}" for form in kept}
        return new | {form.prefix: "" for form in self.forms if form.is_deleted}

    @property
    def row_lists(self):
        """The inputs that list the stored rows, as {name: text}."""
        return {f"{self.prefix}-rows": self.row_numbers}

    def save(self, start=0):
        """Save the rows to keep, numbering their positions from `start`, and delete the others.

        Changed rows keep their primary key.
        """
        rows = [form.row for form in self.forms_to_save()]
        dirty = []
        for position, form in zip(self.free_positions(start), self.forms_to_save(), strict=False):
            row, row.case = form.row, self.case
            if not form.is_stored or form.is_changed or row.position != position:
                row.position = position
                dirty.append(row)
        for row in dirty:
            refresh_links(row)
        kept = {row.pk for row in rows}
        gone = [row.pk for row in self.rows if row.pk not in kept]
        stale = gone + [row.pk for row in dirty if row.pk is not None]
        self.table.model.objects.filter(case=self.case, pk__in=stale).delete()
        self.table.model.objects.bulk_create(dirty)


def is_new(name):
    return name.startswith("new")


def new_number(name):
    """Return the number in the name of a new row; 0 for the name of a stored row."""
    return int(name.removeprefix("new")) if is_new(name) else 0


def has_values(row, values):
    return all(getattr(row, name) == value for name, value in values.items())


def refresh_links(row):
    """Update a row's foreign keys to rows that were just saved."""
    for field in row._meta.concrete_fields:
        if isinstance(field, models.ForeignKey) and field.is_cached(row):
            setattr(row, field.name, getattr(row, field.name))


def unique_values(row, names):
    return tuple(identity(getattr(row, name)) for name in names)


def identity(value):
    return value.key if isinstance(value, Event | Visit) else value

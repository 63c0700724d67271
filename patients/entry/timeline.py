"""Formsets for events and visits, which other rows refer to by key."""

from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import gettext as _

from patients.entry.rows import RowFormSet
from patients.language.chronology import place_events
from patients.models import Case, Event
from patients.models.wording import field_heading

MAX_KEY_LENGTH = Event._meta.get_field("key").max_length


class KeyedFormSet(RowFormSet):
    """Rows that other rows refer to; a new row gets a permanent key from its label."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.assign_keys()

    def assign_keys(self):
        taken = {form.row.key for form in self.forms if form.row.key}
        for form in self.forms:
            if form.is_included and not form.row.key:
                form.row.key = new_key(form.texts["label"], taken)
                taken.add(form.row.key)
            form.row.label = form.texts["label"] or form.row.label

    def offered(self):
        """Return {key: row} of the rows that other rows can refer to."""
        return {form.row.key: form.row for form in self.forms if form.is_included}

    def deleted(self):
        return [form for form in self.forms if form.is_stored and form.is_deleted]

    def save(self):
        """Save new, changed and moved rows; `delete_rows` deletes rows once all parts are saved."""
        for position, form in zip(self.free_positions(), self.forms_to_save(), strict=False):
            row, row.case = form.row, self.case
            if not form.is_stored or form.is_changed or row.position != position:
                row.position = position
                row.save()

    def delete_rows(self):
        for form in self.deleted():
            form.row.delete()

    def check_deletions(self, after):
        """Add errors for deleted rows still in use; `after` is {(model, pk): row} after saving."""
        for form in self.deleted():
            uses = [*references_to(form.row, after), *self.references_on_page(form.row)]
            if uses:
                message = _("You cannot delete “%(label)s” while it is used in: %(uses)s.")
                values = {"label": form.row.label, "uses": ", ".join(uses)}
                self.problems.append((form["delete"].auto_id, message % values))

    def references_on_page(self, row):
        return ()


class EventFormSet(KeyedFormSet):
    """Events; each may be dated relative to any other, including new ones."""

    @cached_property
    def names(self):
        """{label: key} for stored and typed labels; typed labels override stored ones."""
        before = {label: key for key, label in self.labels.items() if key in self.offered()}
        typed = {form.texts["label"]: form.row.key for form in self.forms if form.is_included}
        return before | typed

    def is_valid(self):
        for form in self.forms:
            others = {name: key for name, key in self.names.items() if key != form.row.key}
            form.fields["placement"].events = others
        if super().is_valid():
            self.check_cycles()
        return not self.list_errors()

    def check_cycles(self):
        """Add an error for a cycle of anchors, an unknown anchor, or several index events."""
        try:
            place_events([form.row for form in self.forms_to_save()], self.case)
        except ValueError as error:
            where = self.forms[0]["placement"].auto_id
            self.problems.append((where, f"{self.title}: {error}"))

    def references_on_page(self, row):
        heading = field_heading(Event._meta.get_field("placement"))
        for form in self.forms_to_save():
            placement = form.row.placement
            if placement and row.key in (placement.anchor, placement.anchor_high):
                yield f"{self.title}: {form.row.label} ({heading})"
        if self.case.age_event == row.key:
            yield str(Case._meta.get_field("age_at_presentation").verbose_name)


def new_key(label, taken):
    """Return a unique key derived from a label; `taken` are the existing keys."""
    stem = slugify(label)[:MAX_KEY_LENGTH].strip("-") or "event"
    key, number = stem, 1
    while key in taken:
        number += 1
        key = f"{stem[: MAX_KEY_LENGTH - len(str(number)) - 1]}-{number}"
    return key


def references_to(row, after):
    """Yield a description of each row that will refer to `row` after the page is saved."""
    for relation in relations_to(type(row)):
        name = relation.field.name
        for user in relation.related_model.objects.filter(**{relation.field.attname: row.pk}):
            later = after.get((relation.related_model, user.pk), user)
            if later is not None and getattr(later, relation.field.attname) == row.pk:
                text = f"{relation.related_model._meta.verbose_name}: {later}"
                yield f"{text} ({relation.related_model._meta.get_field(name).verbose_name})"


def relations_to(model):
    """Return the foreign keys to a model as reverse relations, including hidden ones."""
    fields = model._meta.get_fields(include_hidden=True)
    return [f for f in fields if f.auto_created and not f.concrete and f.one_to_many]

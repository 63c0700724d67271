"""Events and visits: their keys, events placed from each other, and what refers to them."""

from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import gettext as _

from patients.entry.rows import RowFormSet
from patients.language.chronology import place_events
from patients.models import Event
from patients.models.wording import field_heading

LONGEST_KEY = Event._meta.get_field("key").max_length


class KeyedFormSet(RowFormSet):
    """Rows that other rows refer to: each gets its key once, from its label."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.assign_keys()

    def assign_keys(self):
        taken = {form.row.key for form in self.forms if form.row.key}
        for form in self.forms:
            if form.counts and not form.row.key:
                form.row.key = new_key(form.texts["label"], taken)
                taken.add(form.row.key)
            form.row.label = form.texts["label"] or form.row.label

    def offered(self):
        """Return {key: row} of what can be referred to."""
        return {form.row.key: form.row for form in self.forms if form.counts}

    def deleted(self):
        return [form for form in self.forms if form.is_stored and form.is_deleted]

    def save(self):
        """Store each row in its place; rows that others refer to are never written anew."""
        for position, form in enumerate(self.kept()):
            row, row.case = form.row, self.case
            if not form.is_stored or form.is_changed or row.position != position:
                row.position = position
                row.save()

    def delete_rows(self):
        for form in self.deleted():
            form.row.delete()

    def refuse_deletion_in_use(self, after):
        """Refuse to delete what is referred to; `after` is as in RowFormSet.after, of the page."""
        for form in self.deleted():
            uses = [*users_of(form.row, after), *self.uses_here(form.row)]
            if uses:
                message = _("“%(label)s” cannot be deleted: %(uses)s refers to it.")
                words = {"label": form.row.label, "uses": ", ".join(uses)}
                self.problems.append((form["delete"].auto_id, message % words))

    def uses_here(self, row):
        return ()


class EventFormSet(KeyedFormSet):
    """Events; each may be placed from any other, also from one that is entered beside it."""

    @cached_property
    def names(self):
        """Return {label: key}, by the labels typed and, behind them, those stored before."""
        before = {label: key for key, label in self.labels.items() if key in self.offered()}
        typed = {form.texts["label"]: form.row.key for form in self.forms if form.counts}
        return before | typed

    def is_valid(self):
        for form in self.forms:
            others = {name: key for name, key in self.names.items() if key != form.row.key}
            form.fields["placement"].events = others
        if super().is_valid():
            self.refuse_loops()
        return not self.mistakes()

    def refuse_loops(self):
        """Say why, where the events cannot all be placed from each other."""
        try:
            place_events([form.row for form in self.kept()], self.case.age_at_presentation)
        except ValueError as error:
            where = self.forms[0]["placement"].auto_id
            self.problems.append((where, f"{self.title}: {error}"))

    def uses_here(self, row):
        heading = field_heading(Event._meta.get_field("placement"))
        for form in self.kept():
            placement = form.row.placement
            if placement and placement.anchor == row.key:
                yield f"{self.title}: {form.row.label} ({heading})"


def new_key(label, taken):
    """Return a key made of a label, unlike every key taken."""
    stem = slugify(label)[:LONGEST_KEY].strip("-") or "event"
    key, number = stem, 1
    while key in taken:
        number += 1
        key = f"{stem[: LONGEST_KEY - len(str(number)) - 1]}-{number}"
    return key


def users_of(row, after):
    """Yield in words what refers to an event or visit, as it will stand once the page is saved."""
    for relation in relations_to(type(row)):
        name = relation.field.name
        for user in relation.related_model.objects.filter(**{relation.field.attname: row.pk}):
            later = after.get((relation.related_model, user.pk), user)
            if later is not None and getattr(later, relation.field.attname) == row.pk:
                words = f"{relation.related_model._meta.verbose_name}: {later}"
                yield f"{words} ({relation.related_model._meta.get_field(name).verbose_name})"


def relations_to(model):
    """Return the relations of every model that refers to this one, those without a name too."""
    fields = model._meta.get_fields(include_hidden=True)
    return [f for f in fields if f.auto_created and not f.concrete and f.one_to_many]

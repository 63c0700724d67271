"""Formsets for events and visits, which other rows refer to by key."""

from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.entry.cells import WhenField
from patients.entry.row import RowForm
from patients.entry.rows import RowFormSet
from patients.entry.visit_times import is_same_day, shown_time
from patients.entry.widgets import TextBox
from patients.language.chronology import place_events
from patients.language.day_words import understood
from patients.language.placement import LONGEST
from patients.language.when import read_when
from patients.models import Case, Event
from patients.models.wording import field_heading

WHEN = gettext_lazy("when")
WHEN_HELP = gettext_lazy("The time of the visit's event, such as 3 months after admission.")
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

    @cached_property
    def times(self):
        """{input name: how its time was understood}; if bound, use only after validation."""
        return {form["placement"].html_name: text for form, text in self.explain_times()}

    def understood(self, form):
        return self.times[form["placement"].html_name]

    def explain_times(self):
        """Yield (form, how its time was understood, or what is wrong with it)."""
        rows = [form.row for form in self.valid_forms()]
        explain = explain_times(rows, self.case)
        valid = {form.row_name for form in self.valid_forms()}
        for form in self.forms:
            if form.is_bound and "placement" in form.errors:
                yield form, " ".join(form.errors["placement"])
            else:
                is_read = form.is_bound or form.texts["placement"] == form.shown["placement"]
                is_known = is_read and form.row_name in valid
                yield form, explain.get(form.row.key, "") if is_known else ""

    def valid_forms(self):
        return [form for form in self.forms_to_save() if not (form.is_bound and form.errors)]

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


class VisitForm(RowForm):
    """A visit, with the time of its event in the column "when"."""

    def stored_texts(self):
        return super().stored_texts() | {"when": shown_time(self.row, self.formset.labels)}

    def make_cells(self):
        super().make_cells()
        label = f"{WHEN}, {_('row %s') % self.number}"
        attrs = {"class": "form-control cell cell-when", "aria-label": label, "title": WHEN_HELP}
        self.fields["when"] = WhenField(
            label=WHEN, required=False, max_length=LONGEST, widget=TextBox(attrs=attrs)
        )

    def main_cells(self):
        label, *others = super().main_cells()
        return [label, self["when"], *others]

    @property
    def is_blank(self):
        return super().is_blank and not self.texts["when"]

    def clean(self):
        """Report a time that contradicts the row of the visit's event."""
        cleaned = super().clean()
        event, when = cleaned.get("event"), cleaned.pop("when", "")
        if event and when and when != self.shown["when"]:
            names = {label: key for key, label in self.formset.labels.items()}
            row = self.formset.targets[Event].get(event.key, event)  # with the time as typed
            try:
                same = is_same_time(read_when(when, names), row)
            except ValueError:
                same = True  # the event's row has the message
            if not same:
                message = _("“%s” has another time. Enter the time in one of the two tables.")
                self.add_error("when", message % event.label)
        return cleaned


def is_same_time(typed, event):
    """Return whether a time typed at a visit is that of its event, or "same day as" that event."""
    stored = event.placement
    if stored is None or typed == stored:
        return True
    is_index_date = stored.how == "index" and typed.how == "date" and typed.date == stored.date
    return is_index_date or (is_same_day(typed) and typed.anchor == event.key)


class VisitFormSet(KeyedFormSet):
    """Visits; the time of a visit is that of its event."""

    form = VisitForm

    @property
    def columns(self):
        label, *others = super().columns
        return [label, WhenField(label=WHEN, required=False), *others]

    @property
    def width(self):
        return super().width + 1

    def times(self, events):
        """Return {input name: how the time was understood}, as at the row of the visit's event."""
        known = {form.row.key: events.understood(form) for form in events.forms if form.row.key}
        return {
            form["when"].html_name: known.get(getattr(form.row.event, "key", ""), "")
            for form in self.forms
        }

    def texts_for(self, rows, names, labels):
        found = super().texts_for(rows, names, labels)
        times = {
            f"{self.prefix}-{name}-when": shown_time(row, labels)
            for name, row in zip(names, rows, strict=False)
        }
        return found | times


def explain_times(events, case):
    """Return {event key: how its time was understood}, without events that have no time.

    Returns {} if the events cannot be resolved.
    """
    labels = {event.key: event.label for event in events}
    try:
        days = place_events(events, case)
    except ValueError:  # for example a circle of events, each dated relative to the next
        return {}
    timed = {event.key: event.placement for event in events if event.placement}
    index = next((labels[key] for key, placement in timed.items() if placement.how == "index"), "")
    return {
        key: understood(placement, days[key], labels, index) for key, placement in timed.items()
    }


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

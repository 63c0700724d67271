"""An entry page: the tables of one section, filled from the database, a draft or a submission."""

from functools import partial
from urllib.parse import urlencode

from django.utils.functional import cached_property

from patients.catalogue import lookup
from patients.entry.case_templates import find_template
from patients.entry.copied_visits import copied_grades, copied_rows, finish_copies
from patients.entry.merging import list_conflicts, merge, row_of
from patients.entry.narrative import ChapterFormSet
from patients.entry.new_visits import ADDED, LABEL, MAX_LABEL, added_visits, check_label
from patients.entry.patient import PatientForm
from patients.entry.rows import RowFormSet
from patients.entry.strength import PREFIX, StrengthGrid, texts_of
from patients.entry.timeline import EventFormSet, KeyedFormSet, VisitFormSet
from patients.entry.treatment import CourseFormSet
from patients.entry.visit_times import VisitTimes
from patients.models import (
    ROW_MODELS,
    Event,
    Narrative,
    StrengthScore,
    Treatment,
    TreatmentPhase,
    Visit,
)
from patients.models.events import VisitRow
from patients.record.document import CaseRecord, entered_document, key_fields

TIMES = {"placement", "when"}  # the columns of the timeline whose times are explained
FORMSETS = {Event: EventFormSet, Visit: VisitFormSet, Narrative: ChapterFormSet}


class SectionPage:
    """The page of a section for one case.

    `texts` is {input name: text} of a draft or submitted page; without it, the page shows the
    stored state. Only `bound` pages are validated. `grid_options` are for the strength grid.

    The parts of a page are formsets, a grid or a form. They share the methods `catalogues`,
    `texts`, `texts_at`, `input_labels`, `is_valid`, `list_errors`, `record_rows`,
    `rows_after_save`, `rows_renamed`, `row_lists` and `save`.
    """

    def __init__(self, case, section, *, texts=None, bound=False, grid_options=None):
        self.case, self.section = case, section
        self.given, self.bound = texts, bound
        self.template = find_template(case.template)
        self.grid_options = self.template_options() | (grid_options or {})
        self.events = list(Event.objects.filter(case=case))
        self.visits = list(Visit.objects.filter(case=case).select_related("event"))
        self.added = self.add_visits()
        if texts is not None and section.slug == "timeline":
            self.given = VisitTimes(texts, self.events, self.visits).moved()
        self.targets = {
            Event: {event.key: event for event in self.events},
            Visit: {visit.key: visit for visit in self.visits},
        }
        self.labels = {event.key: event.label for event in self.events}
        self.is_prefilled = False  # whether the page shows unsaved values of a copied visit
        self.parts = self.make_parts()
        if section.slug == "timeline":
            self.explain_times()

    @property
    def has_visits(self):
        """Whether a table of the page refers to visits, so that visits can be added on it."""
        return any(issubclass(table.model, VisitRow) for table in self.section.tables)

    def add_visits(self):
        """Add the visits that the user entered on the page, and return them."""
        typed = self.given if self.given and self.has_visits else {}
        self.visit_error = check_label(self.visits, typed)
        self.visit_label = typed.get(LABEL, "") if self.visit_error else ""
        self.is_label_long = len(self.visit_label) > MAX_LABEL
        added = added_visits(self.visits, typed)
        self.visits += added
        return added

    def make_parts(self):
        if self.section.slug == "patient":
            return [PatientForm(self.case, texts=self.given, bound=self.bound)]
        return [self.make_part(table) for table in self.section.tables]

    def explain_times(self):
        """Show below each time how it was understood, also for input that is not validated yet."""
        for form in (form for part in self.parts for form in part.forms):
            for name in TIMES & form.fields.keys():
                form.fields[name].understood = partial(self.understood, form.add_prefix(name))

    def understood(self, name):
        return self.times.get(name, "")

    @cached_property
    def times(self):
        """{input name: how its time was understood}; if the page is bound, use after validation."""
        if self.given is not None and not self.bound:
            read = SectionPage(self.case, self.section, texts=self.given, bound=True)
            read.is_valid()
            return read.times
        events, visits = self.parts
        return events.times | visits.times(events)

    @property
    def query(self):
        """The query string that shows the same grid again after saving; "" without a grid."""
        grids = [part for part in self.parts if isinstance(part, StrengthGrid)]
        options = grids[0].options_to_keep if grids else {}
        return f"?{urlencode(options)}" if options else ""

    @property
    def start_visit(self):
        """The key of the newest visit made by copying, where the strength grid starts; else ""."""
        copied = [key for key in self.case.copied_visits if key in self.targets[Visit]]
        return copied[-1] if copied else ""

    @property
    def added_inputs(self):
        """The hidden inputs of the added visits, as (name, label) pairs."""
        return [(ADDED.format(visit.key), visit.label) for visit in self.added]

    def template_options(self):
        """Return the options of the strength grid that the case's template sets."""
        if self.template is None:
            return {}
        return {"set": self.template.strength, "sides": self.template.sides}

    def make_part(self, table):
        options = {"texts": self.given, "bound": self.bound}
        if table.model is StrengthScore and table.grid:
            rows = StrengthScore.objects.filter(case=self.case).select_related("visit")
            if self.given is None:
                options["texts"] = self.prefilled_grades(table, rows)
            return StrengthGrid(
                self.case, rows, self.visits, grid_options=self.grid_options, **options
            )
        options |= {"targets": self.targets, "labels": self.labels}
        if table.model is Treatment:
            phases = TreatmentPhase.objects.filter(case=self.case)
            return CourseFormSet(table, self.case, self.rows_of(table), phases=phases, **options)
        formset = FORMSETS.get(table.model, RowFormSet)
        rows = self.rows_of(table)
        options |= self.offered_rows(table, rows)
        part = formset(table, self.case, rows, **options)
        if table.model is Event:
            self.targets[Event] = part.offered()
        return part

    def offered_rows(self, table, rows):
        """Return the rows that the case's template and its copied visits offer, as options."""
        if not self.case.copied_visits or "visit" not in table.columns:
            copied, filled = (), ()
        else:
            copied, filled = copied_rows(self.case, table, rows, self.targets[Visit])
        self.is_prefilled |= self.given is None and bool(filled)
        template = self.template.rows.get(table.key, ()) if self.template else ()
        return {"template_rows": (*template, *copied), "filled_rows": tuple(filled)}

    def prefilled_grades(self, table, scores):
        """Return the grid's texts, including copied grades; None if no grades are copied."""
        copied = copied_grades(self.case, table, scores, self.targets[Visit])
        self.is_prefilled |= bool(copied)
        return texts_of([*scores, *copied]) if copied else None

    def rows_of(self, table):
        if table.model is Event:
            return self.events
        if table.model is Visit:
            return self.visits
        links = [name for name, _target in key_fields(table.model)]
        return table.model.objects.filter(case=self.case).select_related(*links)

    @property
    def datalists(self):
        """The suggestions for the page's cells, as [(catalogue, labels)]."""
        names = sorted(set().union(*(part.catalogues() for part in self.parts)))
        return [(name, [label for _id, label in lookup.choices(name)]) for name in names]

    # Validation and saving

    def is_valid(self):
        """Validate every part, so that all errors can be shown together."""
        valid = all([part.is_valid() for part in self.parts])
        if valid:
            after = {}
            for part in self.parts:
                after |= part.rows_after_save()
            for part in self.keyed:
                part.check_deletions(after)
        return not self.list_errors()

    def mark_stored_duplicates(self):
        """Mark rows that duplicate stored rows not on the page; return whether there are errors."""
        for part in self.parts:
            if isinstance(part, RowFormSet):
                part.check_stored_duplicates()
        return bool(self.list_errors())

    @property
    def keyed(self):
        return [part for part in self.parts if isinstance(part, KeyedFormSet)]

    def list_errors(self):
        found = [error for part in self.parts for error in part.list_errors()]
        return [("visit-label", self.visit_error), *found] if self.is_label_long else found

    def save(self):
        """Save the added visits and all parts of a valid page. Must run in a transaction."""
        for position, visit in enumerate(self.visits):
            if visit in self.added:
                visit.case, visit.position = self.case, position
                visit.save()
        for part in self.parts:
            part.save()
        for part in reversed(self.keyed):
            part.delete_rows()
        if self.case.copied_visits:
            finish_copies(self.case, self.section)

    @property
    def row_lists(self):
        """The inputs that list the stored rows of each table, as {name: text}."""
        found = {}
        for part in self.parts:
            found |= part.row_lists
        return found

    def document(self):
        """Return this section's part of the case document as it would be after saving.

        If the user added visits, it includes the visits.
        """
        rows = {model.DOCUMENT_KEY: () for model in ROW_MODELS}
        keys = self.section.keys
        if self.added:
            rows, keys = rows | {"visits": tuple(self.visits)}, (*keys, "visits")
        for part in self.parts:
            rows |= part.record_rows()
        document = entered_document(CaseRecord(self.case, self.case.patient, rows))
        return {key: document.get(key, []) for key in keys}

    # Text values, for drafts and merging

    def texts(self):
        """Return {input name: text} for the stored state."""
        found = {}
        for part in self.parts:
            found |= part.texts()
        return found

    def texts_at(self, record, typed):
        """Return {input name: text} for an earlier version, with the row names used in `typed`."""
        found = {}
        for part in self.parts:
            found |= part.texts_at(record, typed)
        return found

    def merged_with(self, record, typed):
        """Return {input name: text}: input based on `record`, merged into the stored state."""
        return merge(self.texts_at(record, typed), self.texts(), typed, row_of=self.row_of)

    def conflicts_with(self, before, theirs):
        """Return the CellConflicts of the page's input with the original and the saved texts."""
        labels = {}
        for part in self.parts:
            labels |= part.input_labels()
        return list_conflicts(before, theirs, self.given, labels)

    def row_of(self, name):
        """Return the unit that is merged as a whole: a row, or one cell of the strength grid."""
        is_cell = name.startswith(f"{PREFIX}-") and self.section.slug == "strength"
        return name if is_cell else row_of(name)

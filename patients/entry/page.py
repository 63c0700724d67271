"""One page of entry: the tables of a section, as stored, as drafted, or as typed."""

from patients.catalogue import lookup
from patients.entry.merging import choices, merge, row_of
from patients.entry.narrative import ChapterFormSet
from patients.entry.patient import PatientForm
from patients.entry.rows import RowFormSet
from patients.entry.strength import PREFIX, StrengthGrid
from patients.entry.timeline import EventFormSet, KeyedFormSet
from patients.entry.treatment import CourseFormSet
from patients.models import (
    ROW_MODELS,
    Event,
    Narrative,
    StrengthScore,
    Treatment,
    TreatmentPhase,
    Visit,
)
from patients.record.document import CaseRecord, entered_document, key_fields

FORMSETS = {Event: EventFormSet, Visit: KeyedFormSet, Narrative: ChapterFormSet}


class SectionPage:
    """The parts of a section's page for one case.

    `texts` is {name of an input: text} where it is not the stored state that is shown; `bound`
    pages are validated; `wanted` says what a grid shows. A part is a formset, a grid or a form: it
    knows its texts, its mistakes, its rows after saving, and how to save them.
    """

    def __init__(self, case, section, *, texts=None, bound=False, wanted=None):
        self.case, self.section = case, section
        self.given, self.bound, self.wanted = texts, bound, wanted or {}
        self.events = list(Event.objects.filter(case=case))
        self.visits = list(Visit.objects.filter(case=case).select_related("event"))
        self.targets = {
            Event: {event.key: event for event in self.events},
            Visit: {visit.key: visit for visit in self.visits},
        }
        self.labels = {event.key: event.label for event in self.events}
        self.parts = self.make_parts()

    def make_parts(self):
        if self.section.slug == "patient":
            return [PatientForm(self.case, texts=self.given, bound=self.bound)]
        return [self.make_part(table) for table in self.section.tables]

    def make_part(self, table):
        options = {"texts": self.given, "bound": self.bound}
        if table.model is StrengthScore and table.grid:
            rows = StrengthScore.objects.filter(case=self.case).select_related("visit")
            return StrengthGrid(self.case, rows, self.visits, wanted=self.wanted, **options)
        options |= {"targets": self.targets, "labels": self.labels}
        if table.model is Treatment:
            phases = TreatmentPhase.objects.filter(case=self.case)
            return CourseFormSet(table, self.case, self.rows_of(table), phases=phases, **options)
        formset = FORMSETS.get(table.model, RowFormSet)
        part = formset(table, self.case, self.rows_of(table), **options)
        if table.model is Event:
            self.targets[Event] = part.offered()
        return part

    def rows_of(self, table):
        if table.model is Event:
            return self.events
        if table.model is Visit:
            return self.visits
        links = [name for name, _target in key_fields(table.model)]
        return table.model.objects.filter(case=self.case).select_related(*links)

    @property
    def datalists(self):
        """Return [(catalogue, labels)] of what the page's cells offer to choose from."""
        names = sorted(set().union(*(part.catalogues() for part in self.parts)))
        return [(name, [label for _id, label in lookup.choices(name)]) for name in names]

    # Validation and saving

    def is_valid(self):
        """Validate every part, so that all that is wrong is told at once."""
        valid = all([part.is_valid() for part in self.parts])
        if valid:
            after = {}
            for part in self.parts:
                after |= part.after()
            for part in self.keyed:
                part.refuse_deletion_in_use(after)
        return not self.mistakes()

    def repeats_stored(self):
        """Mark new rows that are stored already but not shown; tell whether anything is wrong."""
        for part in self.parts:
            if isinstance(part, RowFormSet):
                part.refuse_stored()
        return bool(self.mistakes())

    @property
    def keyed(self):
        return [part for part in self.parts if isinstance(part, KeyedFormSet)]

    def mistakes(self):
        return [mistake for part in self.parts for mistake in part.mistakes()]

    def save(self):
        """Store all parts. Call it in a transaction, on a valid page."""
        for part in self.parts:
            part.save()
        for part in reversed(self.keyed):
            part.delete_rows()

    def document(self):
        """Return this section's part of the case document, as it would be after saving."""
        rows = {model.DOCUMENT_KEY: () for model in ROW_MODELS}
        for part in self.parts:
            rows |= part.record_rows()
        document = entered_document(CaseRecord(self.case, self.case.patient, rows))
        return {key: document.get(key, []) for key in self.section.keys}

    # Texts, for drafts and for merging

    def texts(self):
        """Return {name: text} of the page as it is stored."""
        found = {}
        for part in self.parts:
            found |= part.texts()
        return found

    def texts_at(self, record, typed):
        """Return {name: text} of an earlier version, named as the typed page names its rows."""
        found = {}
        for part in self.parts:
            found |= part.texts_at(record, typed)
        return found

    def merged_with(self, record, typed):
        """Return (page, CellConflicts): the input since `record` merged into what is stored."""
        before, theirs = self.texts_at(record, typed), self.texts()
        merged = merge(before, theirs, typed, row_of=self.row_of)
        page = SectionPage(self.case, self.section, texts=merged, wanted=self.wanted)
        words = {}
        for part in page.parts:
            words |= part.names_in_words()
        return page, choices(before, theirs, typed, words)

    def row_of(self, name):
        """Return what stands or falls together: a row; in the strength grid, a single cell."""
        is_cell = name.startswith(f"{PREFIX}-") and self.section.slug == "strength"
        return name if is_cell else row_of(name)

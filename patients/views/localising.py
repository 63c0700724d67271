"""The localisation panel shown next to the entry pages."""

from django.template.loader import render_to_string

from patients.entry.rows import RowFormSet
from patients.entry.sections import BY_SLUG
from patients.entry.strength import StrengthGrid
from patients.models import ROW_MODELS, Event, Visit
from patients.reasoning.evidence import READERS
from patients.reasoning.localisation import localise
from patients.record.document import CaseRecord

# Entry pages with findings used for localisation.
SLUGS = {slug for slug, section in BY_SLUG.items() if READERS.keys() & set(section.keys)}
MODELS = [model for model in ROW_MODELS if model.DOCUMENT_KEY in READERS]


def localise_stored(case):
    """Return the Localisation of the stored findings of a case."""
    return localise(CaseRecord(case, case.patient, stored_rows(case)))


def render_typed(request, page):
    """Return the panel as HTML for the unsaved input of a page, without its invalid rows."""
    page.is_valid()
    rows = stored_rows(page.case)
    for part in page.parts:
        rows |= typed_rows(part)
    record = CaseRecord(page.case, page.case.patient, rows)
    context = {"localisation": localise(record), "case": page.case, "is_typed": True}
    return render_to_string("patients/_localisation.html", context, request)


def stored_rows(case):
    """Return {document key: rows} that the localisation uses, with one query per table."""
    rows = {model.DOCUMENT_KEY: model.objects.filter(case=case) for model in MODELS}
    rows = {key: list(found.select_related("visit__event")) for key, found in rows.items()}
    rows["events"] = list(Event.objects.filter(case=case))
    rows["visits"] = list(Visit.objects.filter(case=case).select_related("event"))
    return rows


def typed_rows(part):
    """Return {document key: rows} of one part of a validated page, without invalid rows."""
    if isinstance(part, StrengthGrid):
        return {"strength": part.scores_to_save()}
    if isinstance(part, RowFormSet):
        return {part.table.key: [form.row for form in part.forms_to_save() if not form.errors]}
    return {}

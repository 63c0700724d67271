"""Undo the last save of an entry page."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from patients.actions.importing import update_patient
from patients.actions.row_keys import keep_primary_keys
from patients.entry.drafts import part_at
from patients.models import ROW_MODELS, Case, Event, Visit
from patients.record.document import CASE_COLUMNS, build_stored, key_fields
from patients.versions.pieces import of_record
from patients.versions.reading import record_piece
from patients.versions.saving import save_version


class SectionChanged(Exception):
    """The section was changed again after the save to be undone."""


@transaction.atomic
def undo_save(case, section, before, after, user):
    """Save a version in which a section is as in version `before`; return the version.

    `after` is the version that the save created. Raises SectionChanged if the section has changed
    since, PermissionDenied if the case cannot be edited, ProtectedError if an event or visit to be
    deleted is used elsewhere, and DocumentError if the patient now has other details.
    """
    case = Case.objects.select_for_update().select_related("patient", "team").get(pk=case.pk)
    if not case.is_open:
        raise PermissionDenied(case.closed_reason)
    if not 1 <= before < after <= case.version:
        raise SectionChanged
    if part_at(case, section, after) != part_at(case, section, case.version):
        raise SectionChanged
    record = build_stored(document_with(case, section, before))
    if section.heads:
        restore_head(case, record)
    keys = set(section.keys)
    models = [model for model in ROW_MODELS if model.DOCUMENT_KEY in keys or is_nested(model, keys)]
    keep_primary_keys(case, record, models)
    restore_rows(case, record, models)
    return save_version(case, user, _("%s: change undone") % section.title, only=of_record())


def document_with(case, section, number):
    """Return the document of the current version with a section as in version `number`."""
    now = record_piece(case.versions.get(number=case.version))
    then = record_piece(case.versions.get(number=number))
    kept = {key: value for key, value in now.items() if key not in section.keys}
    return kept | {key: then[key] for key in section.keys if key in then}


def is_nested(model, keys):
    """Return whether the rows of a model are nested in rows of one of the tables `keys`."""
    if not model.PARENT:
        return False
    return model._meta.get_field(model.PARENT).related_model.DOCUMENT_KEY in keys


def restore_head(case, record):
    for name in CASE_COLUMNS:
        setattr(case, name, getattr(record.case, name))
    case.patient = update_patient(case, record.patient)
    case.save(update_fields=[*CASE_COLUMNS, "patient"])


def restore_rows(case, record, models):
    """Replace the rows of the models; an event or visit keeps its primary key."""
    stored = {model: rows_by_key(case, model) for model in (Event, Visit)}
    for model in reversed(models):
        if model not in stored:
            model.objects.filter(case=case).delete()
    for model in models:
        for row in record.rows[model.DOCUMENT_KEY]:
            row.case = case
            link(row, model, stored)
            row.save(force_insert=model not in stored or row.pk is None)
            if model in stored:
                stored[model][row.key] = row
    for model in [one for one in (Visit, Event) if one in models]:
        kept = [row.key for row in record.rows[model.DOCUMENT_KEY]]
        model.objects.filter(case=case).exclude(key__in=kept).delete()


def rows_by_key(case, model):
    return {row.key: row for row in model.objects.filter(case=case)}


def link(row, model, stored):
    """Point the foreign keys of a row to the stored events and visits, and to its saved parent."""
    for name, target in key_fields(model):
        value = getattr(row, name)
        setattr(row, name, value and stored[target][value.key])
    if model.PARENT:
        setattr(row, model.PARENT, getattr(row, model.PARENT))

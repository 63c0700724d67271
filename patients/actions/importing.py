"""Taking in a case document: all of it, or nothing."""

from django.db import transaction
from django.utils.translation import gettext as _

from patients.access.identifiers import forget_after
from patients.models import ROW_MODELS, Patient
from patients.record.document import (
    CASE_COLUMNS,
    PATIENT_FIELDS,
    DocumentError,
    build,
    key_fields,
)
from patients.record.parts import PARTS
from patients.versions.saving import save_version


@transaction.atomic
def import_case(document, team, user, comment=""):
    """Make a new draft of a document; return the case. DocumentError names every bad field."""
    record = build(document)
    case = record.case
    case.team, case.author = team, user
    case.patient = take_patient(record.patient, team)
    case.save(force_insert=True)
    store_rows(record, case)
    save_version(case, user, comment)
    case.refresh_from_db()
    return case


@transaction.atomic
def replace_case(case, document, user, comment=""):
    """Replace a case's content by a document, as its next version."""
    return replace_rows(case, build(document), user, comment)


def replace_rows(case, record, user, comment=""):
    """Replace a case's content by a built record, as its next version; in a transaction."""
    for name in CASE_COLUMNS:
        setattr(case, name, getattr(record.case, name))
    before = case.patient
    case.patient = correct_patient(case, record.patient)
    case.save()
    if case.patient != before:
        forget_after(before, case.author)
    for model in reversed(ROW_MODELS):
        model.objects.filter(case=case).delete()
    store_rows(record, case)
    return save_version(case, user, comment)


def correct_patient(case, wanted):
    """Return the patient of a replaced case; one that no other case shares is corrected.

    The person stays the same row, and so keeps the key by which images are de-identified.
    """
    patient = case.patient
    others = Patient.objects.filter(team=case.team, code=wanted.code).exclude(pk=patient.pk)
    if others.exists() or patient.cases.exclude(pk=case.pk).exists():
        return take_patient(wanted, case.team)
    for name in PATIENT_FIELDS:
        setattr(patient, name, getattr(wanted, name))
    patient.save(update_fields=PATIENT_FIELDS)
    return patient


def take_patient(wanted, team):
    """Return the team's patient of that code, made if new; refuse another person's facts."""
    patient, made = Patient.objects.get_or_create(
        team=team,
        code=wanted.code,
        defaults={name: getattr(wanted, name) for name in PATIENT_FIELDS if name != "code"},
    )
    differing = [
        name
        for name in PATIENT_FIELDS
        if not made and getattr(patient, name) != getattr(wanted, name)
    ]
    if differing:
        message = _("the team's patient of this code has another value here")
        raise DocumentError([(f"patient.{name}", message) for name in differing])
    return patient


def store_rows(record, case):
    """Save a built record's rows and the other apps' parts under a saved case."""
    for model in ROW_MODELS:
        rows = record.rows[model.DOCUMENT_KEY]
        links = [name for name, _target in key_fields(model)]
        links += [model.PARENT] if model.PARENT else []
        for row in rows:
            row.case = case
            for name in links:
                setattr(row, name, getattr(row, name))  # takes the key of the saved target
        model.objects.bulk_create(rows)
    for part in PARTS:
        part.write(case, record.parts.get(part.key))

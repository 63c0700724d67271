"""Import case documents; a document with an error is not imported."""

from django.db import transaction
from django.utils.translation import gettext as _

from patients.access.identifiers import forget_identity
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
    """Create a draft from a document and return it; DocumentError lists every invalid field."""
    record = build(document)
    case = record.case
    case.team, case.author = team, user
    case.patient = get_or_create_patient(record.patient, team)
    case.save(force_insert=True)
    store_rows(record, case)
    save_version(case, user, comment)
    case.refresh_from_db()
    return case


@transaction.atomic
def replace_case(case, document, user, comment=""):
    """Replace a case's content with a document and save its next version."""
    return replace_rows(case, build(document), user, comment)


def replace_rows(case, record, user, comment=""):
    """Replace a case's content with a record and save its next version.

    Call it in a transaction.
    """
    for name in CASE_COLUMNS:
        setattr(case, name, getattr(record.case, name))
    before = case.patient
    case.patient = update_patient(case, record.patient)
    case.save()
    if case.patient != before:
        forget_identity(before, case.author)
    for model in reversed(ROW_MODELS):
        model.objects.filter(case=case).delete()
    store_rows(record, case)
    return save_version(case, user, comment)


def update_patient(case, wanted):
    """Return the patient of a replaced case; update it in place if no other case shares it.

    Keeping the row keeps the key with which the images are de-identified.
    """
    patient = case.patient
    others = Patient.objects.filter(team=case.team, code=wanted.code).exclude(pk=patient.pk)
    if others.exists() or patient.cases.exclude(pk=case.pk).exists():
        return get_or_create_patient(wanted, case.team)
    for name in PATIENT_FIELDS:
        setattr(patient, name, getattr(wanted, name))
    patient.save(update_fields=PATIENT_FIELDS)
    return patient


def get_or_create_patient(wanted, team):
    """Get or create the team's patient with this code; DocumentError if the details differ."""
    patient, created = Patient.objects.get_or_create(
        team=team,
        code=wanted.code,
        defaults={name: getattr(wanted, name) for name in PATIENT_FIELDS if name != "code"},
    )
    differing = [
        name
        for name in PATIENT_FIELDS
        if not created and getattr(patient, name) != getattr(wanted, name)
    ]
    if differing:
        message = _("This patient is already recorded with a different value.")
        raise DocumentError([(f"patient.{name}", message) for name in differing])
    return patient


def store_rows(record, case):
    """Save a record's rows and the other apps' parts under a saved case."""
    for model in ROW_MODELS:
        rows = record.rows[model.DOCUMENT_KEY]
        links = [name for name, _target in key_fields(model)]
        links += [model.PARENT] if model.PARENT else []
        for row in rows:
            row.case = case
            for name in links:
                setattr(row, name, getattr(row, name))  # sets the primary key of the saved target
        model.objects.bulk_create(rows)
    for part in PARTS:
        part.write(case, record.parts.get(part.key))

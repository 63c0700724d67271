"""Import case documents, each one completely or not at all."""

from django.db import transaction
from django.utils.translation import gettext as _

from patients.access.identifiers import forget_identity
from patients.actions.row_keys import keep_primary_keys
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
def import_case(document, team, user, comment="", *, template="", form_token=None):
    """Create a draft from a document and return it.

    Raises DocumentError with all errors, and IntegrityError if the user already created a case with
    this form token.
    """
    record = build(document)
    return create_case(record, team, user, comment, template=template, form_token=form_token)


def create_case(record, team, user, comment="", *, template="", form_token=None):
    """Create a draft from a record and return it.

    Must run in a transaction. Raises DocumentError if another case has the patient with different
    details or a part rejects its data, and IntegrityError as `import_case` does.
    """
    case = record.case
    case.team, case.author = team, user
    case.template, case.form_token = template, form_token
    case.patient = get_or_create_patient(record.patient, case)
    case.save(force_insert=True)
    store_rows(record, case)
    save_version(case, user, comment)
    case.refresh_from_db()
    return case


@transaction.atomic
def replace_case(case, document, user, comment=""):
    """Replace a case's content with a document and return the new version.

    Raises DocumentError with all errors of the document.
    """
    return replace_rows(case, build(document), user, comment)


def replace_rows(case, record, user, comment=""):
    """Replace a case's content with a record and return the new version.

    Must run in a transaction. Raises DocumentError if the patient exists with different details or
    a part rejects its data.
    """
    for name in CASE_COLUMNS:
        setattr(case, name, getattr(record.case, name))
    before = case.patient
    case.patient = update_patient(case, record.patient)
    case.save()
    if case.patient != before:
        forget_identity(before, case.author)
    keep_primary_keys(case, record)
    for model in reversed(ROW_MODELS):
        model.objects.filter(case=case).delete()
    store_rows(record, case)
    return save_version(case, user, comment)


def update_patient(case, wanted):
    """Return the patient of a replaced case, with the details of `wanted`.

    The row is updated in place if no other case uses it and no other patient of the team has the
    new code, so that the key used to de-identify the images is kept. Raises DocumentError as
    `get_or_create_patient` does.
    """
    patient = case.patient
    others = Patient.objects.filter(team=case.team, code=wanted.code).exclude(pk=patient.pk)
    if others.exists() or other_cases(patient, case).exists():
        return get_or_create_patient(wanted, case)
    return copy_details(wanted, patient)


def other_cases(patient, case):
    """Return the other cases of a patient; deleted drafts do not count."""
    return patient.cases.kept().exclude(pk=case.pk)


def copy_details(wanted, patient):
    """Save the details of `wanted` in a stored patient and return it."""
    for name in PATIENT_FIELDS:
        setattr(patient, name, getattr(wanted, name))
    patient.save(update_fields=PATIENT_FIELDS)
    return patient


def get_or_create_patient(wanted, case):
    """Return the team's patient with the code of `wanted`; create or update the row if necessary.

    Raises DocumentError if another case has the patient with different details.
    """
    patient, created = Patient.objects.get_or_create(
        team=case.team,
        code=wanted.code,
        defaults={name: getattr(wanted, name) for name in PATIENT_FIELDS if name != "code"},
    )
    differing = [
        name
        for name in PATIENT_FIELDS
        if not created and getattr(patient, name) != getattr(wanted, name)
    ]
    if differing and not other_cases(patient, case).exists():
        return copy_details(wanted, patient)
    if differing:
        message = _(
            "A patient with this code is already recorded with a different value. "
            "Enter the same value, or use a different patient code."
        )
        raise DocumentError([(f"patient.{name}", message) for name in differing])
    return patient


def store_rows(record, case):
    """Save a record's rows and the other apps' parts for a saved case."""
    for model in ROW_MODELS:
        rows = record.rows[model.DOCUMENT_KEY]
        links = [name for name, _target in key_fields(model)]
        links += [model.PARENT] if model.PARENT else []
        for row in rows:
            row.case = case
            for name in links:
                setattr(row, name, getattr(row, name))  # copies the linked row's primary key
        model.objects.bulk_create(rows)
    for part in PARTS:
        part.write(case, record.parts.get(part.key))

"""Delete a draft."""

from django.db import transaction

from patients.access.identifiers import forget_identity
from patients.models import ROW_MODELS
from patients.record.parts import PARTS


@transaction.atomic
def discard_case(case):
    """Delete a case with its rows and parts, and its patient if the patient has no other case.

    Rows that other rows refer to are deleted last. Files that no other case uses are deleted after
    the transaction commits.
    """
    for part in PARTS:
        part.discard(case)
    for model in reversed(ROW_MODELS):
        model.objects.filter(case=case).delete()
    patient = case.patient
    case.delete()
    forget_identity(patient, case.author)
    if not patient.cases.exists():
        patient.delete()

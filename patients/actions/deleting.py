"""Throwing a draft away."""

from django.db import transaction

from patients.access.identifiers import forget_after
from patients.models import ROW_MODELS
from patients.record.parts import PARTS


@transaction.atomic
def discard_case(case):
    """Delete a case with all that hangs on it, and its patient where no other case has it.

    Rows that others point at go last. Files that no other case holds go once it is certain.
    """
    for part in PARTS:
        part.discard(case)
    for model in reversed(ROW_MODELS):
        model.objects.filter(case=case).delete()
    patient = case.patient
    case.delete()
    forget_after(patient, case.author)
    if not patient.cases.exists():
        patient.delete()

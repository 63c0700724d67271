"""Throwing a draft away."""

from django.db import transaction

from patients.models import ROW_MODELS


@transaction.atomic
def discard_case(case):
    """Delete a case with all that hangs on it, and its patient where no other case has it.

    Rows that others point at go last. Image files stay until `verify --sweep`.
    """
    for model in reversed(ROW_MODELS):
        model.objects.filter(case=case).delete()
    patient = case.patient
    case.delete()
    if not patient.cases.exists():
        patient.delete()

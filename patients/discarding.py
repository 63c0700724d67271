"""Throwing a draft away."""

from django.db import transaction

from patients.models import ROW_MODELS


@transaction.atomic
def discard_case(case):
    """Delete a case with all that hangs on it; rows that others point at go last."""
    for model in reversed(ROW_MODELS):
        model.objects.filter(case=case).delete()
    case.delete()

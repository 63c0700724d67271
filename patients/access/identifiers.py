"""Patients' identifying data: off by default and visible to few users."""

from django.conf import settings
from django.db.models import Q

from patients.models import PatientIdentity

IDENTITY_FIELDS = ("name", "record_number", "birth_date")


def may_identify(case, user):
    """Return whether a user who may edit a case may also see and edit its patient's identity.

    The user must be an author of all cases of the patient. Otherwise anyone could learn a
    patient's name by giving the patient's code to a case of their own.
    """
    if not settings.PATIENT_IDENTIFIERS:
        return False
    return not cases_of_others(case.patient, user).exists()


def cases_of_others(patient, user):
    """Return the patient's cases that the user is not an author of."""
    own = patient.cases.filter(Q(author=user) | Q(co_authors=user)).values("pk")
    return patient.cases.exclude(pk__in=own)


def forget_identity(patient, author):
    """Delete a patient's identity after `author` removed a case, unless the rest are theirs.

    Otherwise the author of any other case with that code could see the name.
    """
    if not patient.cases.exists() or cases_of_others(patient, author).exists():
        PatientIdentity.objects.filter(patient=patient).delete()


def get_identity(patient):
    """Return a patient's stored identity, or a new unsaved one."""
    found = PatientIdentity.objects.filter(patient=patient).first()
    return found or PatientIdentity(patient=patient)


def save_identity(patient, data):
    """Save {name, record_number, birth_date} of a patient; delete the row if all are empty."""
    values = {name: data[name] for name in IDENTITY_FIELDS}
    if any(values.values()):
        PatientIdentity.objects.update_or_create(patient=patient, defaults=values)
    else:
        PatientIdentity.objects.filter(patient=patient).delete()

"""A patient's identity: off by default, and visible only to authors of all the patient's cases."""

from django.conf import settings
from django.db.models import Q

from patients.models import PatientIdentity

IDENTITY_FIELDS = ("name", "record_number", "birth_date")


def may_identify(case, user):
    """Return whether a user who may edit a case may also see and edit its patient's identity.

    Always False if settings.PATIENT_IDENTIFIERS is off. The user must be an author of all the
    patient's cases. Otherwise anyone could learn a patient's name by creating a case with the same
    patient code.
    """
    if not settings.PATIENT_IDENTIFIERS:
        return False
    return not cases_of_others(case.patient, user).exists()


def cases_of_others(patient, user):
    """Return the patient's cases of which the user is neither author nor co-author."""
    own = patient.cases.filter(Q(author=user) | Q(co_authors=user)).values("pk")
    return patient.cases.exclude(pk__in=own)


def forget_identity(patient, author):
    """Delete a patient's identity, if necessary, after a case by `author` was removed.

    The case was deleted or moved to another patient. The identity is kept only if the patient has
    other cases and `author` is an author of all of them. Otherwise an author who could not see the
    name before could see it now.
    """
    if not patient.cases.exists() or cases_of_others(patient, author).exists():
        PatientIdentity.objects.filter(patient=patient).delete()


def get_identity(patient):
    """Return a patient's stored identity, or a new unsaved one."""
    found = PatientIdentity.objects.filter(patient=patient).first()
    return found or PatientIdentity(patient=patient)


def save_identity(patient, data):
    """Save the IDENTITY_FIELDS in `data` for a patient; delete the row if they are all empty."""
    values = {name: data[name] for name in IDENTITY_FIELDS}
    if any(values.values()):
        PatientIdentity.objects.update_or_create(patient=patient, defaults=values)
    else:
        PatientIdentity.objects.filter(patient=patient).delete()

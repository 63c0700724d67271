"""Who a patient is: kept only where the site turns it on, and shown to few."""

from django.conf import settings
from django.db.models import Q

from patients.models import PatientIdentity

NAMES = ("name", "record_number", "birth_date")


def may_identify(case, user):
    """Tell whether a user who may change a case also sees and changes who its patient is.

    The user writes every other case of the patient too: else it would be enough to give a case of
    one's own the code of somebody's patient to learn the name.
    """
    if not settings.PATIENT_IDENTIFIERS:
        return False
    return not cases_of_others(case.patient, user).exists()


def cases_of_others(patient, user):
    """Return the patient's cases that the user does not write."""
    own = patient.cases.filter(Q(author=user) | Q(co_authors=user)).values("pk")
    return patient.cases.exclude(pk__in=own)


def forget_after(patient, author):
    """Drop who a patient is when a case of `author` has left, unless the author writes the rest.

    Else whoever has, or makes, the only other case of that code would learn the name.
    """
    if not patient.cases.exists() or cases_of_others(patient, author).exists():
        PatientIdentity.objects.filter(patient=patient).delete()


def find_identity(patient):
    """Return a patient's identity, stored or empty."""
    found = PatientIdentity.objects.filter(patient=patient).first()
    return found or PatientIdentity(patient=patient)


def keep_identity(patient, data):
    """Store {name, record_number, birth_date} of a patient; nothing is kept where all are empty."""
    wanted = {name: data[name] for name in NAMES}
    if any(wanted.values()):
        PatientIdentity.objects.update_or_create(patient=patient, defaults=wanted)
    else:
        PatientIdentity.objects.filter(patient=patient).delete()

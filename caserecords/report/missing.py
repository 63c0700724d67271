"""List what a case report should contain but the record lacks.

Loosely based on the CARE checklist (2013).
"""

from django.utils.translation import gettext as _

from patients.models import Sex
from patients.record.kinds import tests


def missing_items(record):
    """Return the names of the missing items, then the history entered as "not recorded"."""
    present = {row.kind for row in record.comorbidities if row.presence != "not_recorded"}
    chapters = {row.chapter for row in record.narrative}
    domains = {row.domain for row in record.signs}
    checks = (
        (record.case.age_at_presentation, _("age at presentation")),
        (record.patient.sex != Sex.NOT_RECORDED, _("sex")),
        ("comorbidity" in present, _("other illnesses")),
        ("medication" in present, _("medication history")),
        ("family_history" in present, _("family history")),
        ("sensation" in domains, _("examination of sensation")),
        ("gait" in domains, _("gait")),
        ("adverse_event" in present, _("adverse events")),
        (followed_up(record), _("tests at follow-up")),
        ("patient_perspective" in chapters, _("the patient's perspective")),
        ("consent" in chapters, _("consent")),
    )
    missing = [name for present, name in checks if not present]
    return [*missing, *stated_gaps(record)]


def stated_gaps(record):
    """Return the history items that were entered as "not recorded"."""
    return [row.text for row in record.comorbidities if row.presence == "not_recorded"]


def followed_up(record):
    """Return whether any test was done at the last visit, or there are fewer than two visits."""
    if len(record.visits) < 2:
        return True
    last = record.visits[-1]
    return any(row.visit is last for key in tests() for row in record.rows[key])

"""What a report of a case would be expected to say and this record does not: nothing is invented.

Lightly after the CARE checklist (2013); each line names a thing, never a value.
"""

from django.utils.translation import gettext as _

from patients.models import Sex
from patients.record.kinds import tests


def missing_items(record):
    """Return the names of what is not recorded, in the order of the report."""
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
    named = [name for there, name in checks if not there]
    return [*named, *stated_gaps(record)]


def stated_gaps(record):
    """What the record itself says was not recorded."""
    return [row.text for row in record.comorbidities if row.presence == "not_recorded"]


def followed_up(record):
    """Whether any test was repeated at the last visit; true where there is only one visit."""
    if len(record.visits) < 2:
        return True
    last = record.visits[-1]
    return any(row.visit is last for key in tests() for row in record.rows[key])

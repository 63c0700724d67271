"""CARE items 6 to 9: examination, timeline, diagnosis, treatment."""

from django.utils.translation import gettext as _

from caserecords.reasoning.care.answer import MET, MISSING, PARTLY, answer, chapters_with
from patients.models.course import DiagnosisStatus, PhaseKind, TreatmentStatus
from patients.record.computed import resolve_days
from patients.record.kinds import tests
from patients.tables.course import treatment_table

CONSIDERED = (DiagnosisStatus.DIFFERENTIAL, DiagnosisStatus.RULED_OUT, DiagnosisStatus.REVISED)
CONCLUDED = (DiagnosisStatus.FINAL, DiagnosisStatus.WORKING)
GIVEN = (TreatmentStatus.GIVEN, TreatmentStatus.ONGOING, TreatmentStatus.RESTARTED)
CHANGED = (TreatmentStatus.STOPPED, TreatmentStatus.RESTARTED, TreatmentStatus.DECLINED)
DRUGS = ("drug", "immunoglobulin")


def examination(record):
    """Whether strength or signs are recorded; the reason names missing domains, such as gait."""
    rows = (*record.strength[:4], *record.signs)
    if not rows:
        return answer(record, MISSING, _("Neither strength nor signs are recorded."), "signs")
    domains = {row.domain for row in record.signs}
    named = {"sensation": _("sensation"), "reflex": _("reflexes"), "gait": _("gait")}
    missing = [name for domain, name in named.items() if domain not in domains]
    why = _("Not recorded: %(what)s.") % {"what": ", ".join(missing)} if missing else ""
    return answer(record, MET, why, "signs", *rows)


def timeline(record):
    """The timeline drawn from the events: met if every event has a day, otherwise partly met."""
    if not record.events:
        return answer(record, MISSING, _("No events are recorded."), "timeline")
    days = resolve_days(record)
    undated = [row for row in record.events if row.key not in days or days[row.key].day is None]
    if not undated:
        return answer(record, MET, "", "timeline", *record.events)
    why = _("Undated events: %(n)s of %(all)s.") % {
        "n": len(undated),
        "all": len(record.events),
    }
    return answer(record, PARTLY, why, "timeline", *undated)


def methods(record):
    rows = [record.rows[table][0] for table in tests() if record.rows[table]]
    if rows:
        return answer(record, MET, "", "conduction", *rows)
    return answer(record, MISSING, _("No tests are recorded."), "conduction")


def challenges(record):
    rows = chapters_with(record, r"\bchalleng\w*|\bdifficult(?:y|ies)?\b|\bpitfalls?\b")
    if rows:
        return answer(record, MET, "", "narrative", *rows)
    why = _("The narrative does not mention any diagnostic challenges.")
    return answer(record, MISSING, why, "narrative")


def diagnosis(record):
    """A final or working diagnosis, and others that were considered."""
    concluded = [row for row in record.diagnoses if row.status in CONCLUDED]
    others = [row for row in record.diagnoses if row.status in CONSIDERED]
    if concluded and others:
        return answer(record, MET, "", "diagnosis", *concluded, *others)
    if concluded:
        why = _("No differential diagnosis is recorded.")
        return answer(record, PARTLY, why, "diagnosis", *concluded)
    if others:
        why = _("No final or working diagnosis is recorded.")
        return answer(record, PARTLY, why, "diagnosis", *others)
    return answer(record, MISSING, _("No diagnosis is recorded."), "diagnosis")


def prognosis(record):
    if rows := chapters_with(record, r"\bprognos\w+"):
        return answer(record, MET, "", "narrative", *rows)
    return answer(record, MISSING, _("The narrative does not mention the prognosis."), "narrative")


def types(record):
    if record.treatments:
        return answer(record, MET, "", "treatment", *record.treatments)
    return answer(record, MISSING, _("No treatment is recorded."), "treatment")


def administration(record):
    """The dose in each phase of the drug treatments that were given.

    Also met if treatments are recorded, but none with drugs.
    """
    courses = [
        row
        for row in treatment_table(record.treatments, record.phases)
        if row.source.status in GIVEN and row.source.kind in DRUGS
    ]
    if not courses and is_without_drugs(record):
        return answer(record, MET, "", "treatment", *record.treatments)
    if not courses:
        return answer(record, MISSING, _("No drug dose is recorded."), "treatment")
    phases = [phase.source for row in courses for phase in row.phases]
    undosed = [phase for phase in phases if phase.dose is None and phase.kind != PhaseKind.SESSIONS]
    unphased = [row.source for row in courses if not row.phases]
    if not undosed and not unphased:
        return answer(record, MET, "", "treatment", *phases)
    if len(undosed) == len(phases):
        return answer(record, MISSING, _("No drug dose is recorded."), "treatment")
    why = _("Doses are missing: %(what)s.") % {
        "what": ", ".join(
            [
                *(str(phase.get_kind_display()) for phase in undosed),
                *(row.agent for row in unphased),
            ]
        )
    }
    return answer(record, PARTLY, why, "treatment", *undosed, *unphased)


def is_without_drugs(record):
    """Return whether treatments are recorded, but none with drugs."""
    return bool(record.treatments) and not any(row.kind in DRUGS for row in record.treatments)


def treatment_changes(record):
    """Treatments in several phases, or stopped, restarted or declined, each with a reason."""
    changed = [
        row.source
        for row in treatment_table(record.treatments, record.phases)
        if len(row.phases) > 1 or row.source.status in CHANGED
    ]
    if not changed:
        return answer(record, MISSING, _("No change in treatment is recorded."), "treatment")
    unexplained = [row for row in changed if not row.reason]
    if not unexplained:
        return answer(record, MET, "", "treatment", *changed)
    why = _("Treatment changed without a recorded reason: %(what)s.") % {
        "what": ", ".join(row.agent for row in unexplained)
    }
    return answer(record, PARTLY, why, "treatment", *changed)


ANSWERS = {
    "6": examination,
    "7": timeline,
    "8a": methods,
    "8b": challenges,
    "8c": diagnosis,
    "8d": prognosis,
    "9a": types,
    "9b": administration,
    "9c": treatment_changes,
}

"""CARE items 10 to 13: follow-up, discussion, the patient's perspective, consent."""

import re

from django.utils.translation import gettext as _

from caserecords.reasoning.care.answer import (
    EXPLICITLY_NONE,
    MET,
    MISSING,
    PARTLY,
    answer,
    by_presence,
    chapter,
    chapters_with,
)
from patients.models.course import DiagnosisStatus
from patients.record.kinds import tests

# Patient-reported scales.
OF_PATIENT = ("pain_nrs", "pain_vas", "i_rods", "mg_adl")
# The start of a chapter that states an absence, such as "No consent …".
STATES_NONE = re.compile(
    r"^\s*(?:none\b|no (?:consent|perspective|statement)\b|not (?:needed|required|obtained|"
    r"available|applicable|given)\b|waived\b|declined\b|the patient (?:declined|did not)\b)",
    re.I,
)


def later_rows(record, *tables):
    """Return the rows of these tables that belong to a visit after the first."""
    first = record.visits[0] if record.visits else None
    return [
        row
        for table in tables
        for row in record.rows[table]
        if row.visit and row.visit is not first
    ]


def outcomes(record):
    """Clinician-assessed and patient-reported outcomes."""
    clinician = [*record.outcomes, *later_rows(record, "strength", "signs", "dynamometry")]
    patient = [row for row in later_rows(record, "scales") if row.instrument in OF_PATIENT]
    if perspective := chapter(record, "patient_perspective"):
        patient.append(perspective)
    if clinician and patient:
        return answer(record, MET, "", "outcome", *patient[:2], *clinician)
    if clinician:
        why = _("Only clinician-assessed outcomes are recorded.")
        return answer(record, PARTLY, why, "outcome", *clinician)
    if patient:
        why = _("Only patient-reported outcomes are recorded.")
        return answer(record, PARTLY, why, "outcome", *patient)
    return answer(record, MISSING, _("No outcomes are recorded."), "outcome")


def follow_up_tests(record):
    if rows := later_rows(record, *tests()):
        return answer(record, MET, "", "conduction", *rows)
    return answer(record, MISSING, _("No tests are recorded at a later visit."), "conduction")


def adherence(record):
    pattern = r"\badheren\w+|\bcomplian\w+|\btolera\w+"
    rows = chapters_with(record, pattern)
    rows += [row for row in record.treatments if re.search(pattern, row.reason, re.I)]
    rows += [row for row in record.outcomes if re.search(pattern, row.text, re.I)]
    if rows:
        return answer(record, MET, "", "narrative", *rows)
    why = _("Neither adherence nor tolerability is mentioned.")
    return answer(record, MISSING, why, "narrative")


def adverse_events(record):
    rows = [row for row in record.comorbidities if row.kind == "adverse_event"]
    why = _("No adverse event is recorded. If there were none, record this as “explicitly absent”.")
    return by_presence(record, rows, why, "diagnosis")


def limitations(record):
    """Limitations mentioned in any chapter; without any, partly met if there is a discussion."""
    if rows := chapters_with(record, r"\blimitations?\b"):
        return answer(record, MET, "", "narrative", *rows)
    if discussion := chapter(record, "discussion"):
        why = _("The discussion does not mention any limitations.")
        return answer(record, PARTLY, why, "narrative", discussion)
    return answer(record, MISSING, _("There is no discussion."), "narrative")


def literature(record):
    """References other than the publication that the case is from."""
    cited = [row for row in record.references if row.text.strip() != record.case.source.strip()]
    if cited:
        return answer(record, MET, "", "narrative", *cited)
    if record.references:
        why = _("The only reference is the publication that the case is from.")
        return answer(record, PARTLY, why, "narrative", *record.references)
    return answer(record, MISSING, _("No references are recorded."), "narrative")


def rationale(record):
    """The basis of the final diagnosis, and a discussion."""
    based = [
        row for row in record.diagnoses if row.status == DiagnosisStatus.FINAL and row.basis.strip()
    ]
    discussion = chapter(record, "discussion")
    if based and discussion:
        return answer(record, MET, "", "narrative", *based, discussion)
    if based:
        return answer(record, PARTLY, _("There is no discussion."), "narrative", *based)
    if discussion:
        why = _("The basis of the final diagnosis is not recorded.")
        return answer(record, PARTLY, why, "diagnosis", discussion)
    why = _("Neither the basis of the final diagnosis nor a discussion is recorded.")
    return answer(record, MISSING, why, "narrative")


def lessons(record):
    if discussion := chapter(record, "discussion"):
        return answer(record, MET, "", "narrative", discussion)
    return answer(record, MISSING, _("There is no discussion."), "narrative")


def chapter_answer(name, why):
    """Return a function that answers a part from one chapter of the narrative.

    `why` is a function that returns the reason if the chapter is missing.
    """

    def part(record):
        row = chapter(record, name)
        if row is None:
            return answer(record, MISSING, str(why()), "narrative")
        state = EXPLICITLY_NONE if STATES_NONE.search(row.text) else MET
        return answer(record, state, "", "narrative", row)

    return part


ANSWERS = {
    "10a": outcomes,
    "10b": follow_up_tests,
    "10c": adherence,
    "10d": adverse_events,
    "11a": limitations,
    "11b": literature,
    "11c": rationale,
    "11d": lessons,
    "12": chapter_answer(
        "patient_perspective", lambda: _("The patient's perspective is not recorded.")
    ),
    "13": chapter_answer("consent", lambda: _("The record does not mention consent.")),
}

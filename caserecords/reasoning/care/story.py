"""CARE items 1 to 5: title, key words, abstract, introduction, patient."""

import re

from django.utils.translation import gettext as _

from caserecords.reasoning.care.answer import (
    EXPLICITLY_NONE,
    MET,
    MISSING,
    PARTLY,
    PartAnswer,
    answer,
    by_presence,
    chapters_with,
    labelled,
    of_case,
)
from caserecords.reasoning.row_references import refer_to_field
from patients.models import Sex

CASE_REPORT = re.compile(r"\bcase report\b", re.I)
KEY_WORDS = re.compile(r"\bkey ?words?\s*:\s*(?P<words>[^\n.]+)", re.I)
ABOUT_PERSON = r"\b(?:occupation|work(?:s|ed) as|retired|by profession|ethnic\w*)\b"


def title(record):
    """A title or source with "case report" that names a diagnosis or treatment of the case."""
    case = record.case
    for name, text in (("title", case.title), ("source", case.source)):
        if CASE_REPORT.search(text) and focus_in(record, text):
            return PartAnswer(MET, "", (of_case(name, text),), "patient")
    if focus_in(record, case.title):
        why = _("The title does not contain “case report”.")
        return PartAnswer(PARTLY, why, (of_case("title", case.title),), "patient")
    why = _("The title names neither a diagnosis nor a treatment of this case.")
    return PartAnswer(MISSING, why, (), "patient")


def focus_in(record, text):
    names = [row.text for row in record.diagnoses] + [row.agent for row in record.treatments]
    return any(name and name.casefold() in text.casefold() for name in names)


def key_words(record):
    """2 to 5 key words after "Key words:" in the summary, including "case report"."""
    found = KEY_WORDS.search(record.case.summary)
    if not found:
        why = _("There are no key words. Enter “Key words: …” in the summary.")
        return PartAnswer(MISSING, why, (), "patient")
    words = [word.strip() for word in re.split(r"[,;]", found["words"]) if word.strip()]
    rows = (of_case("summary", found["words"].strip()),)
    if 2 <= len(words) <= 5 and any(CASE_REPORT.search(word) for word in words):
        return PartAnswer(MET, "", rows, "patient")
    return PartAnswer(
        PARTLY, _("Enter 2 to 5 key words, including “case report”."), rows, "patient"
    )


def abstract(*labels):
    """Return a function that answers one part of the abstract.

    The part is met if the summary has one of the labels, partly met if it has none of them, and
    missing if there is no summary.
    """

    def part(record):
        summary = record.case.summary
        if not summary.strip():
            return PartAnswer(MISSING, _("There is no summary."), (), "patient")
        rows = (of_case("summary", summary),)
        if labelled(summary, *labels):
            return PartAnswer(MET, "", rows, "patient")
        return PartAnswer(PARTLY, _("The summary has no heading for this part."), rows, "patient")

    return part


def introduction(record):
    """A passage "Introduction: …" or "Background: …" in the narrative, and references."""
    rows = [row for row in record.narrative if labelled(row.text, "Introduction", "Background")]
    if not rows:
        why = _("There is no introduction. Enter “Introduction: …” in the narrative.")
        return answer(record, MISSING, why, "narrative")
    if not record.references:
        return answer(record, PARTLY, _("The case has no references."), "narrative", *rows)
    return answer(record, MET, "", "narrative", *rows, *record.references)


def patient(record):
    """Age, sex, and occupation or ethnic group."""
    age, sex = record.case.age_at_presentation, record.patient.sex
    rows = [refer_to_field("patient.age_at_presentation", age.printed)] if age else []
    if sex != Sex.NOT_RECORDED:
        rows.append(refer_to_field("patient.sex", record.patient.get_sex_display()))
    if not rows:
        return PartAnswer(MISSING, _("Neither age nor sex is recorded."), (), "patient")
    if len(rows) < 2:
        why = _("Sex is not recorded.") if age else _("Age is not recorded.")
        return PartAnswer(PARTLY, why, tuple(rows), "patient")
    if chapters_with(record, ABOUT_PERSON):
        return PartAnswer(MET, "", tuple(rows), "patient")
    why = _("Neither occupation nor ethnic group is recorded.")
    return PartAnswer(PARTLY, why, tuple(rows), "patient")


def concerns(record):
    if record.symptoms:
        return answer(record, MET, "", "symptoms", *record.symptoms)
    return answer(record, MISSING, _("No symptoms are recorded."), "symptoms")


def history(record):
    """Other illnesses and family history; EXPLICITLY_NONE if both are recorded as absent."""
    recorded = [row for row in record.comorbidities if row.presence != "not_recorded"]
    kinds = {
        "comorbidity": _("other illnesses"),
        "family_history": _("family history"),
    }
    rows = [row for row in recorded if row.kind in kinds]
    missing = [name for kind, name in kinds.items() if kind not in {row.kind for row in rows}]
    if not rows:
        why = _("Not recorded: %(what)s.") % {"what": ", ".join(missing)}
        return answer(record, MISSING, why, "diagnosis")
    if missing:
        why = _("Not recorded: %(what)s.") % {"what": ", ".join(missing)}
        return answer(record, PARTLY, why, "diagnosis", *rows)
    absent = all(row.presence == "absent" for row in rows)
    return answer(record, EXPLICITLY_NONE if absent else MET, "", "diagnosis", *rows)


def past_interventions(record):
    rows = [row for row in record.comorbidities if row.kind == "medication"]
    return by_presence(record, rows, _("No previous medication is recorded."), "diagnosis")


ANSWERS = {
    "1": title,
    "2": key_words,
    "3a": abstract("Introduction", "Background"),
    "3b": abstract("Case", "Presentation", "Symptoms", "Findings"),
    "3c": abstract("Diagnosis", "Diagnoses", "Intervention", "Treatment", "Outcome"),
    "3d": abstract("Conclusions?", "Lessons?"),
    "4": introduction,
    "5a": patient,
    "5b": concerns,
    "5c": history,
    "5d": past_interventions,
}

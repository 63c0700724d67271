"""Rules about treatments: the days of their phases, and missing doses."""

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from caserecords.reasoning.checks.finding import CONTRADICTION, GAP, CheckFinding, Rule
from caserecords.reasoning.checks.prose import stated
from caserecords.reasoning.row_references import refer_to_rows, row_label
from patients.models.course import PhaseKind
from patients.record.computed import decimal_text
from patients.tables.course import in_days, treatment_table

DOSED = (PhaseKind.FIXED, PhaseKind.TAPER, PhaseKind.UNKNOWN)
GIVEN = ("given", "ongoing", "stopped", "restarted")
NOT_DOSED = ("rehabilitation", "surgery")
MENTIONS_DOSES = re.compile(r"\bdoses?\b", re.I)


def courses(record):
    """Return the treatments that were given, with their phases and known total doses."""
    table = treatment_table(record.treatments, record.phases)
    return [row for row in table if row.source.status in GIVEN]


def phase_days(record):
    """Phases whose total is longer than the treatment or, if all durations are known, shorter."""
    for course in courses(record):
        whole = in_days(course.source.duration)
        days = [in_days(phase.source.duration) for phase in course.phases]
        known = [one for one in days if one is not None]
        total = sum(known)
        complete = bool(days) and len(known) == len(days)
        if whole is None or not known or total == whole or (not complete and total < whole):
            continue
        formula = " + ".join(map(decimal_text, known))
        values = {
            "agent": course.source.agent,
            "sum": f"{formula} = {decimal_text(total)}",
            "whole": course.source.duration.printed,
        }
        yield CheckFinding(
            _("%(agent)s: the phases last %(sum)s days, but the treatment lasts %(whole)s.")
            % values,
            refer_to_rows(record, [course.source, *(phase.source for phase in course.phases)]),
            (course.source.agent, formula, values["whole"]),
        )


def missing_doses(record):
    """Phases that need a dose, such as a taper, but have none recorded.

    Rehabilitation and surgery are skipped, as they have no dose.
    """
    for course in courses(record):
        undosed = [
            phase.source
            for phase in course.phases
            if phase.source.kind in DOSED and phase.source.dose is None
        ]
        if not undosed or course.source.kind in NOT_DOSED:
            continue
        described = [
            row
            for row in stated(record)
            if MENTIONS_DOSES.search(row.subject)
            and any(phase.kind in row.subject.casefold() for phase in undosed)
        ]
        values = {
            "agent": course.source.agent,
            "phases": "; ".join(row_label(phase) for phase in undosed),
            "bound": bound(course),
        }
        yield CheckFinding(
            _("%(agent)s: no dose is recorded (%(phases)s). %(bound)s") % values,
            refer_to_rows(record, [*undosed, course.source, *described]),
            (course.source.agent, [f"{phase.kind} {phase.duration}" for phase in undosed]),
        )


def bound(course):
    """Return a sentence with the lower bound of the total dose per unit, or that it is unknown."""
    if not course.cumulative:
        return _("The total dose is not known.")
    totals = ", ".join(f"{decimal_text(one.amount)} {one.unit}" for one in course.cumulative)
    return _("The total dose is at least %(total)s.") % {"total": totals}


RULES = (
    Rule(
        "phase-days",
        CONTRADICTION,
        gettext_lazy("Phases do not add up to the treatment duration"),
        gettext_lazy("Correct the duration of a phase or of the treatment."),
        phase_days,
    ),
    Rule(
        "dose-missing",
        GAP,
        gettext_lazy("Dose not recorded"),
        gettext_lazy("Enter the doses of the phase, or accept that they are not reported."),
        missing_doses,
    ),
)

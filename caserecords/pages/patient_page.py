"""The page of a patient: the cases in chronological order, and the next follow-up."""

from dataclasses import dataclass
from datetime import date

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from caserecords.pages.case_list import CaseLine, lines_by_case
from patients.access.permissions import get_patient
from patients.language.partial_date import date_bounds, print_date
from patients.lists.cases import memberships
from patients.models import Case, Event, Role


@dataclass(frozen=True)
class PatientCase:
    """A case of the patient, with the event that dates it; `begins` is None if no event does."""

    line: CaseLine
    begins: date | None = None
    when: str = ""
    event: str = ""

    @property
    def order(self):
        """The sort key: by date, cases without a date last; otherwise in order of creation."""
        return self.begins is None, self.begins or date.min, self.line.case.created


@require_safe
def show_patient(request, patient_pk):
    """Show those of a patient's cases that the user may see, the earliest first."""
    patient = get_patient(request, patient_pk)
    visible = Case.objects.visible_to(request.user).filter(patient=patient)
    lines = lines_by_case(visible.values_list("pk", flat=True))
    if not lines:  # deleted after get_patient found one
        raise Http404
    follow_ups = [line.follow_up for line in lines.values() if line.follow_up]
    due = [one for one in follow_ups if one.done is None]
    context = {
        "patient": patient,
        "cases": cases_in_time(lines),
        "next_follow_up": min(due, key=lambda one: one.due, default=None),
        "may_create": memberships(request.user).get(patient.team_id) == Role.CLINICIAN,
    }
    return render(request, "caserecords/patient.html", context)


def cases_in_time(lines):
    """Return the PatientCases of {primary key: CaseLine}, the earliest first."""
    events = {}
    for event in Event.objects.filter(case__in=lines).exclude(placement=None):
        if event.placement.date and event.placement.how != "order":
            events.setdefault(event.case_id, []).append(event)
    cases = [place(line, events.get(pk, ())) for pk, line in lines.items()]
    return sorted(cases, key=lambda one: one.order)


def place(line, events):
    """Return the PatientCase dated by its index event, or by its first event with a date."""
    if not events:
        return PatientCase(line)
    first = min(events, key=lambda one: (one.placement.how != "index", begins(one)))
    return PatientCase(line, begins(first), print_date(first.placement.date), first.label)


def begins(event):
    """Return the first day of the date of an event."""
    return date_bounds(event.placement.date)[0]

"""The pages for creating a case, from a short form or a template."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from patients.access.permissions import get_patient
from patients.actions.sent_once import read_token
from patients.catalogue.case_templates import TEMPLATES, CaseTemplate
from patients.entry.case_templates import usable_templates
from patients.entry.new_case import NewCaseForm, clinician_teams
from patients.entry.sections import SECTIONS
from patients.entry.strength import SET_NAMES
from patients.entry.unsaved_cases import TOKEN, asked_unsaved, other_unsaved
from patients.models import UnsavedCase
from patients.views.unsaved_cases import discard_unsaved

CREATED = gettext_lazy("Case created. Saved as version 1.")
CREATED_BEFORE = gettext_lazy("This case was already created. To add another, choose New case.")
DELETED_BEFORE = gettext_lazy("You created this case and then deleted it. Restore it here.")


@dataclass(frozen=True)
class OfferedTemplate:
    """A template, the set of movements it shows, and (section title, number of rows) pairs."""

    template: CaseTemplate
    strength: str
    sections: tuple[tuple[str, int], ...]

    @property
    def is_own(self):
        """Whether it is a template of one of the user's teams."""
        return self.template.id not in TEMPLATES

    @property
    def rows(self):
        return sum(count for _title, count in self.sections)


def offered_templates(user):
    """Return an OfferedTemplate for each template that the user can use."""
    return [
        OfferedTemplate(one, str(SET_NAMES[one.strength]), tuple(rows_by_section(one)))
        for one in usable_templates(user).values()
    ]


def rows_by_section(template):
    for section in SECTIONS:
        count = sum(len(template.rows.get(key, ())) for key in section.keys)
        if count:
            yield str(section.title), count


@require_safe
def list_templates(request):
    """List the case templates of the user's teams, and the built-in ones."""
    teams = require_clinician(request.user)
    context = {"templates": offered_templates(request.user), "teams": teams}
    return render(request, "patients/case_templates.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@transaction.atomic
def create_case(request):
    """Create a case from a short form and redirect to its page.

    `?template=` is the id of a case template, `?patient=` the primary key of a patient whose
    details the new case has.
    """
    if "discard" in request.POST:
        require_clinician(request.user)
        return discard_unsaved(request)
    unsaved = asked_unsaved(request)
    form = new_case_form(request, request.POST or None, unsaved)
    if request.method == "POST" and form.is_valid():
        case, is_new = form.get_or_create()
        if case is not None:
            UnsavedCase.objects.filter(user=request.user, page=case.form_token).delete()
            return show_created(request, case, is_new and CREATED)
    context = {"form": form, "template": form.template, "unsaved": unsaved}
    context["timeline"] = form.draw() if form.is_bound else None
    others = list(other_unsaved(request.user, read_token(form[TOKEN].value())))
    context |= {"other_unsaved": others, "shown_unsaved": unsaved or next(iter(others), None)}
    return render(request, "patients/case_form.html", context)


def new_case_form(request, data, unsaved=None):
    """Return the form with `data`; raise PermissionDenied if the user may not use it."""
    teams = require_clinician(request.user)
    template, patient = asked_template(request), asked_patient(request)
    if patient and not teams.filter(pk=patient.team_id).exists():
        message = _("Only clinicians of this patient's team can create a case for the patient.")
        raise PermissionDenied(message)
    texts = unsaved and unsaved.texts
    return NewCaseForm(data, user=request.user, template=template, patient=patient, unsaved=texts)


@require_POST
def draw_new_case(request):
    """Return the timeline of a new case that is being typed, and how its times were understood."""
    form = new_case_form(request, request.POST)
    form.is_valid()
    drawing = render_to_string("patients/_timeline.html", {"timeline": form.draw()}, request)
    return JsonResponse({"drawing": drawing, "times": form.times})


def show_created(request, case, message):
    """Redirect to the case that a page created, with a message.

    `message` is False if the page had already created it earlier. If the case has been deleted,
    redirect to the deleted drafts.
    """
    if case.deleted:
        messages.info(request, DELETED_BEFORE)
        return redirect("caserecords:list-deleted")
    messages.success(request, message or CREATED_BEFORE)
    return redirect("caserecords:show-case", case.pk)


def require_clinician(user):
    """Return the teams in which the user may create cases; raise PermissionDenied if none."""
    teams = clinician_teams(user)
    if not teams.exists():
        raise PermissionDenied(_("You need the clinician role in a team to create a case."))
    return teams


def asked_template(request):
    """Return the template named in the query, or None. Raises Http404 for an unknown name."""
    name = request.GET.get("template")
    if name is None:
        return None
    templates = usable_templates(request.user)
    if name not in templates:
        raise Http404
    return templates[name]


def asked_patient(request):
    """Return the patient given by `?patient=`, or None. Raises Http404 if it is not visible."""
    text = request.GET.get("patient")
    if text is None:
        return None
    try:
        return get_patient(request, int(text))
    except (ValueError, OverflowError):
        raise Http404 from None

"""A team's nerve conduction reference sets: list, check, upload, download and retire."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from patients.access.permissions import get_team, may_edit_references
from patients.catalogue.conduction_parameters import ROWS as PARAMETERS
from patients.catalogue.reference_limits import built_in
from patients.forms.references import ReferenceForm
from patients.team_limits.csv_table import template, write
from patients.team_limits.sets import lines_of, retire, store_version

CSV = "text/csv; charset=utf-8"


@require_http_methods(["GET", "HEAD", "POST"])
def edit_references(request, team_pk):
    """Show a team's sets; check an uploaded table or save it as a new version."""
    team = get_team(request, team_pk, edit=request.method == "POST")
    if request.method != "POST":
        return show_references(request, team, ReferenceForm())
    form = ReferenceForm(request.POST, request.FILES)
    if not form.is_valid():
        return show_references(request, team, form, status=422)
    if "store" not in request.POST:
        return show_references(request, team, with_table_as_text(form))
    stored, is_new = store_version(team, request.user, form.facts(), form.table.lines)
    text = (
        _("%(set)s saved.")
        if is_new
        else _("%(set)s already has the same limits, so nothing was saved.")
    )
    messages.success(request, text % {"set": stored})
    return redirect("caserecords:edit-references", team.pk)


def with_table_as_text(form):
    """Return a form with the table as text, because browsers do not resubmit files."""
    data = form.data.copy()
    data["text"] = write(line for _number, line in form.table.lines).decode()
    again = ReferenceForm(data)
    again.is_valid()
    return again


def show_references(request, team, form, status=200):
    """Render the page, with the checked table if there is one."""
    sets = team.reference_sets.select_related("uploaded_by").prefetch_related("limits")
    context = {
        "team": team,
        "sets": sets,
        "current": set(team.reference_sets.current().values_list("pk", flat=True)),
        "built_in": built_in(),
        "parameters": PARAMETERS,
        "form": form,
        "may_change": may_edit_references(team, request.user),
        "lines": form.table.lines if form.table else (),
        "table_errors": form.table.errors if form.table else (),
    }
    return render(request, "patients/references.html", context, status=status)


@require_safe
def show_template(request, team_pk):
    """Download a template for the table."""
    get_team(request, team_pk)
    return download(template(), "reference-template")


@require_safe
def show_reference(request, team_pk, set_pk):
    """Download one version as CSV; the set's `sha256` is the hash of the downloaded bytes."""
    team = get_team(request, team_pk)
    stored = get_object_or_404(team.reference_sets.prefetch_related("limits"), pk=set_pk)
    return download(write(lines_of(stored)), f"reference-{stored.pk}-v{stored.version}")


def download(data, name):
    response = HttpResponse(data, content_type=CSV)
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


@require_POST
def retire_reference(request, team_pk, set_pk):
    """Retire a set; it is kept, and saving a table under its name again creates a new version."""
    team = get_team(request, team_pk, edit=True)
    stored = get_object_or_404(team.reference_sets.current(), pk=set_pk)
    retire(stored)
    text = _("%s retired. To undo this, download its table and save it again.")
    messages.success(request, text % stored)
    return redirect("caserecords:edit-references", team.pk)

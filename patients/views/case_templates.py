"""A team's case templates: list, copy, edit, delete and restore."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from patients.access.permissions import get_template_team, may_edit_templates
from patients.catalogue import lookup
from patients.catalogue.case_templates import TEMPLATES
from patients.entry.case_templates import (
    check_template,
    content_of,
    find_template,
    read_stored,
    template_parts,
)
from patients.forms.case_templates import TeamTemplateForm
from patients.models import TeamTemplate

MAX_LABEL = TeamTemplate._meta.get_field("label").max_length


@require_safe
def list_team_templates(request, team_pk):
    """List a team's templates and the built-in ones."""
    team = get_template_team(request, team_pk)
    own = team.case_templates.select_related("changed_by")
    context = {
        "team": team,
        "own": own.filter(deleted=None),
        "deleted": own.exclude(deleted=None),
        "built_in": TEMPLATES.values(),
        "may_change": may_edit_templates(team, request.user),
    }
    return render(request, "patients/team_templates.html", context)


@require_POST
def copy_template(request, team_pk):
    """Copy a built-in template or one of the team's, and redirect to the form for the copy."""
    team = get_template_team(request, team_pk, edit=True)
    source = find_template(request.POST.get("source", ""))
    is_foreign = source and source.id not in TEMPLATES and not owns(team, source)
    if source is None or is_foreign:
        raise Http404
    label = free_label(team, source.label)
    copied = TeamTemplate.objects.create(
        team=team, label=label, content=content_of(source), changed_by=request.user
    )
    messages.success(request, _("Template “%s” created. Change it here.") % copied)
    return redirect("caserecords:edit-template", team.pk, copied.pk)


def owns(team, template):
    return team.case_templates.filter(pk=int(template.id.removeprefix("team-"))).exists()


def free_label(team, label):
    """Return the label with a number, if the team already has a template of this name."""
    taken = set(team.case_templates.values_list("label", flat=True))
    found, number = label, 1
    while found in taken:
        number += 1
        found = f"{label[: MAX_LABEL - 5]} {number}"
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@transaction.atomic
def edit_template(request, team_pk, template_pk):
    """Show a template with its rows, or save it. Members who may not change it can read it."""
    team = get_template_team(request, team_pk, edit=request.method == "POST")
    stored = get_object_or_404(
        team.case_templates.select_for_update(of=("self",)), pk=template_pk, deleted=None
    )
    if request.method != "POST":
        form, parts = TeamTemplateForm(instance=stored), template_parts(stored.content)
        return show_template(request, team, form, parts)
    texts = {name: request.POST[name] for name in request.POST}
    form, parts = TeamTemplateForm(texts, instance=stored), template_parts({}, texts)
    if "add" in texts:
        return show_template(request, team, form, parts)
    check_unchanged(form, stored, texts)
    valid = [form.is_valid(), *(part.is_valid() for part in parts)]
    if not all(valid) or not store(request.user, form, parts):
        return show_template(request, team, form, parts, status=422)
    messages.success(request, _("Template “%s” saved.") % stored)
    return redirect("caserecords:edit-template", team.pk, stored.pk)


def check_unchanged(form, stored, texts):
    """Add an error if the template changed after this page opened; saving again overwrites it."""
    if texts.get("changed", "") not in ("", stored.changed.isoformat()):
        text = _(
            "%s changed this template after you opened it. Save again to replace that version."
        )
        form.add_error(None, text % stored.changed_by)


def store(user, form, parts):
    """Save a valid template; return False, with an error in the form, if it cannot be read back."""
    stored = form.instance
    rows = {part.table.key: part.content for part in parts if part.content}
    stored.content, stored.changed_by = form.settings() | rows, user
    try:
        check_template(read_stored(stored))
    except ValidationError as error:
        form.add_error(None, error.messages)
        return False
    stored.save()
    return True


def show_template(request, team, form, parts, status=200):
    names = sorted(set().union(*(part.catalogues() for part in parts)))
    context = {
        "team": team,
        "form": form,
        "parts": parts,
        "errors": [error for part in parts if part.bound for error in part.list_errors()],
        "may_change": may_edit_templates(team, request.user),
        "datalists": [(name, [label for _id, label in lookup.choices(name)]) for name in names],
    }
    return render(request, "patients/team_template.html", context, status=status)


@require_POST
def delete_template(request, team_pk, template_pk):
    """Delete a template; cases created from it still offer its rows."""
    team = get_template_team(request, team_pk, edit=True)
    stored = get_object_or_404(team.case_templates, pk=template_pk)
    team.case_templates.filter(pk=stored.pk, deleted=None).update(deleted=timezone.now())
    messages.success(request, _("Template “%s” deleted. You can restore it below.") % stored)
    return redirect("caserecords:list-team-templates", team.pk)


@require_POST
def restore_template(request, team_pk, template_pk):
    """Restore a deleted template."""
    team = get_template_team(request, team_pk, edit=True)
    stored = get_object_or_404(team.case_templates, pk=template_pk)
    try:
        with transaction.atomic():
            team.case_templates.filter(pk=stored.pk).update(deleted=None)
        messages.success(request, _("Template “%s” restored.") % stored)
    except IntegrityError:
        text = _("Your team has another template “%s”. Rename that one first.")
        messages.error(request, text % stored)
    return redirect("caserecords:list-team-templates", team.pk)

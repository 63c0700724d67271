"""Case templates of a team: finding, checking and storing them, and the formsets of their rows."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from patients.catalogue.case_templates import TEMPLATES, CaseTemplate, read_template
from patients.entry.copied_visits import COPIED, tables_of
from patients.entry.row import RowForm
from patients.entry.rows import RowFormSet
from patients.entry.sections import EntryTable
from patients.entry.strength import SET_NAMES, SIDE_SETS
from patients.models import ROW_MODELS, Role, Side, StrengthScore, TeamTemplate, Visit

TEAM_ID = re.compile(r"team-(\d{1,18})")
NOT_OFFERED = ("visit", "printed_label")  # differ from case to case
UNFILLED = ("", Side.NOT_STATED)


def find_template(id):
    """Return a built-in or a team's CaseTemplate, or None; a deleted template is found, too."""
    if match := TEAM_ID.fullmatch(id):
        stored = TeamTemplate.objects.filter(pk=int(match[1])).first()
        return stored and read_stored(stored)
    return TEMPLATES.get(id)


def usable_templates(user):
    """Return the templates with which a user can create a case, by id: the teams' own first."""
    is_clinician = Q(team__memberships__user=user, team__memberships__role=Role.CLINICIAN)
    own = TeamTemplate.objects.filter(is_clinician, deleted=None).select_related("team")
    return {one.id: one for one in map(read_stored, own)} | TEMPLATES


def read_stored(stored):
    return read_template(f"team-{stored.pk}", {"label": stored.label} | stored.content)


def content_of(template: CaseTemplate):
    """Return a template in the form of TeamTemplate.content, for a team's own copy."""
    settings = {"visits": list(template.visits), "strength": template.strength}
    rows = {key: list(rows) for key, rows in template.rows.items()}
    return settings | {"sides": template.sides} | rows


def check_template(template: CaseTemplate):
    """Raise ValidationError for an unknown set of movements or sides, or an invalid value."""
    if template.strength not in SET_NAMES or template.sides not in SIDE_SETS:
        raise ValidationError(_("Choose a set of movements and sides from the lists."))
    models = {model.DOCUMENT_KEY: model for model in ROW_MODELS}
    for key, rows in template.rows.items():
        for values in rows:
            fields = {field.name for field in models[key]._meta.concrete_fields}
            models[key](**values).clean_fields(exclude=fields - values.keys())


class TemplateRowForm(RowForm):
    """A row of a template: what to examine, without results."""

    def make_cells(self):
        super().make_cells()
        for name in self.fields.keys() - {*self.formset.table.columns, "delete"}:
            del self.fields[name]

    def clean(self):
        """Set the values on the row; without results, the model's own checks do not apply."""
        cleaned = forms.Form.clean(self)
        for name in cleaned.keys() - {"delete"}:
            setattr(self.row, name, cleaned[name])
        return cleaned

    @property
    def values(self):
        names = self.formset.table.columns
        return {name: v for name in names if (v := getattr(self.row, name)) not in UNFILLED}


class TemplateRows(RowFormSet):
    """The rows of one table of a template."""

    form = TemplateRowForm

    @property
    def content(self):
        return [form.values for form in self.forms_to_save()]


def template_tables():
    """Return the tables whose rows a template can offer, with the columns that name the rows."""
    return [
        EntryTable(table.model, tuple(n for n in table.model.IDENTITY if n not in NOT_OFFERED))
        for slug in COPIED
        for table in tables_of(slug)
        if table.model is not StrengthScore
    ]


def template_parts(content, texts=None):
    """Return a TemplateRows for each table, from stored content or from input."""
    return [
        TemplateRows(
            table,
            None,
            (),
            targets={Visit: {}},
            labels={},
            texts=texts,
            bound=texts is not None and "add" not in texts,
            filled_rows=() if texts is not None else tuple(content.get(table.key, ())),
        )
        for table in template_tables()
    ]

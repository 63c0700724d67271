"""The form for copying a case: title, patient code and team."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.actions.duplicating import duplicate_case
from patients.entry.new_case import (
    clinician_teams,
    find_recent,
    max_length,
    new_code,
)
from patients.models import Case, Patient, Team
from patients.record.document import DocumentError


def copied_title(case):
    """Return the title that a copy gets unless the user chooses another."""
    return (_("Copy of %s") % case.title)[: max_length(Case, "title")]


class CopyForm(forms.Form):
    """Title, patient code and team of a copy; `create` saves it."""

    use_required_attribute = False
    title = forms.CharField(label=gettext_lazy("title"), max_length=max_length(Case, "title"))
    code = forms.CharField(
        label=gettext_lazy("patient code"),
        max_length=max_length(Patient, "code"),
        required=False,
        help_text=gettext_lazy("Your own code, not a name. Leave it empty to get a random code."),
    )
    team = forms.ModelChoiceField(Team.objects.none(), label=gettext_lazy("team"))

    def __init__(self, data=None, *, case, user):
        self.case, self.user = case, user
        super().__init__(data, initial={"title": copied_title(case)})
        teams = clinician_teams(user)
        self.fields["team"].queryset = teams
        if len(teams) == 1:
            self.fields["team"].initial = teams[0]
            self.fields["team"].widget = forms.HiddenInput()
        elif case.team in teams:
            self.fields["team"].initial = case.team
        for field in self.fields.values():
            kind = "form-select" if isinstance(field.widget, forms.Select) else "form-control"
            field.widget.attrs |= {"class": kind, "autocomplete": "off"}

    def create(self):
        """Create and return the copy; add errors and return None if it cannot be stored.

        A form submitted twice within a few seconds creates only one copy.
        """
        cleaned = self.cleaned_data
        team, title = cleaned["team"], cleaned["title"]
        if recent := find_recent(self.user, team, title):
            return recent
        code = cleaned["code"] or new_code(team)
        try:
            return duplicate_case(self.case, team, self.user, code=code, title=title)
        except DocumentError as error:
            for path, message in error.errors:
                self.add_error("code" if path.startswith("patient.") else None, message)
            return None

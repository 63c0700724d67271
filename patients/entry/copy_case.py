"""The form for copying a case: title, patient code and team."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.actions.duplicating import duplicate_case
from patients.entry.new_case import CreatingForm, max_length, new_code, offer_teams
from patients.models import Case, Patient, Team


def copied_title(case):
    """Return the title that a copy gets unless the user chooses another."""
    return (_("Copy of %s") % case.title)[: max_length(Case, "title")]


class CopyForm(CreatingForm):
    """Title, patient code and team of a copy; `get_or_create` saves it."""

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
        offer_teams(self.fields["team"], user)
        if case.team in self.fields["team"].queryset:
            self.fields["team"].initial = case.team
        for field in self.fields.values():
            kind = "form-select" if isinstance(field.widget, forms.Select) else "form-control"
            field.widget.attrs |= {"class": kind, "autocomplete": "off"}

    def create(self):
        cleaned = self.cleaned_data
        return duplicate_case(
            self.case,
            cleaned["team"],
            self.user,
            code=cleaned["code"] or new_code(cleaned["team"]),
            title=cleaned["title"],
            form_token=cleaned["form_token"],
        )

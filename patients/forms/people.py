"""The form for the co-authors of a case."""

from django import forms
from django.utils.translation import gettext_lazy as _

from patients.actions.sharing import possible_co_authors

MAX_KEY_DIGITS = 18  # fits into a 64-bit integer


def name_of(user):
    """Return a user's full name, or the username if there is none."""
    return user.get_full_name() or user.get_username()


class PeopleField(forms.ModelMultipleChoiceField):
    """Checkboxes for users, labelled with their names."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value):
        """Reject keys that could overflow a 64-bit integer in the query."""
        for key in value or ():
            if len(str(key)) > MAX_KEY_DIGITS:
                message = self.error_messages["invalid_choice"]
                raise forms.ValidationError(message, params={"value": key})
        return super().clean(value)

    def label_from_instance(self, user):
        return name_of(user)


class CoAuthorsForm(forms.Form):
    """The co-authors of a case, chosen from its team's clinicians and the current co-authors."""

    co_authors = PeopleField(queryset=None, required=False, label=_("co-authors"))

    def __init__(self, data=None, *, case):
        super().__init__(data, initial={"co_authors": case.co_authors.all()})
        self.fields["co_authors"].queryset = possible_co_authors(case)
        self.fields["co_authors"].widget.attrs["class"] = "form-check-input"

"""Forms about people: who writes a case."""

from django import forms
from django.utils.translation import gettext_lazy as _

from patients.actions.sharing import possible_co_authors

LONGEST_KEY = 18  # digits; a key has 64 bits


def name_of(user):
    """Return a user's full name, or the name to sign in with where there is none."""
    return user.get_full_name() or user.get_username()


class PeopleField(forms.ModelMultipleChoiceField):
    """Users to tick, by their names."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value):
        """Refuse a key that no database holds before it is asked for."""
        for one in value or ():
            if len(str(one)) > LONGEST_KEY:
                message = self.error_messages["invalid_choice"]
                raise forms.ValidationError(message, params={"value": one})
        return super().clean(value)

    def label_from_instance(self, user):
        return name_of(user)


class CoAuthorsForm(forms.Form):
    """The co-authors of a case among the clinicians of its team."""

    co_authors = PeopleField(queryset=None, required=False, label=_("co-authors"))

    def __init__(self, data=None, *, case):
        super().__init__(data, initial={"co_authors": case.co_authors.all()})
        self.fields["co_authors"].queryset = possible_co_authors(case)
        self.fields["co_authors"].widget.attrs["class"] = "form-check-input"

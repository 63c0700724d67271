"""The form of a patient's identifiers."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _

from patients.access.identifiers import NAMES
from patients.models import PatientIdentity

INPUT = {"class": "form-control", "autocomplete": "off", "spellcheck": "false"}
DAY = forms.DateInput(format="%Y-%m-%d", attrs=INPUT | {"type": "date"})
FIRST_YEAR = 1850


class IdentityForm(forms.ModelForm):
    """Name, record number and birth date, each if known."""

    class Meta:
        model = PatientIdentity
        fields = NAMES
        widgets = {
            "name": forms.TextInput(attrs=INPUT),
            "record_number": forms.TextInput(attrs=INPUT),
            "birth_date": DAY,
        }

    def clean_birth_date(self):
        """Refuse a day to come, and a year that nobody alive was born in."""
        day = self.cleaned_data["birth_date"]
        if day and not FIRST_YEAR <= day.year:
            raise forms.ValidationError(_("The year is before %s.") % FIRST_YEAR)
        if day and day > timezone.localdate():
            raise forms.ValidationError(_("This day is still to come."))
        return day

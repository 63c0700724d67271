"""The form for a patient's identity."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _

from patients.access.identifiers import IDENTITY_FIELDS
from patients.forms.unsent import KeepUnsent
from patients.models import PatientIdentity

INPUT = {"class": "form-control", "autocomplete": "off", "spellcheck": "false"}
DAY = forms.DateInput(format="%Y-%m-%d", attrs=INPUT | {"type": "date"})
FIRST_YEAR = 1850


class IdentityForm(KeepUnsent, forms.ModelForm):
    """Name, record number and birth date, all optional."""

    class Meta:
        model = PatientIdentity
        fields = IDENTITY_FIELDS
        widgets = {
            "name": forms.TextInput(attrs=INPUT),
            "record_number": forms.TextInput(attrs=INPUT),
            "birth_date": DAY,
        }

    def clean_birth_date(self):
        """Reject dates in the future or before FIRST_YEAR."""
        day = self.cleaned_data["birth_date"]
        if day and not FIRST_YEAR <= day.year:
            raise forms.ValidationError(_("Enter a date in %s or later.") % FIRST_YEAR)
        if day and day > timezone.localdate():
            raise forms.ValidationError(_("This date is in the future. Enter the date of birth."))
        return day

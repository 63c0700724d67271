"""The form for a team's reference set, with its limits as a CSV file or pasted text."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.models import ReferenceSet
from patients.team_limits.csv_table import MAX_TABLE_SIZE, decode, read

INPUT = {"class": "form-control", "autocomplete": "off"}


class ReferenceForm(forms.ModelForm):
    """A reference set with its table of limits.

    After validation, `table` is the LimitTable, or None if there is no readable input. If no file
    is chosen, the pasted text is used, so that a checked table can be submitted again.
    """

    use_required_attribute = False
    file = forms.FileField(
        label=gettext_lazy("Table as a CSV file"),
        required=False,
        widget=forms.FileInput(attrs={"class": "form-control", "accept": ".csv,text/csv"}),
    )
    text = forms.CharField(
        label=gettext_lazy("or paste the table here, with its header row"),
        required=False,
        max_length=MAX_TABLE_SIZE,
        strip=False,
        widget=forms.Textarea(attrs=INPUT | {"rows": 6, "spellcheck": "false"}),
    )

    class Meta:
        model = ReferenceSet
        fields = ["name", "laboratory", "source", "technique", "temperature"]
        error_messages = {
            "name": {"required": gettext_lazy("Enter the name of the set.")},
            "laboratory": {"required": gettext_lazy("Enter the laboratory.")},
            "source": {"required": gettext_lazy("Enter the source of the limits.")},
        }
        widgets = {
            "name": forms.TextInput(attrs=INPUT),
            "laboratory": forms.TextInput(attrs=INPUT),
            "source": forms.Textarea(attrs=INPUT | {"rows": 2}),
            "technique": forms.TextInput(attrs=INPUT),
            "temperature": forms.TextInput(attrs=INPUT),
        }

    table = None

    def clean(self):
        """Parse the table; the errors in its lines are in `table.errors`."""
        found = super().clean()
        try:
            text = self.read_text(found)
        except ValueError as error:
            self.add_error("file", str(error))
            return found
        if not text.strip():
            self.add_error("file", _("Choose a file, or paste the table."))
            return found
        self.table = read(text)
        if self.table.errors:
            self.add_error(None, _("Nothing was saved. Fix the errors in the table and try again."))
        return found | {"text": text}

    def read_text(self, found):
        file = found.get("file")
        return decode(file.read(MAX_TABLE_SIZE + 1)) if file else found.get("text") or ""

    def facts(self):
        """Return the fields of the set other than its limits."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}

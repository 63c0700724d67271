"""The form of a team's reference set: what it is, and its limits as a file or as pasted text."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.models import ReferenceSet
from patients.team_limits.csv_table import LONGEST_TABLE, decode, read

INPUT = {"class": "form-control", "autocomplete": "off"}


class ReferenceForm(forms.ModelForm):
    """`table` is the LimitTable that was read, None where there was nothing to read.

    Pasted text stands where no file is chosen, so that a checked table is sent again without it.
    """

    use_required_attribute = False
    file = forms.FileField(
        label=gettext_lazy("Table as a CSV file"),
        required=False,
        widget=forms.FileInput(attrs={"class": "form-control", "accept": ".csv,text/csv"}),
    )
    text = forms.CharField(
        label=gettext_lazy("or pasted here, with its heading"),
        required=False,
        max_length=LONGEST_TABLE,
        strip=False,
        widget=forms.Textarea(attrs=INPUT | {"rows": 6, "spellcheck": "false"}),
    )

    class Meta:
        model = ReferenceSet
        fields = ["name", "laboratory", "source", "technique", "temperature"]
        widgets = {
            "name": forms.TextInput(attrs=INPUT),
            "laboratory": forms.TextInput(attrs=INPUT),
            "source": forms.Textarea(attrs=INPUT | {"rows": 2}),
            "technique": forms.TextInput(attrs=INPUT),
            "temperature": forms.TextInput(attrs=INPUT),
        }

    table = None

    def clean(self):
        """Read the table; what is wrong with it stands in `table.errors`, a line each."""
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
            self.add_error(None, _("The table has errors; nothing was stored."))
        return found | {"text": text}

    def read_text(self, found):
        file = found.get("file")
        return decode(file.read(LONGEST_TABLE + 1)) if file else found.get("text") or ""

    def facts(self):
        """What is said of the set besides its limits."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}

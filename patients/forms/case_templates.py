"""The form for a team's case template."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.entry.strength import SET_NAMES, SIDE_SETS
from patients.models import TeamTemplate

INPUT = {"class": "form-control", "autocomplete": "off"}
SELECT = {"class": "form-select"}
MAX_VISITS = 400  # characters, as in the form for a new case


class TeamTemplateForm(forms.ModelForm):
    """The name, the visits and the strength grid of a template; its rows are separate formsets."""

    use_required_attribute = False
    visits = forms.CharField(
        label=gettext_lazy("Visits"),
        max_length=MAX_VISITS,
        required=False,
        help_text=gettext_lazy("Separate the visits with semicolons."),
        widget=forms.TextInput(attrs=INPUT),
    )
    strength = forms.ChoiceField(
        label=gettext_lazy("Movements of the strength grid"),
        choices=SET_NAMES.items(),
        widget=forms.Select(attrs=SELECT),
    )
    sides = forms.ChoiceField(
        label=gettext_lazy("Sides of the strength grid"),
        choices=[(name, label) for name, (label, _sides) in SIDE_SETS.items()],
        widget=forms.Select(attrs=SELECT),
    )

    class Meta:
        model = TeamTemplate
        fields = ["label"]
        labels = {"label": gettext_lazy("Name")}
        widgets = {"label": forms.TextInput(attrs=INPUT)}

    def __init__(self, data=None, *, instance):
        content = instance.content
        shown = {name: content[name] for name in ("strength", "sides")}
        super().__init__(
            data, instance=instance, initial=shown | {"visits": "; ".join(content["visits"])}
        )

    def clean_visits(self):
        parts = (part.strip() for part in self.cleaned_data["visits"].split(";"))
        return list(dict.fromkeys(filter(None, parts)))

    def clean_label(self):
        label = self.cleaned_data["label"]
        others = TeamTemplate.objects.filter(team=self.instance.team, deleted=None, label=label)
        if others.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(
                _("Your team already has a template “%s”. Enter another name.") % label
            )
        return label

    def settings(self):
        """Return the part of the content that the form edits."""
        return {name: self.cleaned_data[name] for name in ("visits", "strength", "sides")}

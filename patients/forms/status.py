"""The form that asks before a case's status changes."""

from django import forms
from django.utils.translation import gettext_lazy as _


class StepForm(forms.Form):
    """A reason (asked for where the step needs one) and the version that the user looked at."""

    reason = forms.CharField(
        label=_("Comment"),
        required=False,
        max_length=250,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 3}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, step, version, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = version
        if step.needs_reason:
            self.fields["reason"].required = True
            self.fields["reason"].label = _("Reason")
            self.fields["reason"].error_messages["required"] = _(
                "Write what the authors should change."
            )

"""Confirmation forms for changing a case's status or restoring a version."""

from django import forms
from django.utils.translation import gettext_lazy as _


class SeenForm(forms.Form):
    """A hidden field with the version that the user saw."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, version, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = version


class StepForm(SeenForm):
    """A comment, which is required if the step needs a reason."""

    reason = forms.CharField(
        label=_("Comment"),
        required=False,
        max_length=250,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 3}),
    )

    def __init__(self, *args, step, **kwargs):
        super().__init__(*args, **kwargs)
        if step.needs_reason:
            self.fields["reason"].required = True
            self.fields["reason"].label = _("Reason")
            self.fields["reason"].error_messages["required"] = _(
                "Enter what the authors should change."
            )

"""The form for copying a visit."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from patients.entry.copied_visits import COPIED, count_rows
from patients.entry.sections import BY_SLUG
from patients.models import Visit

INPUT = {"class": "form-control", "autocomplete": "off"}
SELECT = {"class": "form-select"}
CHECK = {"class": "form-check-input"}


class CopyVisitForm(forms.Form):
    """The visit to copy, the name of the new one, and what to offer for it."""

    use_required_attribute = False
    source = forms.ModelChoiceField(
        Visit.objects.none(),
        label=gettext_lazy("Copy the rows of"),
        empty_label=None,
        widget=forms.Select(attrs=SELECT),
        error_messages={
            "invalid_choice": gettext_lazy("This visit is no longer in the case. Choose another.")
        },
    )
    label = forms.CharField(
        label=gettext_lazy("New visit"),
        max_length=Visit._meta.get_field("label").max_length,
        widget=forms.TextInput(attrs=INPUT | {"autofocus": True}),
        error_messages={
            "required": gettext_lazy("Enter a name for the visit, such as “3 months later”.")
        },
    )
    sections = forms.MultipleChoiceField(
        label=gettext_lazy("Sections"),
        widget=forms.CheckboxSelectMultiple(attrs=CHECK),
        error_messages={"required": gettext_lazy("Choose at least one section.")},
    )
    values = forms.ChoiceField(
        label=gettext_lazy("What to copy"),
        choices=[
            ("", gettext_lazy("The rows without their results, to be filled in")),
            ("yes", gettext_lazy("The rows with their results, to be checked and changed")),
        ],
        required=False,
        widget=forms.RadioSelect(attrs=CHECK),
    )

    def __init__(self, data=None, *, case):
        super().__init__(data)
        visits = Visit.objects.filter(case=case)
        self.fields["source"].queryset = visits
        self.fields["source"].initial = visits.last()
        counts = [count_rows(visit) for visit in visits]
        found = {slug: sum(count.get(slug, 0) for count in counts) for slug in COPIED}
        choices = [(slug, section_label(slug, count)) for slug, count in found.items()]
        self.fields["sections"].choices = choices
        filled = [slug for slug, count in found.items() if count]
        self.fields["sections"].initial = filled or COPIED


def section_label(slug, count):
    """Return a section with the number of its rows at all visits."""
    rows = ngettext("%d row", "%d rows", count) % count if count else _("no rows yet")
    return f"{BY_SLUG[slug].title} ({rows})"

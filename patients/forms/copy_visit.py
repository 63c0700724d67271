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
        self.counts = {visit: count_rows(visit) for visit in visits}
        with_rows = [visit for visit, counts in self.counts.items() if counts]
        latest = with_rows[-1] if with_rows else visits.last()
        self.fields["source"].initial = latest
        self.fields["source"].label_from_instance = self.visit_label
        self.fields["sections"].choices = [(slug, self.section_label(slug)) for slug in COPIED]
        self.fields["sections"].initial = list(self.counts.get(latest, ())) or COPIED

    def visit_label(self, visit):
        """Return a visit with the number of its rows that can be copied."""
        return f"{visit} ({rows_text(sum(self.counts.get(visit, {}).values()))})"

    def section_label(self, slug):
        """Return a section with the number of its rows at each visit that has some."""
        found = [(visit, counts[slug]) for visit, counts in self.counts.items() if slug in counts]
        rows = "; ".join(f"{visit}: {rows_text(count)}" for visit, count in found)
        return f"{BY_SLUG[slug].title} ({rows or rows_text(0)})"

    def clean(self):
        """Reject a copy with results of sections in which the visit has none."""
        cleaned = super().clean()
        source, sections = cleaned.get("source"), cleaned.get("sections")
        has_rows = source and any(slug in self.counts.get(source, ()) for slug in sections or ())
        if source and sections and cleaned.get("values") and not has_rows:
            message = _("“%s” has no rows in these sections. Choose another visit or section.")
            self.add_error("source", message % source)
        return cleaned


def rows_text(count):
    return ngettext("%d row", "%d rows", count) % count if count else _("no rows yet")

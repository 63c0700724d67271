"""The filters of the list of follow-ups."""

from calendar import monthrange

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

from patients.lists.cases import membership_rows
from patients.models import DueIn
from patients.models.case import is_written_by

MINE, THIS_MONTH = "mine", "this-month"
SELECT = forms.Select({"class": "form-select"})


class FollowUpFilterForm(forms.Form):
    """Filter follow-ups by due date and by case. An invalid choice is reported and ignored."""

    due = forms.ChoiceField(
        label=gettext_lazy("Due"),
        choices=[
            ("", gettext_lazy("Any date")),
            (DueIn.OVERDUE.value, gettext_lazy("Overdue")),
            (THIS_MONTH, gettext_lazy("This month")),
            (DueIn.SOON.value, gettext_lazy("Within 4 weeks")),
        ],
        widget=SELECT,
        required=False,
    )
    cases = forms.ChoiceField(label=gettext_lazy("Cases"), widget=SELECT, required=False)

    def __init__(self, data, *, user):
        super().__init__(data)
        self.user = user
        self.fields["cases"].choices = [
            ("", gettext_lazy("All cases that I can see")),
            (MINE, gettext_lazy("My cases")),
            *((str(row.team_id), row.team.name) for row in membership_rows(user)),
        ]

    @property
    def is_filtered(self):
        return any(self[name].value() for name in self.fields)

    @property
    def condition(self):
        """The Q object for the follow-ups that match the filters."""
        self.full_clean()
        due, cases = (self.cleaned_data.get(name) for name in ("due", "cases"))
        today, found = timezone.localdate(), Q()
        if due == THIS_MONTH:
            last = monthrange(today.year, today.month)[1]
            found &= Q(due__range=(today.replace(day=1), today.replace(day=last)))
        elif due:
            found &= DueIn(due).limit(today)
        if cases == MINE:
            return found & is_written_by(self.user, "case")
        return found & Q(case__team=cases) if cases else found

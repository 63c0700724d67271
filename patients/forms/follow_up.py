"""The form for a case's follow-up."""

from calendar import monthrange
from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.language.partial_date import parse_day, print_date
from patients.models import FollowUp

MAX_YEARS = 20  # ahead; a later date is probably a mistake
INPUT = {"class": "form-control", "autocomplete": "off"}
# {name: (label of the button, days, months)}
SPANS = {
    "4-weeks": (gettext_lazy("4 weeks"), 28, 0),
    "3-months": (gettext_lazy("3 months"), 0, 3),
    "6-months": (gettext_lazy("6 months"), 0, 6),
    "1-year": (gettext_lazy("1 year"), 0, 12),
}


class DayField(forms.CharField):
    """A full date, entered in the same format as in the record: 14 March 2027 or 2027-03-14."""

    def clean(self, value):
        text = super().clean(value)
        try:
            return parse_day(text) if text else None
        except ValueError as error:
            raise forms.ValidationError(str(error)) from None


class FollowUpForm(forms.Form):
    """The date, what to do, and optionally when it was done.

    A button such as "3 months" sets the date to that time from today. `seen` is the tag of the
    follow-up that the page showed.
    """

    use_required_attribute = False
    due = DayField(
        label=gettext_lazy("Follow-up due"),
        max_length=40,
        widget=forms.TextInput(INPUT),
        error_messages={"required": gettext_lazy("Enter a date such as 14 March 2027.")},
    )
    note = forms.CharField(
        label=gettext_lazy("What to do"),
        max_length=FollowUp._meta.get_field("note").max_length,
        widget=forms.TextInput(INPUT),
        required=False,
    )
    done = DayField(label=gettext_lazy("done"), max_length=40, required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data=None, *, stored=None):
        self.stored, self.today = stored, timezone.localdate()
        initial = {"seen": stored.tag if stored else ""}
        if stored and not stored.done:
            initial |= {"due": print_date(stored.due.isoformat()), "note": stored.note}
        span = data.get("span") if data else None
        if span in SPANS:
            data = data.copy()
            data["due"] = day_after(self.today, *SPANS[span][1:]).isoformat()
        super().__init__(data, initial=initial)

    def clean_done(self):
        done = self.cleaned_data["done"]
        if done and done > self.today:
            raise forms.ValidationError(_("This date is in the future. Enter today or earlier."))
        return done

    def clean(self):
        """Reject a date more than MAX_YEARS ahead, or in the past.

        A past date is allowed if it is already stored or the follow-up is done.
        """
        cleaned = super().clean()
        due = cleaned.get("due")
        if due is None:
            return cleaned
        is_known = cleaned.get("done") or (self.stored and self.stored.due == due)
        if due < self.today and not is_known:
            self.add_error("due", _("This date is in the past. Enter today or a later date."))
        if due.year > self.today.year + MAX_YEARS:
            message = _("Enter a date in the next %d years.")
            self.add_error("due", message % MAX_YEARS)
        return cleaned

    @property
    def spans(self):
        """The names and labels of the buttons."""
        return [(name, label) for name, (label, *_span) in SPANS.items()]

    @property
    def follow_up(self):
        """The unsaved FollowUp of a valid form."""
        cleaned = self.cleaned_data
        return FollowUp(due=cleaned["due"], note=cleaned["note"], done=cleaned["done"])


def day_after(day, days, months):
    """Return `day` plus a number of months, then days.

    If the month is too short, the months lead to its last day.
    """
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    last = monthrange(year, month)[1]
    return day.replace(year=year, month=month, day=min(day.day, last)) + timedelta(days=days)

"""The form for a new case: team, patient and the first events."""

import secrets
from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.actions.importing import import_case
from patients.entry.cells import make_cell
from patients.entry.patient import check_age
from patients.entry.timeline import new_key
from patients.language import placement
from patients.language.placement import Placement, parse_when
from patients.models import Case, Event, Patient, Role, Sex, Team
from patients.record.document import SCHEMA, DocumentError

LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # without characters that are easily confused
LINES = 4
DUPLICATE_WINDOW = timedelta(seconds=5)
ERROR_FIELDS = {"patient.code": "code", "patient.sex": "sex", "patient.birth_year": "code"}


def max_length(model, name):
    """Return the maximum length of a model field."""
    return model._meta.get_field(name).max_length


class NewCaseForm(forms.Form):
    """Title, patient and events; `create` saves the case and its first version."""

    use_required_attribute = False
    title = forms.CharField(label=gettext_lazy("title"), max_length=max_length(Case, "title"))
    sex = forms.ChoiceField(
        label=gettext_lazy("sex"), choices=Sex.choices, initial=Sex.NOT_RECORDED
    )
    index = forms.CharField(
        label=gettext_lazy("count days from"), max_length=max_length(Event, "label"), required=False
    )
    code = forms.CharField(
        label=gettext_lazy("patient code"),
        max_length=max_length(Patient, "code"),
        required=False,
        help_text=gettext_lazy("Your own code, not a name. Leave it empty to get a random code."),
    )
    team = forms.ModelChoiceField(Team.objects.none(), label=gettext_lazy("team"))

    field_order = ("title", "age", "sex")

    def __init__(self, data=None, *, user):
        self.user = user
        super().__init__(data, initial={"index": _("Admission")})
        self.fields["age"] = make_cell(Case._meta.get_field("age_at_presentation"))
        self.fields["age"].label = _("age")
        self.fields["age"].help_text = _("For example “74” (years) or “6 months”.")
        teams = clinician_teams(user)
        self.fields["team"].queryset = teams
        if len(teams) == 1:
            self.fields["team"].initial = teams[0]
            self.fields["team"].widget = forms.HiddenInput()
        self.fields["title"].widget.attrs["autofocus"] = True
        for number in range(1, LINES + 1):
            self.add_line(number)
        for field in self.fields.values():
            kind = "form-select" if isinstance(field.widget, forms.Select) else "form-control"
            field.widget.attrs |= {"class": kind, "autocomplete": "off"}
        self.order_fields(self.field_order)

    def add_line(self, number):
        """Add the two fields of one event: its label and its time."""
        limit = max_length(Event, "label")
        label = forms.CharField(max_length=limit, required=False, label=_("event %s") % number)
        when = forms.CharField(
            max_length=placement.LONGEST, required=False, label=_("time of event %s") % number
        )
        self.fields |= {f"event_{number}": label, f"when_{number}": when}

    def lines(self):
        """Return the bound fields of each event as [(label, time)]."""
        return [(self[f"event_{n}"], self[f"when_{n}"]) for n in range(1, LINES + 1)]

    def clean_age(self):
        return check_age(self.cleaned_data["age"])

    def clean(self):
        """Parse the events together, because each may be dated relative to any other."""
        cleaned = super().clean()
        index = cleaned.get("index") or _("Admission")
        keys, taken = {index: new_key(index, set())}, {new_key(index, set())}
        numbers = [n for n in range(1, LINES + 1) if self.has_event(n)]
        for number in numbers:
            key = new_key(cleaned.get(f"event_{number}", ""), taken)
            taken.add(key)
            keys.setdefault(cleaned.get(f"event_{number}", ""), key)
        placed = Placement("index", precision="day")
        self.events = [event_document(index, keys[index], placed)]
        for number in numbers:
            self.parse_line(number, keys)
        return cleaned

    def has_event(self, number):
        cleaned = self.cleaned_data
        if cleaned.get(f"when_{number}") and not cleaned.get(f"event_{number}"):
            self.add_error(f"event_{number}", _("Enter the event for this date."))
        return bool(cleaned.get(f"event_{number}"))

    def parse_line(self, number, keys):
        label, when = self.cleaned_data[f"event_{number}"], self.cleaned_data[f"when_{number}"]
        others = {name: key for name, key in keys.items() if name != label}
        try:
            placed = parse_when(when, others) if when else None
        except ValueError as error:
            self.add_error(f"when_{number}", str(error))
        else:
            self.events.append(event_document(label, keys[label], placed))

    def create(self):
        """Create and return the case; add errors and return None if its document is invalid.

        A form submitted twice within a few seconds creates only one case.
        """
        team = self.cleaned_data["team"]
        if recent := find_recent(self.user, team, self.cleaned_data["title"]):
            return recent
        try:
            return import_case(self.document(), team, self.user)
        except DocumentError as error:
            for path, message in error.errors:
                self.add_error(ERROR_FIELDS.get(path), message)
            return None

    def document(self):
        cleaned = self.cleaned_data
        patient = {"code": cleaned["code"] or new_code(cleaned["team"]), "sex": cleaned["sex"]}
        if cleaned["age"]:
            patient["age_at_presentation"] = cleaned["age"].as_document()
        return {
            "schema": SCHEMA,
            "case": {"title": cleaned["title"], "origin": "own"},
            "patient": patient,
            "events": self.events,
        }


def find_recent(user, team, title):
    """Return the case that the same form created when it was submitted a moment ago, or None."""
    since = timezone.now() - DUPLICATE_WINDOW
    found = Case.objects.kept().filter(author=user, team=team, title=title, created__gte=since)
    return found.first()


def event_document(label, key, placement):
    event = {"key": key, "label": label}
    return event | ({"placement": placement.as_document()} if placement else {})


def clinician_teams(user):
    """Return the teams in which a user may create a case."""
    return Team.objects.filter(memberships__user=user, memberships__role=Role.CLINICIAN)


def new_code(team):
    """Return a random patient code that the team has not used yet."""
    while True:
        code = "P-" + "".join(secrets.choice(LETTERS) for _letter in range(6))
        if not Patient.objects.filter(team=team, code=code).exists():
            return code

"""The form for a new case: team, patient and the first events."""

import secrets
import uuid
from functools import partial

from django import forms
from django.db import IntegrityError
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.actions.importing import import_case
from patients.entry.cells import WhenField, make_cell
from patients.entry.patient import check_age
from patients.entry.timeline import explain_times, new_key
from patients.language import placement
from patients.language.chronology import place_events
from patients.language.partial_date import parse_date
from patients.language.placement import Placement
from patients.language.when import read_when
from patients.models import Case, Event, Patient, Role, Sex, Team
from patients.record.document import SCHEMA, DocumentError
from patients.tables import timeline

LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # without characters that are easily confused
LINES = 4
ERROR_FIELDS = {"patient.code": "code", "patient.sex": "sex", "patient.birth_year": "code"}


def max_length(model, name):
    """Return the maximum length of a model field."""
    return model._meta.get_field(name).max_length


class CreatingForm(forms.Form):
    """A form that creates a case, once: sending the same page again returns the same case.

    Subclasses have `user`, and `create`, which returns the case.
    """

    use_required_attribute = False
    form_token = forms.UUIDField(
        label=gettext_lazy("page"),
        initial=uuid.uuid4,
        required=False,
        widget=forms.HiddenInput,
        error_messages={"invalid": gettext_lazy("This page is no longer valid. Open it again.")},
    )

    def get_or_create(self):
        """Return (case, whether it is new); (None, False), with errors, if nothing was created."""
        if case := self.find_case():
            return case, False
        try:
            return self.create(), True
        except (DocumentError, IntegrityError) as error:
            if case := self.find_case():  # the same page was sent twice at the same time
                return case, False
            if isinstance(error, IntegrityError):
                raise
            for path, message in error.errors:
                self.add_error(self.field_of(path), message)
            return None, False

    def field_of(self, path):
        """Return the name of the field to which an error in the document belongs, or None."""
        name = ERROR_FIELDS.get(path)
        about_patient = path.startswith("patient.") and "code" in self.fields
        return name if name in self.fields else "code" if about_patient else None

    def find_case(self):
        """Return the case that this page has already created, or None."""
        token = self.cleaned_data["form_token"]
        return Case.objects.filter(author=self.user, form_token=token).first() if token else None


class NewCaseForm(CreatingForm):
    """Title, patient and events; `get_or_create` saves the case and its first version.

    For a new case of a known `patient`, the form does not ask for the patient's details.
    """

    title = forms.CharField(
        label=gettext_lazy("title"),
        max_length=max_length(Case, "title"),
        error_messages={"required": gettext_lazy("Enter a title.")},
    )
    sex = forms.ChoiceField(
        label=gettext_lazy("sex"), choices=Sex.choices, initial=Sex.NOT_RECORDED
    )
    index = forms.CharField(
        label=gettext_lazy("count days from"), max_length=max_length(Event, "label"), required=False
    )
    index_date = forms.CharField(
        label=gettext_lazy("date of day 0"),
        max_length=placement.LONGEST,
        required=False,
        help_text=gettext_lazy(
            "If known, for example 14 March 2024. The days of dated events are counted from it."
        ),
    )
    code = forms.CharField(
        label=gettext_lazy("patient code"),
        max_length=max_length(Patient, "code"),
        required=False,
        help_text=gettext_lazy("Your own code, not a name. Leave it empty to get a random code."),
    )
    team = forms.ModelChoiceField(Team.objects.none(), label=gettext_lazy("team"))

    field_order = ("title", "age", "sex")

    def __init__(self, data=None, *, user, template=None, patient=None, unsaved=None):
        """Show the input of `unsaved`, a dict of texts, unless there is submitted `data`."""
        self.user, self.template, self.patient = user, template, patient
        super().__init__(data, initial={"index": _("Admission")})
        self.fields["visits"] = visits_field(template)
        self.fields["age"] = make_cell(Case._meta.get_field("age_at_presentation"))
        self.fields["age"].label = _("age")
        self.fields["age"].help_text = _("For example “74” (years) or “6 months”.")
        offer_teams(self.fields["team"], user)
        if patient:
            for name in ("code", "sex", "team"):
                self.fields[name].disabled = True  # the initial value is used, whatever is sent
                self.initial[name] = getattr(patient, name)
        self.fields["title"].widget.attrs["autofocus"] = True
        for number in range(1, LINES + 1):
            self.add_line(number)
        for field in self.fields.values():
            kind = "form-select" if isinstance(field.widget, forms.Select) else "form-control"
            field.widget.attrs |= {"class": kind, "autocomplete": "off"}
        self.order_fields(self.field_order)
        for name in self.fields.keys() & (unsaved or {}).keys():
            if not self.fields[name].disabled:
                self.initial[name] = unsaved[name]

    def add_line(self, number):
        """Add the two fields of one event: its label and its time."""
        limit = max_length(Event, "label")
        label = forms.CharField(max_length=limit, required=False, label=_("event %s") % number)
        when = WhenField(
            max_length=placement.LONGEST, required=False, label=_("time of event %s") % number
        )
        when.understood = partial(self.understood, f"when_{number}")
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
        numbers = [n for n in range(1, LINES + 1) if self.has_event(n, index)]
        for number in numbers:
            key = new_key(cleaned.get(f"event_{number}", ""), taken)
            taken.add(key)
            keys.setdefault(cleaned.get(f"event_{number}", ""), key)
        self.events = [Event(label=index, key=keys[index], placement=self.parse_index_date())]
        self.names = {"index_date": keys[index]}
        for number in numbers:
            self.parse_line(number, keys)
        return cleaned

    def parse_index_date(self):
        """Return the time of the index event, with its date if one is entered."""
        text, found = self.cleaned_data.get("index_date", ""), None
        try:
            found = parse_date(" ".join(text.split()))
        except ValueError as error:
            self.add_error("index_date", str(error))
        else:
            if text and not found:
                message = _("“%s” is not a date. Enter a date such as 14 March 2024.")
                self.add_error("index_date", message % text)
        iso, precision = found or (None, "day")
        return Placement("index", date=iso, precision=precision)

    def has_event(self, number, index):
        cleaned = self.cleaned_data
        if cleaned.get(f"event_{number}") == index:
            message = _("Days are counted from this event: enter its date as the date of day 0.")
            self.add_error(f"event_{number}", message)
            return False
        if cleaned.get(f"when_{number}") and not cleaned.get(f"event_{number}"):
            self.add_error(f"event_{number}", _("Enter the event for this date."))
        return bool(cleaned.get(f"event_{number}"))

    def parse_line(self, number, keys):
        label, when = self.cleaned_data[f"event_{number}"], self.cleaned_data[f"when_{number}"]
        others = {name: key for name, key in keys.items() if name != label}
        try:
            placed = read_when(when, others) if when else None
        except ValueError as error:
            self.add_error(f"when_{number}", str(error))
        else:
            self.events.append(Event(label=label, key=keys[label], placement=placed))
            self.names[f"when_{number}"] = keys[label]

    # The timeline while typing

    @cached_property
    def typed_case(self):
        """An unsaved case with the age that was entered."""
        return Case(age_at_presentation=self.cleaned_data.get("age"))

    def draw(self):
        """Return the Timeline of the valid events."""
        try:
            days = place_events(self.events, self.typed_case)
        except ValueError:  # for example a circle of events, each dated relative to the next
            days = {}
        return timeline(self.events, days=days)

    @cached_property
    def times(self):
        """{field name: how its time was understood, or what is wrong with it}."""
        explained = explain_times(self.events, self.typed_case)
        found = {name: explained.get(key, "") for name, key in self.names.items()}
        names = ("index_date", *(f"when_{number}" for number in range(1, LINES + 1)))
        return {name: " ".join(self.errors.get(name, [found.get(name, "")])) for name in names}

    def understood(self, name):
        """Return how a time was understood, for a page that was sent with errors elsewhere."""
        return self.times[name] if self.is_bound and name not in self.errors else ""

    def create(self):
        return import_case(
            self.document(),
            self.cleaned_data["team"],
            self.user,
            template=self.template.id if self.template else "",
            form_token=self.cleaned_data["form_token"],
        )

    def document(self):
        cleaned = self.cleaned_data
        patient = {"code": cleaned["code"] or new_code(cleaned["team"]), "sex": cleaned["sex"]}
        if self.patient and self.patient.birth_year:
            patient["birth_year"] = self.patient.birth_year
        if cleaned["age"]:
            patient["age_at_presentation"] = cleaned["age"].as_document()
        return {
            "schema": SCHEMA,
            "case": {"title": cleaned["title"], "origin": "own"},
            "patient": patient,
            "events": [event_document(event) for event in self.events],
            "visits": self.visit_rows(),
        }

    def visit_rows(self):
        """Return the visits as in the document; the first is at the index event."""
        labels = [part.strip() for part in self.cleaned_data.get("visits", "").split(";")]
        found, taken = [], set()
        for label in filter(None, labels):
            key = new_key(label, taken)
            taken.add(key)
            found.append({"key": key, "label": label})
        if found:
            found[0]["event"] = self.events[0].key
        return found


def visits_field(template):
    return forms.CharField(
        label=_("visits"),
        required=False,
        max_length=400,
        initial="; ".join(template.visits) if template else "",
        help_text=_("The visits of this case, separated by semicolons. You can change them later."),
    )


def event_document(event):
    time = {"placement": event.placement.as_document()} if event.placement else {}
    return {"key": event.key, "label": event.label} | time


def clinician_teams(user):
    """Return the teams in which a user may create a case."""
    return Team.objects.filter(memberships__user=user, memberships__role=Role.CLINICIAN)


def offer_teams(field, user):
    """Offer the user's teams in a team field; hide the field if there is only one."""
    teams = clinician_teams(user)
    field.queryset = teams
    if len(teams) == 1:
        field.initial = teams[0]
        field.widget = forms.HiddenInput()


def new_code(team):
    """Return a random patient code that the team has not used yet."""
    while True:
        code = "P-" + "".join(secrets.choice(LETTERS) for _letter in range(6))
        if not Patient.objects.filter(team=team, code=code).exists():
            return code

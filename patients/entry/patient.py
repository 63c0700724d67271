"""The entry page for the patient and the general fields of the case."""

from dataclasses import replace

from django import forms
from django.utils.translation import gettext as _

from patients.actions.importing import other_cases
from patients.catalogue.time_words import UNIT_WORDS
from patients.entry.cells import EventKeyCell, make_cell, normalise
from patients.entry.sections import help_for
from patients.language.values import parse_value
from patients.models import Event, Patient
from patients.record.document import CASE_COLUMNS, CASE_FIELDS, PATIENT_FIELDS, PRESENTATION_FIELDS

# The title and the age are at the top of the page.
SHOWN = tuple(dict.fromkeys((CASE_FIELDS[0], *PRESENTATION_FIELDS, *CASE_FIELDS)))


class PatientForm(forms.Form):
    """The fields of a case and its patient; validation sets them on both instances."""

    use_required_attribute = False
    template = "patients/entry/_patient.html"

    def __init__(self, case, *, texts=None, bound=False):
        self.case, self.patient = case, case.patient
        shown = self.texts_of(case, case.patient)
        self.given = (
            {name: normalise(texts.get(name, text)) for name, text in shown.items()}
            if texts
            else shown
        )
        initial = {name.removeprefix("patient-"): text for name, text in self.given.items()}
        super().__init__(self.given if bound else None, initial=initial, prefix="patient")
        for owner, names in ((case, SHOWN), (case.patient, PATIENT_FIELDS)):
            for name in names:
                cell = make_cell(owner._meta.get_field(name))
                if isinstance(cell, EventKeyCell):
                    cell.offer(Event.objects.filter(case=case))
                cell.set_stored(getattr(owner, name))
                cell.help_text = help_for(cell.column)
                self.fields[name] = cell

    title = property(lambda self: _("Patient and case"))

    @staticmethod
    def texts_of(case, patient):
        found = {}
        for owner, names in ((case, SHOWN), (patient, PATIENT_FIELDS)):
            for name in names:
                cell = make_cell(owner._meta.get_field(name))
                found[f"patient-{name}"] = cell.show(getattr(owner, name))
        return found

    def texts(self):
        return self.texts_of(self.case, self.patient)

    def texts_at(self, record, typed):
        return self.texts_of(record.case, record.patient)

    def input_labels(self):
        return {f"patient-{name}": str(cell.label) for name, cell in self.fields.items()}

    def catalogues(self):
        return set()

    def clean_age_at_presentation(self):
        value = self.cleaned_data["age_at_presentation"]
        return value if value == self.case.age_at_presentation else check_age(value)

    def clean(self):
        """Check the patient against other cases and patients, then set the fields."""
        cleaned = super().clean()
        changed = [n for n in PATIENT_FIELDS if cleaned.get(n) != getattr(self.patient, n)]
        others = other_cases(self.patient, self.case).count()
        if changed and others:
            message = _("You cannot change this, because it also applies to other cases (%s).")
            self.add_error(changed[0], message % others)
        same = Patient.objects.filter(team=self.case.team, code=cleaned.get("code", ""))
        if same.exclude(pk=self.patient.pk).exists():
            self.add_error(
                "code",
                _("Another patient in the team already has this code. Enter a different code."),
            )
        for owner, names in ((self.case, SHOWN), (self.patient, PATIENT_FIELDS)):
            for name in names:
                if name in self.cleaned_data:
                    setattr(owner, name, self.cleaned_data[name])
        return cleaned

    def list_errors(self):
        """Return [(input id, message)]."""
        return [
            (self[name].auto_id, f"{self.fields[name].label}: {message}")
            for name, found in self.errors.items()
            for message in found
        ]

    def record_rows(self):
        return {}

    def rows_after_save(self):
        return {}

    def rows_renamed(self):
        return {}

    @property
    def row_lists(self):
        return {}

    def save(self):
        self.case.save(update_fields=CASE_COLUMNS)
        self.patient.save(update_fields=PATIENT_FIELDS)


def check_age(value):
    """Return an age with its unit (default: years); None for None.

    Raises ValidationError if the value is not an age.
    """
    if value is None:
        return None
    if value.kind in ("number", "range") and not value.unit:
        return in_years(value)
    if value.kind not in ("number", "range") or value.unit.casefold() not in UNIT_WORDS:
        raise forms.ValidationError(
            _("“%s” is not an age. Enter an age such as “74” (years) or “6 months”.") % value
        )
    return value


def in_years(value):
    """Return a number or range without a unit as years, with the text as entered if possible."""
    plain = replace(value.as_canonical(), unit="years")
    try:
        printed = parse_value(f"{value.printed} years")
    except ValueError:
        return plain
    return printed if printed.as_canonical() == plain else plain

"""Diagnoses, comorbidity, treatment and outcome."""

from dataclasses import replace

from django.db import models
from django.utils.translation import gettext_lazy as _

from patients.language.doses import parse_dose
from patients.models.case import CaseRow, side_field
from patients.models.events import Event, VisitRow
from patients.models.fields import CatalogueField, CodesField, ValueField


class DiagnosisStatus(models.TextChoices):
    WORKING = "working", _("working")
    DIFFERENTIAL = "differential", _("differential")
    RULED_OUT = "ruled_out", _("ruled out")
    REVISED = "revised", _("revised")
    CONCURRENT = "concurrent", _("concurrent")
    FINAL = "final", _("final")


class Diagnosis(VisitRow):
    """A diagnosis with its status, side and codes."""

    DOCUMENT_KEY = "diagnoses"
    SECTION = "diagnosis"
    TITLE = _("diagnoses")
    COLUMNS = ("text", "status", "stage", "side", "site", "codes")
    HELP = _("One diagnosis per row. Enter codes as in this example: ICD-10 G54.5; ORPHA 2901.")
    IDENTITY = ("text", "visit")
    FINDING = ("status", "side")
    REPORT_CHAPTER = "diagnosis"

    text = models.CharField(_("diagnosis"), max_length=300)
    status = models.CharField(_("status"), max_length=12, choices=DiagnosisStatus)
    stage = models.CharField(_("stage"), max_length=120, blank=True)
    side = side_field()
    site = models.CharField(_("site"), max_length=300, blank=True)
    basis = models.CharField(_("based on"), max_length=300, blank=True)
    codes = CodesField(_("codes"))

    def __str__(self):
        return self.text


class ComorbidityKind(models.TextChoices):
    COMORBIDITY = "comorbidity", _("comorbidity")
    COMPLICATION = "complication", _("complication")
    ADVERSE_EVENT = "adverse_event", _("adverse event")
    FAMILY_HISTORY = "family_history", _("family history")
    MEDICATION = "medication", _("medication history")
    EXPOSURE = "exposure", _("exposure or trigger")


class Presence(models.TextChoices):
    PRESENT = "present", _("present")
    ABSENT = "absent", _("explicitly absent")
    NOT_RECORDED = "not_recorded", _("not recorded")


class Comorbidity(CaseRow):
    """A comorbidity, complication, adverse event, family history, medication or exposure.

    `presence` states whether it is present, absent or not recorded.
    """

    DOCUMENT_KEY = "comorbidities"
    SECTION = "diagnosis"
    TITLE = _("comorbidity and history")
    COLUMNS = ("kind", "text", "presence", "duration", "event")
    HELP = _(
        "Other illnesses, complications, medication and exposures. You can also record that "
        "an illness or exposure is absent."
    )
    IDENTITY = ("kind", "text")
    FINDING = ()
    REPORT_CHAPTER = "history"

    kind = models.CharField(
        _("kind"), max_length=16, choices=ComorbidityKind, default=ComorbidityKind.COMORBIDITY
    )
    text = models.CharField(_("condition"), max_length=300)
    presence = models.CharField(
        _("presence"), max_length=12, choices=Presence, default=Presence.PRESENT
    )
    duration = ValueField(_("duration"))
    event = models.ForeignKey(
        Event, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("event")
    )
    codes = CodesField(_("codes"))

    class Meta(CaseRow.Meta):
        verbose_name_plural = _("comorbidities")

    def __str__(self):
        return self.text


class TreatmentStatus(models.TextChoices):
    GIVEN = "given", _("given")
    ONGOING = "ongoing", _("ongoing")
    STOPPED = "stopped", _("stopped")
    RESTARTED = "restarted", _("restarted")
    DECLINED = "declined", _("declined")
    PLANNED = "planned", _("planned")


class Treatment(CaseRow):
    """A course of one drug or procedure, with its phases in order."""

    DOCUMENT_KEY = "treatments"
    SECTION = "treatment"
    TITLE = _("treatment")
    COLUMNS = ("kind", "agent", "route", "status", "duration", "start", "end", "codes")
    HELP = _("One course of a drug or procedure per row, with its phases in order.")
    IDENTITY = ("agent", "kind")
    FINDING = ("duration",)
    REPORT_CHAPTER = "treatment"

    kind = CatalogueField(_("kind"), catalogue="treatment_kinds")
    agent = models.CharField(_("drug or procedure"), max_length=200)
    route = CatalogueField(_("route"), catalogue="routes", blank=True)
    status = models.CharField(
        _("status"), max_length=10, choices=TreatmentStatus, default=TreatmentStatus.GIVEN
    )
    duration = ValueField(_("total duration"))
    start = models.ForeignKey(
        Event, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("start")
    )
    end = models.ForeignKey(
        Event, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("end")
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    codes = CodesField(_("codes"))

    def __str__(self):
        return self.agent


class PhaseKind(models.TextChoices):
    FIXED = "fixed", _("fixed dose")
    TAPER = "taper", _("taper")
    SESSIONS = "sessions", _("sessions")
    UNKNOWN = "unknown", _("doses not reported")


class TreatmentPhase(CaseRow):
    """One phase of a treatment: a fixed dose, a taper or a number of sessions."""

    DOCUMENT_KEY = "phases"
    PARENT = "treatment"
    SECTION = "treatment"
    TITLE = _("phases")
    COLUMNS = ("kind", "dose", "frequency", "per", "duration", "sessions", "end_dose")
    HELP = _(
        "One phase of the treatment per row. Leave the dose of a taper empty if it is not known."
    )
    IDENTITY = ("kind",)
    FINDING = ("dose", "duration")
    MAY_REPEAT = True  # for example two pulses of the same dose
    REPORT_CHAPTER = ""  # shown with the treatment

    treatment = models.ForeignKey(Treatment, models.CASCADE, related_name="phases")
    kind = models.CharField(_("kind"), max_length=10, choices=PhaseKind)
    dose = ValueField(_("dose"))
    per = models.CharField(_("per"), max_length=40, blank=True)
    frequency = models.CharField(_("frequency"), max_length=80, blank=True)
    end_dose = ValueField(_("last dose of a taper"))
    duration = ValueField(_("duration"))
    sessions = ValueField(_("sessions"))

    def __str__(self):
        return f"{self.kind} {self.position}"

    def clean(self):
        """Move the parts of a dose such as "20 mg bd for 3 weeks" to their own fields.

        If one of these has another value, the dose stays as it was entered, and so does the dose of
        a whole course, "2 g/kg over 5 days". A number of sessions is not a dose.
        """
        if self.dose and self.dose.unit in ("session", "sessions") and not self.sessions:
            self.sessions, self.dose = replace(self.dose, unit=None), None
            return
        dose = parse_dose(self.dose.printed.strip("“”")) if is_whole_dose(self.dose) else None
        if dose is None or dose.is_plain or dose.is_of_course:
            return
        per = "session" if dose.count and not dose.per else dose.per
        found = {"frequency": dose.frequency, "per": per, "end_dose": dose.end}
        found |= {"duration": dose.duration, "sessions": dose.count}
        found = {name: value for name, value in found.items() if value}
        if all(getattr(self, name) in (None, "", value) for name, value in found.items()):
            for name, value in (found | {"dose": dose.amount}).items():
                setattr(self, name, value)


def is_whole_dose(value):
    """Return whether a value could be a dose with its frequency, duration or taper."""
    return bool(value) and bool(
        value.kind == "text" or value.verbatim or (value.unit or "").endswith((" daily", " weekly"))
    )


class Direction(models.TextChoices):
    IMPROVED = "improved", _("improved")
    RESOLVED = "resolved", _("resolved")
    UNCHANGED = "unchanged", _("unchanged")
    WORSENED = "worsened", _("worsened")
    DIED = "died", _("died")
    NOT_STATED = "not_stated", _("not stated")


class Outcome(VisitRow):
    """The outcome of one aspect of the illness at a visit."""

    DOCUMENT_KEY = "outcomes"
    SECTION = "outcome"
    TITLE = _("outcome")
    COLUMNS = ("visit", "domain", "direction", "text")
    HELP = _("One aspect of the illness per row, with its outcome at a visit.")
    IDENTITY = ("domain", "visit")
    FINDING = ("direction",)
    REPORT_CHAPTER = "course"

    domain = models.CharField(_("aspect"), max_length=200)
    direction = models.CharField(
        _("direction"), max_length=12, choices=Direction, default=Direction.NOT_STATED
    )
    text = models.TextField(_("description"), blank=True)

    def __str__(self):
        return f"{self.domain}: {self.direction}"

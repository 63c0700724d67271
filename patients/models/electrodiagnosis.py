"""Nerve conduction, late responses, repetitive stimulation, evoked potentials and needle EMG."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from patients.catalogue import emg
from patients.models.case import condition_field, side_field
from patients.models.events import VisitRow
from patients.models.fields import AS_TEXT, CatalogueField, ValueField


class NerveStudy(VisitRow):
    """Base class of the rows for tests that stimulate a nerve."""

    nerve = CatalogueField(_("nerve"), catalogue="nerves")
    side = side_field()
    stimulation_site = models.CharField(_("stimulation site"), max_length=120, blank=True)
    recording_site = models.CharField(_("recording site"), max_length=120, blank=True)

    class Meta(VisitRow.Meta):
        abstract = True

    def __str__(self):
        return f"{self.nerve} {self.side}"


class MotorConduction(NerveStudy):
    """A compound muscle action potential from one stimulation site.

    The amplitude is measured from the baseline to the negative peak. The distance is measured to
    the next distal stimulation site.
    """

    DOCUMENT_KEY = "motor_conduction"
    SECTION = "conduction"
    TITLE = _("motor conduction")
    COLUMNS = (
        "visit",
        "nerve",
        "side",
        "stimulation_site",
        "recording_site",
        "latency_ms",
        "amplitude_mv",
        "distance_mm",
        "velocity_m_s",
    )
    HELP = _(
        "One stimulation site per row. You can enter a ratio without a value in mV, for example "
        "4.1% of the right side."
    )
    GRID = True
    IDENTITY = ("nerve", "stimulation_site", "recording_site", "side", "condition", "visit")
    FINDING = ("latency_ms", "amplitude_mv", "velocity_m_s")
    IS_TEST = True
    TWO_SIDED = True
    HAS_RESPONSES = True
    REPORT_CHAPTER = "investigation"

    condition = condition_field()
    latency_ms = ValueField(_("latency"), unit="ms")
    amplitude_mv = ValueField(_("amplitude"), unit="mV")
    duration_ms = ValueField(_("duration"), unit="ms")
    area_mv_ms = ValueField(_("area"), unit="mV·ms")
    distance_mm = ValueField(_("distance"), unit="mm")
    velocity_m_s = ValueField(_("velocity"), unit="m/s")
    conduction_block = ValueField(_("conduction block"))
    temporal_dispersion = ValueField(_("temporal dispersion"))
    technique = models.CharField(_("technique"), max_length=120, blank=True)
    temperature_c = ValueField(_("skin temperature"), unit="°C")
    reference = models.CharField(_("laboratory's reference limits"), max_length=120, blank=True)


class SensoryConduction(NerveStudy):
    """A sensory nerve action potential."""

    DOCUMENT_KEY = "sensory_conduction"
    SECTION = "conduction"
    TITLE = _("sensory conduction")
    COLUMNS = (
        "visit",
        "nerve",
        "side",
        "onset_latency_ms",
        "peak_latency_ms",
        "amplitude_uv",
        "distance_mm",
        "velocity_m_s",
    )
    HELP = _("One response per row. Enter “6 µV both sides” to record both sides in one row.")
    GRID = True
    IDENTITY = ("nerve", "stimulation_site", "recording_site", "side", "condition", "visit")
    FINDING = ("amplitude_uv",)
    IS_TEST = True
    TWO_SIDED = True
    HAS_RESPONSES = True
    REPORT_CHAPTER = "investigation"

    condition = condition_field()
    onset_latency_ms = ValueField(_("onset latency"), unit="ms")
    peak_latency_ms = ValueField(_("peak latency"), unit="ms")
    amplitude_uv = ValueField(_("amplitude"), unit="µV")
    amplitude_convention = models.CharField(_("amplitude convention"), max_length=40, blank=True)
    duration_ms = ValueField(_("duration"), unit="ms")
    distance_mm = ValueField(_("distance"), unit="mm")
    velocity_m_s = ValueField(_("velocity"), unit="m/s")
    technique = models.CharField(_("technique"), max_length=120, blank=True)
    temperature_c = ValueField(_("skin temperature"), unit="°C")
    reference = models.CharField(_("laboratory's reference limits"), max_length=120, blank=True)


class LateKind(models.TextChoices):
    F_WAVE = "f_wave", _("F-wave")
    H_REFLEX = "h_reflex", _("H-reflex")
    A_WAVE = "a_wave", _("A-wave")
    BLINK = "blink_reflex", _("blink reflex")


class LateResponse(NerveStudy):
    """An F-wave, H-reflex, A-wave or blink reflex."""

    DOCUMENT_KEY = "late_responses"
    SECTION = "conduction"
    TITLE = _("late responses")
    COLUMNS = (
        "visit",
        "kind",
        "nerve",
        "side",
        "min_latency_ms",
        "mean_latency_ms",
        "persistence",
    )
    HELP = _("F-waves, H-reflexes, A-waves and blink reflexes.")
    GRID = True
    IDENTITY = (
        "kind",
        "nerve",
        "stimulation_site",
        "recording_site",
        "side",
        "condition",
        "visit",
    )
    FINDING = ()
    IS_TEST = True
    HAS_RESPONSES = True
    REPORT_CHAPTER = "investigation"

    kind = models.CharField(_("kind"), max_length=12, choices=LateKind)
    condition = condition_field()
    min_latency_ms = ValueField(_("shortest latency"), unit="ms")
    mean_latency_ms = ValueField(_("mean latency"), unit="ms")
    persistence = ValueField(_("persistence"), unit="%")
    chronodispersion_ms = ValueField(_("chronodispersion"), unit="ms")
    amplitude_mv = ValueField(_("amplitude"), unit="mV")
    h_m_ratio = ValueField(_("H/M ratio"))


class RepetitiveStimulation(NerveStudy):
    """The change from the first to the fourth or fifth response to a train of stimuli."""

    DOCUMENT_KEY = "repetitive_stimulation"
    SECTION = "electrodiagnosis"
    TITLE = _("repetitive stimulation")
    COLUMNS = (
        "visit",
        "nerve",
        "side",
        "recording_site",
        "rate_hz",
        "condition",
        "baseline_amplitude_mv",
        "amplitude_change",
    )
    HELP = _("The change from the first to the fourth or fifth response to a train of stimuli.")
    GRID = True
    IDENTITY = ("nerve", "recording_site", "condition", "side", "visit")
    FINDING = ()
    IS_TEST = True
    HAS_RESPONSES = True
    REPORT_CHAPTER = "investigation"
    REPORT_TITLE = _("Repetitive nerve stimulation")
    REPORT_COLUMNS = (
        "visit",
        "nerve",
        "side",
        "stimulation_site",
        "recording_site",
        "condition",
        "rate_hz",
        "baseline_amplitude_mv",
        "amplitude_change",
        "area_change",
    )

    rate_hz = ValueField(_("rate"), unit="Hz")
    condition = models.CharField(_("condition"), max_length=120, blank=True)
    baseline_amplitude_mv = ValueField(_("baseline amplitude"), unit="mV")
    amplitude_change = ValueField(_("change in amplitude"), unit="%")
    area_change = ValueField(_("change in area"), unit="%")


class EvokedModality(models.TextChoices):
    SOMATOSENSORY = "somatosensory", _("somatosensory")
    MOTOR = "motor", _("motor")
    VISUAL = "visual", _("visual")
    AUDITORY = "auditory", _("auditory")
    LASER = "laser", _("laser")


class EvokedPotential(VisitRow):
    """One component of an evoked potential."""

    DOCUMENT_KEY = "evoked_potentials"
    SECTION = "electrodiagnosis"
    TITLE = _("evoked potentials")
    COLUMNS = ("visit", "modality", "stimulation_site", "side", "component", "latency_ms")
    HELP = _("One component per row.")
    GRID = True
    IDENTITY = ("modality", "component", "stimulation_site", "side", "condition", "visit")
    FINDING = ()
    IS_TEST = True
    HAS_RESPONSES = True
    REPORT_CHAPTER = "investigation"
    REPORT_COLUMNS = (
        "visit",
        "modality",
        "stimulation_site",
        "recording_site",
        "side",
        "component",
        "condition",
        "latency_ms",
        "amplitude_uv",
        "central_conduction_time_ms",
    )

    modality = models.CharField(_("modality"), max_length=16, choices=EvokedModality)
    stimulation_site = models.CharField(_("stimulation site"), max_length=120, blank=True)
    recording_site = models.CharField(_("recording site"), max_length=120, blank=True)
    side = side_field()
    component = models.CharField(_("component"), max_length=60, blank=True)
    condition = condition_field()
    latency_ms = ValueField(_("latency"), unit="ms")
    amplitude_uv = ValueField(_("amplitude"), unit="µV")
    central_conduction_time_ms = ValueField(_("central conduction time"), unit="ms")

    def __str__(self):
        return f"{self.modality} {self.component}"


class NeedleEMG(VisitRow):
    """Needle EMG of one muscle; an empty field means not recorded."""

    DOCUMENT_KEY = "needle_emg"
    SECTION = "emg"
    TITLE = _("needle EMG")
    COLUMNS = (
        "visit",
        "muscle",
        "side",
        "active_denervation",
        "insertional_activity",
        "fibrillations",
        "positive_sharp_waves",
        "fasciculations",
        "recruitment",
    )
    HELP = _("One muscle per row. An empty cell means not recorded, which is not the same as 0.")
    GRID = True
    IDENTITY = ("muscle", "printed_label", "side", "visit")
    FINDING = ()
    IS_TEST = True
    TWO_SIDED = True
    REPORT_CHAPTER = "investigation"

    muscle = CatalogueField(_("muscle"), catalogue="muscles")
    printed_label = models.CharField(_("label as printed"), max_length=120, blank=True)
    side = side_field()
    active_denervation = models.BooleanField(_("active denervation"), null=True, blank=True)
    insertional_activity = CatalogueField(
        _("insertional activity"), catalogue="emg_insertional_activity", blank=True
    )
    fibrillations = CatalogueField(_("fibrillations"), catalogue="emg_fib_psw", blank=True)
    positive_sharp_waves = CatalogueField(
        _("positive sharp waves"), catalogue="emg_fib_psw", blank=True
    )
    fasciculations = CatalogueField(_("fasciculations"), catalogue="emg_fasciculation", blank=True)
    other_spontaneous = CatalogueField(
        _("other spontaneous activity"), catalogue="emg_other_spontaneous", blank=True
    )
    muap_amplitude = CatalogueField(_("MUAP amplitude"), catalogue="emg_muap_amplitude", blank=True)
    muap_duration = CatalogueField(_("MUAP duration"), catalogue="emg_muap_duration", blank=True)
    muap_polyphasia = CatalogueField(_("polyphasia"), catalogue="emg_muap_polyphasia", blank=True)
    recruitment = CatalogueField(_("recruitment"), catalogue="emg_recruitment", blank=True)
    interference_pattern = CatalogueField(
        _("interference pattern"), catalogue="emg_interference_pattern", blank=True
    )

    def __str__(self):
        return f"{self.muscle} {self.side}"

    def clean(self):
        """Reject a grade outside the scale of its column; other free text is allowed."""
        wrong = {}
        for name, vocabulary in emg.COLUMNS.items():
            text = getattr(self, name)
            if text.startswith(AS_TEXT) and emg.is_unknown_step(
                vocabulary, text.removeprefix(AS_TEXT)
            ):
                steps = ", ".join(label for _code, label in emg.choices(vocabulary))
                message = gettext("This grade is not on this column's scale. Enter one of: %s.")
                wrong[name] = message % steps
        if wrong:
            raise ValidationError(wrong)

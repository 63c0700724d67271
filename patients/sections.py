"""The sections of a case in clinical order: the tables of each page of entry, and their words."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from patients import models
from patients.document import document_fields
from patients.models.case import Row

HIDDEN = ("key", "settles")  # made by the record itself


@dataclass(frozen=True)
class Table:
    """One table of a section: its model, the columns always in sight, one line of help.

    The other columns of the model stand behind "more" in each row. `nested` is the table of a row's
    own rows.
    """

    model: type[Row]
    columns: tuple[str, ...]
    help: str = ""
    grid: bool = False
    nested: "Table | None" = None

    @property
    def key(self):
        return self.model.DOCUMENT_KEY

    @property
    def more(self):
        """Names of the columns that are not always in sight."""
        names = [field.name for field in document_fields(self.model)]
        return tuple(name for name in names if name not in (*self.columns, *HIDDEN))


@dataclass(frozen=True)
class Section:
    """A page of entry: its address, its title, and the keys of the document that it changes."""

    slug: str
    title: str
    keys: tuple[str, ...]
    tables: tuple[Table, ...] = ()


def section(slug, title, *tables):
    return Section(slug, title, tuple(table.key for table in tables), tables)


SECTIONS = (
    Section("patient", _("Patient and case"), ("case", "patient")),
    section(
        "timeline",
        _("Timeline"),
        Table(
            models.Event,
            ("label", "placement", "kind", "side"),
            _("What happened, and when: -25d, 5 days before weakness, March 2011, unknown."),
        ),
        Table(
            models.Visit,
            ("label", "event"),
            _("The time points at which findings were taken. Tables of findings refer to them."),
        ),
    ),
    section(
        "symptoms",
        _("Symptoms"),
        Table(
            models.Symptom,
            ("name", "side", "site", "quality", "severity", "onset", "end"),
            _("A complaint a row; each has its own onset, peak and end."),
        ),
    ),
    section(
        "strength",
        _("Strength"),
        Table(models.StrengthScore, ("movement", "side", "visit", "grade"), grid=True),
        Table(
            models.Dynamometry,
            ("visit", "measure", "side", "value", "instrument"),
            _("Forces measured by an instrument, such as grip in kg."),
        ),
    ),
    section(
        "signs",
        _("Signs"),
        Table(
            models.Sign,
            ("visit", "domain", "item", "side", "region", "finding"),
            _("Reflexes, sensation, tone, atrophy, gait … A normal finding is a row as well."),
        ),
    ),
    section(
        "scales",
        _("Scales"),
        Table(
            models.ScaleScore,
            ("visit", "instrument", "side", "value"),
            _("Scores of named instruments, as printed."),
        ),
    ),
    section(
        "conduction",
        _("Nerve conduction"),
        Table(
            models.MotorConduction,
            (
                "visit",
                "nerve",
                "side",
                "stimulation_site",
                "recording_site",
                "latency_ms",
                "amplitude_mv",
                "distance_mm",
                "velocity_m_s",
            ),
            _("One stimulation site a row. A ratio stands without millivolts: 4.1 % of right."),
            grid=True,
        ),
        Table(
            models.SensoryConduction,
            (
                "visit",
                "nerve",
                "side",
                "onset_latency_ms",
                "peak_latency_ms",
                "amplitude_uv",
                "distance_mm",
                "velocity_m_s",
            ),
            _("One response a row. “6 µV both sides” fills one row for both sides."),
            grid=True,
        ),
        Table(
            models.LateResponse,
            ("visit", "kind", "nerve", "side", "min_latency_ms", "mean_latency_ms", "persistence"),
            _("F-waves, H-reflexes, A-waves, blink reflexes."),
            grid=True,
        ),
    ),
    section(
        "emg",
        _("Needle EMG"),
        Table(
            models.NeedleEMG,
            (
                "visit",
                "muscle",
                "side",
                "active_denervation",
                "insertional_activity",
                "fibrillations",
                "positive_sharp_waves",
                "fasciculations",
                "recruitment",
            ),
            _("One muscle a row. An empty column was not recorded, which is not the same as 0."),
            grid=True,
        ),
    ),
    section(
        "electrodiagnosis",
        _("Other electrodiagnosis"),
        Table(
            models.RepetitiveStimulation,
            (
                "visit",
                "nerve",
                "side",
                "recording_site",
                "rate_hz",
                "condition",
                "baseline_amplitude_mv",
                "amplitude_change",
            ),
            _("The change from the first to the fourth or fifth response of a train."),
            grid=True,
        ),
        Table(
            models.EvokedPotential,
            ("visit", "modality", "stimulation_site", "side", "component", "latency_ms"),
            _("One component a row."),
            grid=True,
        ),
    ),
    section(
        "laboratory",
        _("Laboratory"),
        Table(
            models.LaboratoryResult,
            ("visit", "specimen", "analyte", "value", "reference_range", "interpretation"),
            _("One analyte a row, with the unit and the range that the laboratory printed."),
            grid=True,
        ),
    ),
    section(
        "imaging-findings",
        _("Imaging findings"),
        Table(
            models.ImagingFinding,
            (
                "visit",
                "modality",
                "sequence",
                "structure",
                "side",
                "level",
                "finding",
                "sign",
                "severity",
                "certainty",
            ),
            _("One structure and level a row, as the report words it."),
        ),
    ),
    section(
        "investigations",
        _("Other investigations"),
        Table(
            models.Investigation,
            ("visit", "kind", "item", "site", "side", "value", "finding"),
            _("Ultrasound, biopsy, lung function, genetics and others."),
        ),
    ),
    section(
        "diagnosis",
        _("Diagnosis"),
        Table(
            models.Diagnosis,
            ("text", "status", "stage", "side", "site", "codes"),
            _("Each diagnosis with what became of it. Codes: ICD-10 G54.5; ORPHA 2901."),
        ),
        Table(
            models.Comorbidity,
            ("kind", "text", "presence", "duration", "event"),
            _("Other illnesses, complications, medication, exposures; also what is absent."),
        ),
    ),
    section(
        "treatment",
        _("Treatment"),
        Table(
            models.Treatment,
            ("kind", "agent", "route", "status", "duration", "start", "end"),
            _("A course of one agent or measure, and its phases in order."),
            nested=Table(
                models.TreatmentPhase,
                ("kind", "dose", "per", "duration", "sessions"),
                _("A stretch of the course. A taper whose doses are not known has no dose."),
            ),
        ),
    ),
    section(
        "outcome",
        _("Outcome"),
        Table(
            models.Outcome,
            ("visit", "domain", "direction", "text"),
            _("How one aspect of the illness stood at a visit."),
        ),
    ),
    section(
        "narrative",
        _("Narrative"),
        Table(models.Narrative, ("chapter", "text"), _("The prose of the case, in chapters.")),
        Table(
            models.Reference,
            ("label", "text", "doi", "pmid"),
            _("Publications that the case cites or comes from."),
        ),
        Table(
            models.Discrepancy,
            ("subject", "statement", "other_statement", "reading"),
            _("Where the source contradicts itself or leaves a reading open."),
        ),
    ),
)
# Each grade as a row of its own: the words and the note of a single grade are entered there.
STRENGTH_ROWS = Section(
    "strength-rows",
    _("Strength, grade by grade"),
    ("strength",),
    (
        Table(
            models.StrengthScore,
            ("visit", "movement", "muscle", "side", "grade", "printed_label"),
            _("Name a movement or a muscle, one of the two."),
        ),
    ),
)
BY_SLUG = {one.slug: one for one in (*SECTIONS, STRENGTH_ROWS)}
# Where each table of the document is shown and changed: {key: slug of a section}.
SECTION_OF = {key: one.slug for one in SECTIONS for key in one.keys} | {
    table.nested.key: one.slug for one in SECTIONS for table in one.tables if table.nested
}

VALUE_HELP = _("A number as printed, with its unit; a range (10–20); <5; a word; NR; not tested.")
HELP = {
    "label": _("In your words; tables refer to it by them."),
    "placement": _("-25d · 5 days before weakness · same day as admission · March 2011 · unknown"),
    "course": _("How it went on: subacute, relapsing, plateau …"),
    "side": _("“Side not stated” when the source does not say."),
    "visit": _("When it was found; empty when the source does not say."),
    "grade": _("0 to 5 with + or −, an interval (2 to 3), n for not tested."),
    "printed_label": _("The name that the source prints, where it is another one."),
    "persistence": _("Share of stimuli with a response, in %."),
    "h_m_ratio": _("Largest H amplitude over largest M amplitude."),
    "amplitude_mv": _("Baseline to negative peak. NR: no response. 4.1 % of right: a ratio alone."),
    "amplitude_uv": _("As printed; say under “amplitude measured” from where to where."),
    "amplitude_convention": _("Onset to peak, or peak to peak."),
    "distance_mm": _("To the next distal stimulation site."),
    "onset_latency_ms": _("Velocity is distance over onset latency, not over peak latency."),
    "fibrillations": _("0 to 4+ by one key, 0 to 4; empty: not recorded."),
    "positive_sharp_waves": _("0 to 4+ by one key, 0 to 4; empty: not recorded."),
    "active_denervation": _("Fibrillations or positive sharp waves, said without a grade."),
    "reference_range": _("As the laboratory printed it."),
    "reference": _("As the laboratory printed it."),
    "codes": _('System and code, with ; between: ICD-10 G54.5 "Neuralgic amyotrophy"; ORPHA 2901'),
    "presence": _("“Explicitly absent” is not the same as “not recorded”."),
    "per": _("day, kg and day, session …"),
    "words": _("As printed, for the record; never changed."),
    "reasoning_in_report": _("What is compatible with the findings, with the evidence for it."),
    "key": "",
}


def help_for(field):
    """Return the one line of help for a column, "" where it needs none."""
    return HELP.get(field.name) or (VALUE_HELP if hasattr(field, "unit") else field.help_text)

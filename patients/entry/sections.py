"""The entry pages of a case, in clinical order, with their tables and help texts."""

from dataclasses import dataclass, replace

from django.utils.translation import gettext_lazy as _

from patients.models import StrengthScore
from patients.models.case import CaseRow
from patients.record.document import document_fields
from patients.record.kinds import by_key, children_of, top_models

HIDDEN = ("key", "settles", "printed_grade")  # set by the application


@dataclass(frozen=True)
class EntryTable:
    """One table of a section, with its visible columns and its help text.

    The model's other columns are behind "more" in each row. `nested` is the table of the rows that
    are nested in a row.
    """

    model: type[CaseRow]
    columns: tuple[str, ...]
    help: str = ""
    grid: bool = False
    nested: "EntryTable | None" = None

    @property
    def key(self):
        return self.model.DOCUMENT_KEY

    @property
    def more(self):
        """The names of the columns behind "more"."""
        names = [field.name for field in document_fields(self.model)]
        return tuple(name for name in names if name not in (*self.columns, *HIDDEN))


def table_of(model):
    nested = next(map(table_of, children_of(model)), None)
    return EntryTable(model, model.COLUMNS, model.HELP, model.GRID, nested)


@dataclass(frozen=True)
class EntrySection:
    """An entry page, with the tables of the models whose SECTION is its slug.

    `heads` are the keys of document objects, other than tables, that the page edits.
    """

    slug: str
    title: str
    heads: tuple[str, ...] = ()

    @property
    def tables(self):
        return tuple(table_of(model) for model in top_models() if model.SECTION == self.slug)

    @property
    def keys(self):
        """The document keys that the page edits."""
        return (*self.heads, *(table.key for table in self.tables))


class StrengthRows(EntrySection):
    """Strength with one row per grade, so that each can have the source's wording and a note."""

    @property
    def tables(self):
        return (replace(table_of(StrengthScore), grid=False),)


SECTIONS = (
    EntrySection("patient", _("Patient and case"), heads=("case", "patient")),
    EntrySection("symptoms", _("Symptoms")),
    EntrySection("timeline", _("Timeline")),
    EntrySection("strength", _("Strength")),
    EntrySection("signs", _("Signs")),
    EntrySection("scales", _("Scales")),
    EntrySection("conduction", _("Nerve conduction")),
    EntrySection("emg", _("Needle EMG")),
    EntrySection("electrodiagnosis", _("Other electrodiagnosis")),
    EntrySection("ultrasound", _("Nerve and muscle ultrasound")),
    EntrySection("laboratory", _("Laboratory")),
    EntrySection("imaging-findings", _("Imaging findings")),
    EntrySection("investigations", _("Other investigations")),
    EntrySection("diagnosis", _("Diagnosis")),
    EntrySection("treatment", _("Treatment")),
    EntrySection("outcome", _("Outcome")),
    EntrySection("narrative", _("Narrative")),
)
STRENGTH_ROWS = StrengthRows("strength-rows", _("Strength, detailed view"))
BY_SLUG = {one.slug: one for one in (*SECTIONS, STRENGTH_ROWS)}
HEADS = {key: one.slug for one in SECTIONS for key in one.heads}


def section_of(key):
    """Return the slug of the section that edits a document key."""
    return HEADS[key] if key in HEADS else by_key()[key].SECTION


VALUE_HELP = _(
    "A number with its unit, as in the source; a range (10–20); <5; a word such as normal; NR; "
    "or not tested. The notation of the source is kept: 3,5; 7 out of 10; 40 or more; 41 (peak)."
)
SPONTANEOUS = _(
    "Type 1 for 1+, up to 4 for 4+, or 0 for none. Leave this empty if it is not recorded."
)
HELP = {
    "label": _("A name of your choice. Other tables use this name to refer to the event or visit."),
    "placement": _(
        "-25d · 5 days before weakness · same day as admission · March 2011 · at age 40 · before "
        "weakness · within a week after admission · unknown"
    ),
    "course": _("For example subacute, relapsing or plateau."),
    "side": _("Choose “side not stated” if the source does not state it."),
    "visit": _("The visit of the finding. Leave this empty if the source does not state it."),
    "grade": _(
        "0 to 5, with + or − if needed (3−), a range (2 to 3), or n for not tested. Other "
        "words, and any text in quotation marks, are kept as text."
    ),
    "printed_label": _("The name of the muscle or movement in the source, if it is different."),
    "persistence": _("Percentage of stimuli with a response."),
    "h_m_ratio": _("Maximum H amplitude divided by maximum M amplitude."),
    "amplitude_mv": _(
        "Baseline to negative peak. Enter NR for no response. A ratio alone is enough, for example "
        "4.1% of the right side."
    ),
    "amplitude_uv": _(
        "As in the source. For a sensory response, use “amplitude convention” to state how it was "
        "measured."
    ),
    "amplitude_convention": _("Onset to peak, or peak to peak."),
    "distance_mm": _(
        "Motor: to the next distal stimulation site. Sensory: from stimulation to recording site."
    ),
    "onset_latency_ms": _("Velocity is distance divided by onset latency, not by peak latency."),
    "fibrillations": _(
        "Type 1 for 1+, up to 4 for 4+, or 0 for none. Leave this empty if it is not recorded."
    ),
    "positive_sharp_waves": _(
        "Type 1 for 1+, up to 4 for 4+, or 0 for none. Leave this empty if it is not recorded."
    ),
    "active_denervation": _("Fibrillations or positive sharp waves, reported without a grade."),
    "reference_range": _("As stated by the laboratory."),
    "reference": _("As stated by the laboratory."),
    "codes": _(
        'System and code, with a semicolon between codes: ICD-10 G54.5 "Neuralgic amyotrophy"; '
        "ORPHA 2901"
    ),
    "presence": _("“Explicitly absent” is not the same as “not recorded”."),
    "dose": _(
        "A dose alone, or with its frequency, duration or taper: 20 mg twice daily for 3 weeks; "
        "60 mg tapered to 10 mg."
    ),
    "frequency": _("As in the source, such as twice daily, bd, every 3 weeks or as needed."),
    "end_dose": _("The dose with which the taper ends."),
    "per": _("For example “day”, “kg and day” or “session”."),
    "words": _("The exact wording of the source."),
    "reasoning_in_report": _("What the findings are compatible with, and the evidence."),
    "key": "",
}


def help_for(field):
    """Return the one-line help for a column, or "" if there is none."""
    help_text = HELP.get(field.name) or field.help_text
    return help_text or (VALUE_HELP if hasattr(field, "unit") else "")

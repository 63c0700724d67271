"""The sections of a case in clinical order: the pages of entry, each with its tables."""

from dataclasses import dataclass, replace

from django.utils.translation import gettext_lazy as _

from patients.models import StrengthScore
from patients.models.case import CaseRow
from patients.record.document import document_fields
from patients.record.kinds import by_key, children_of, top_models

HIDDEN = ("key", "settles")  # made by the record itself


@dataclass(frozen=True)
class EntryTable:
    """One table of a section, as its model declares it: the columns in sight, one line of help.

    The other columns of the model stand behind "more" in each row. `nested` is the table of a row's
    own rows.
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
        """Names of the columns that are not always in sight."""
        names = [field.name for field in document_fields(self.model)]
        return tuple(name for name in names if name not in (*self.columns, *HIDDEN))


def table_of(model):
    nested = next(map(table_of, children_of(model)), None)
    return EntryTable(model, model.COLUMNS, model.HELP, model.GRID, nested)


@dataclass(frozen=True)
class EntrySection:
    """A page of entry: its address and its title; its tables are those that name it.

    `heads` are the objects of the document, beside its tables, that it changes.
    """

    slug: str
    title: str
    heads: tuple[str, ...] = ()

    @property
    def tables(self):
        return tuple(table_of(model) for model in top_models() if model.SECTION == self.slug)

    @property
    def keys(self):
        """The keys of the document that the page changes."""
        return (*self.heads, *(table.key for table in self.tables))


class StrengthRows(EntrySection):
    """Each grade as a row of its own, to enter the words and the note of a single grade."""

    @property
    def tables(self):
        return (replace(table_of(StrengthScore), grid=False),)


SECTIONS = (
    EntrySection("patient", _("Patient and case"), heads=("case", "patient")),
    EntrySection("timeline", _("Timeline")),
    EntrySection("symptoms", _("Symptoms")),
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
STRENGTH_ROWS = StrengthRows("strength-rows", _("Strength, grade by grade"))
BY_SLUG = {one.slug: one for one in (*SECTIONS, STRENGTH_ROWS)}
HEADS = {key: one.slug for one in SECTIONS for key in one.heads}


def section_of(key):
    """Return the slug of the section in which a table or object of the document is changed."""
    return HEADS[key] if key in HEADS else by_key()[key].SECTION


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
    help_text = HELP.get(field.name) or field.help_text
    return help_text or (VALUE_HELP if hasattr(field, "unit") else "")

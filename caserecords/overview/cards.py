"""The cards of the case page: one compact summary per section, with all details collapsed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from caserecords.overview.investigation_lines import (
    conduction_lines,
    emg_lines,
    finding_lines,
    laboratory_lines,
    treatment_lines,
)
from caserecords.overview.lines import (
    SummaryLine,
    diagnosis_lines,
    outcome_lines,
    row_lines,
    scale_lines,
    sign_lines,
    symptom_lines,
)
from caserecords.overview.section_lines import count_images
from patients.entry.sections import SECTIONS
from patients.tables.columns import group

MOST_LINES = 8  # shown on a card; any further lines are counted and are in the details
OWN_DETAILS = ("patient", "timeline", "strength", "treatment", "narrative")
OWN_SUMMARY = ("patient", "timeline", "strength", "imaging", "narrative")
LINES: dict[str, Callable] = {
    "symptoms": symptom_lines,
    "signs": sign_lines,
    "scales": scale_lines,
    "conduction": conduction_lines,
    "emg": emg_lines,
    "laboratory": laboratory_lines,
    "imaging-findings": finding_lines,
    "diagnosis": diagnosis_lines,
    "treatment": treatment_lines,
    "outcome": outcome_lines,
}
# The columns of each block, which are side by side; a single column fills the width.
BLOCKS = (
    (("patient",),),
    (("symptoms",),),
    (("timeline",),),
    (("strength",),),
    (("signs",), ("scales",)),
    (("conduction", "laboratory"), ("emg", "electrodiagnosis", "ultrasound")),
    (("imaging",),),
    (("imaging-findings",),),
    (("investigations",),),
    (("diagnosis",), ("treatment", "outcome")),
    (("narrative",),),
)


@dataclass(frozen=True)
class OverviewCard:
    """One section: its compact lines, the templates of its summary and details, and its checks.

    `tables` are the section's tables in document order, for the details. If the user has a draft,
    `draft_address` is the URL of its entry page and `draft_saved_at` the time it was saved.
    """

    slug: str
    title: str
    address: str
    tables: tuple = ()
    lines: tuple[SummaryLine, ...] = ()
    meta: str = ""
    checks: tuple = ()
    draft_address: str = ""
    draft_saved_at: datetime | None = None

    @property
    def template(self):
        """The template of the details."""
        if self.slug == "imaging":
            return "caserecords/_images.html"
        own = self.slug if self.slug in OWN_DETAILS else "tables"
        return f"caserecords/_{own}.html"

    @property
    def summary_template(self):
        own = self.slug.replace("-", "_") if self.slug in OWN_SUMMARY else "lines"
        return f"caserecords/overview/_{own}.html"

    @property
    def first_lines(self):
        return self.lines[:MOST_LINES]

    @property
    def more(self):
        """The number of lines that are only in the details."""
        return len(self.lines) - len(self.first_lines)


def overview_blocks(record, days, navigation, checks):
    """Return the cards of the patient and the filled sections, as blocks of columns of cards."""
    by_section = group((one for one in checks if one.rows), lambda one: one.section)
    cards = {
        line.slug: make_card(record, days, line, tuple(by_section.get(line.slug, ())))
        for line in navigation.sections
        if line.count or line.slug == "patient"
    }
    placed = {slug for block in BLOCKS for column in block for slug in column}
    blocks = (*BLOCKS, *(((slug,),) for slug in cards if slug not in placed))
    return [columns for block in blocks if (columns := fill(block, cards))]


def fill(block, cards):
    """Return the columns of a block that have cards."""
    columns = [[cards[slug] for slug in column if slug in cards] for column in block]
    return [column for column in columns if column]


def make_card(record, days, line, checks):
    tables = tables_of(record, line.slug)
    return OverviewCard(
        slug=line.slug,
        title=line.title,
        address=line.address,
        tables=tables,
        lines=lines_of(record, days, line.slug),
        meta=meta_text(record, line),
        checks=checks,
        draft_address=line.draft_address,
        draft_saved_at=line.draft_saved_at,
    )


def tables_of(record, slug):
    """Return the tables of a section in document order, or the studies for the images section."""
    if slug == "imaging":
        return tuple((record.parts.get("imaging") or {}).get("studies", ()))
    keys = keys_of(slug)
    return tuple(record.rows[key] for key in keys if key in record.rows)


def keys_of(slug):
    return next((section.keys for section in SECTIONS if section.slug == slug), ())


def lines_of(record, days, slug):
    if slug in OWN_SUMMARY:
        return ()
    if slug in LINES:
        known = tuple(LINES[slug](record, days))
        return (*known, *row_lines(record, other_keys(slug)))
    return tuple(row_lines(record, keys_of(slug)))


# The tables that the functions in LINES cover; other tables are added row by row.
COVERED = {
    "symptoms": ("symptoms",),
    "signs": ("signs",),
    "scales": ("scales",),
    "conduction": ("motor_conduction", "sensory_conduction", "late_responses"),
    "emg": ("needle_emg",),
    "laboratory": ("laboratory",),
    "imaging-findings": ("imaging_findings",),
    "diagnosis": ("diagnoses", "comorbidities"),
    "treatment": ("treatments", "phases"),
    "outcome": ("outcomes",),
}


def other_keys(slug):
    return [key for key in keys_of(slug) if key not in COVERED[slug]]


# The text beside a card's title


def meta_text(record, line):
    """Return the amount of content as text, such as "10 events"; "" for patient and strength."""
    if line.slug in ("patient", "strength"):
        return ""
    if line.slug == "imaging":
        return imaging_text(record.parts.get("imaging") or {})
    if line.slug == "narrative":
        return narrative_text(record)
    if line.slug == "timeline":
        return ngettext("%(n)s event", "%(n)s events", int(line.count)) % {"n": line.count}
    return line.count


def imaging_text(imaging):
    series = sum(len(study["series"]) for study in imaging.get("studies", ()))
    images, marks = count_images(imaging), len(imaging.get("annotations", ()))
    figures = len(imaging.get("figures", ()))
    texts = [
        ngettext("%(n)s series", "%(n)s series", series) % {"n": series},
        ngettext("%(n)s image", "%(n)s images", images) % {"n": images},
        ngettext("%(n)s mark", "%(n)s marks", marks) % {"n": marks} if marks else "",
        ngettext("%(n)s figure", "%(n)s figures", figures) % {"n": figures} if figures else "",
    ]
    return ", ".join(filter(None, texts))


def narrative_text(record):
    chapters = len(record.narrative)
    words = sum(len(row.text.split()) for row in record.narrative)
    return _("%(chapters)s, %(words)s") % {
        "chapters": ngettext("%(n)s chapter", "%(n)s chapters", chapters) % {"n": chapters},
        "words": ngettext("%(n)s word", "%(n)s words", words) % {"n": words},
    }

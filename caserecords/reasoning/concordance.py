"""Concordance of tests: for each structure, which kinds of test show a lesion.

Each line is a root, plexus or nerve on one side that is abnormal on an image, or that belongs to
the site most compatible with the findings. Each cell lists the rows of the record that are evidence
for or against a lesion. A test of a muscle, nerve or reflex is evidence about the structures that
supply at least half of the tested item (patients.reasoning.sites); sensory examination and imaging
are evidence about the structures that they name or cover.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from patients.catalogue import lookup
from patients.catalogue.localisation import PARAMETERS, REFLEX_ARCS
from patients.entry.sections import section_of
from patients.models import Side
from patients.models.investigations import Certainty, ImagingSign, Interpretation
from patients.reasoning.finding import sides_of
from patients.reasoning.localisation import Localisation
from patients.reasoning.sites import BY_KEY, PLACES, coverage

COLUMNS = {
    "weakness": gettext_lazy("weakness"),
    "reflex": gettext_lazy("reflex"),
    "sensation": gettext_lazy("sensation"),
    "emg": gettext_lazy("needle EMG"),
    "cmap": gettext_lazy("motor response (CMAP)"),
    "snap": gettext_lazy("sensory response (SNAP)"),
    "gadolinium_mri": gettext_lazy("MRI after gadolinium"),
    "plain_mri": gettext_lazy("MRI without contrast"),
}
COLUMN_OF = {
    "mrc": "weakness",
    "reflex": "reflex",
    "emg": "emg",
    "paraspinal": "emg",
    "cmap": "cmap",
    "snap": "snap",
    "snap_equal": "snap",
    "snap_present": "snap",
}
SHOWN, NOT_SHOWN, MIXED = "shown", "not_shown", "mixed"
SYMMETRIC, NO_SIDE, NOT_EXAMINED = "symmetric", "no_side", "not_examined"
WORDS = {
    SHOWN: ("●", gettext_lazy("shown")),
    NOT_SHOWN: ("○", gettext_lazy("examined, not shown")),
    MIXED: ("◐", gettext_lazy("partly shown")),
    SYMMETRIC: ("=", gettext_lazy("the same on both sides")),
    NO_SIDE: ("?", gettext_lazy("side not stated")),
    NOT_EXAMINED: ("–", gettext_lazy("not examined")),
}
ROOT = re.compile(r"\b([CTLS])(\d{1,2})\b")
ABNORMAL = ("abnormal", "decreased", "absent", "increased")


@dataclass(frozen=True)
class TestEvidence:
    """One row of the record, with the cell state that it supports."""

    table: str
    row: int
    words: str
    state: str

    @property
    def section(self):
        """The slug of the section that shows the row."""
        return section_of(self.table)

    def as_data(self):
        return {"table": self.table, "row": self.row, "words": self.words}


@dataclass(frozen=True)
class TestCell:
    """The result of one kind of test for one structure."""

    column: str
    evidence: tuple[TestEvidence, ...] = ()

    @property
    def state(self):
        states = {one.state for one in self.evidence}
        if {SHOWN, NOT_SHOWN} <= states:
            return MIXED
        order = (SHOWN, NOT_SHOWN, SYMMETRIC, NO_SIDE)
        return next((state for state in order if state in states), NOT_EXAMINED)

    @property
    def symbol(self):
        return WORDS[self.state][0]

    @property
    def words(self):
        return WORDS[self.state][1]

    def as_data(self):
        return {"state": self.state, "rows": [one.as_data() for one in self.evidence]}


@dataclass(frozen=True)
class StructureLine:
    """One structure on one side, with a TestCell for each column."""

    structure: str
    side: str
    cells: tuple[TestCell, ...]

    @property
    def label(self):
        name = BY_KEY[self.structure].name
        is_root = name[1:2].isdigit()
        name = name if is_root else name[:1].lower() + name[1:]
        return f"{_(self.side)} {_(name)}"

    def cell(self, column):
        return next(cell for cell in self.cells if cell.column == column)

    def columns_in(self, *states):
        return [str(COLUMNS[cell.column]) for cell in self.cells if cell.state in states]

    @property
    def sentence(self):
        phrases = (
            (_("shown by %s"), self.columns_in(SHOWN, MIXED)),
            (_("examined and not shown by %s"), self.columns_in(NOT_SHOWN)),
            (_("the same on both sides: %s"), self.columns_in(SYMMETRIC)),
            (_("side not stated: %s"), self.columns_in(NO_SIDE)),
            (_("not examined: %s"), self.columns_in(NOT_EXAMINED)),
        )
        parts = [phrase % join_names(names) for phrase, names in phrases if names]
        return f"{self.label}: {'; '.join(parts)}."

    def as_data(self):
        return {
            "structure": self.structure,
            "side": self.side,
            "label": self.label,
            "cells": {cell.column: cell.as_data() for cell in self.cells},
            "sentence": self.sentence,
        }


@dataclass(frozen=True)
class Concordance:
    """All lines, with a sentence for each and, if it applies, one about contrast enhancement."""

    lines: tuple[StructureLine, ...]

    @property
    def columns(self):
        return tuple(COLUMNS.items())

    @property
    def sentences(self):
        return tuple(filter(None, (contrast_sentence(self.lines), *self.line_sentences)))

    @property
    def line_sentences(self):
        return tuple(line.sentence for line in self.lines)

    def as_data(self):
        return {
            "columns": list(COLUMNS),
            "structures": [line.as_data() for line in self.lines],
            "sentences": list(self.sentences),
        }


def compare_tests(record, found: Localisation) -> Concordance:
    """Return the Concordance of a record, given its localisation."""
    wanted = dict.fromkeys((*imaged(record.imaging_findings), *leading(found)))
    return Concordance(tuple(make_line(record, found, *one) for one in wanted))


# The structures to compare


def imaged(rows) -> list[tuple[str, str]]:
    """Return [(structure, side)] for the roots, plexuses and nerves with abnormal imaging."""
    return [
        (row.structure, side)
        for row in rows
        if row.structure in BY_KEY and is_abnormal(row)
        for side in sides_of(row)
    ]


def leading(found):
    """Return [(structure, side)] for the structures of the first candidate on each side."""
    return [
        (part.id, ranking.side)
        for ranking in found.sides
        if ranking.first
        for part in ranking.first.site.parts
    ]


# The cells of one structure


def make_line(record, found, structure, side):
    by_column: dict[str, list[TestEvidence]] = {column: [] for column in COLUMNS}
    for finding in found.evidence.findings[side]:
        if is_tested_by(structure, finding):
            by_column[COLUMN_OF[finding.kind]] += of_finding(finding)
    for shared in found.evidence.symmetric:
        supplied = share(structure, shared.catalogue, shared.item)
        if not shared.is_evidence and supplied >= minimum_share():
            by_column[column_of_symmetric(shared)] += of_symmetric(shared)
    by_column["reflex"] += of_reflexes_without_side(record.signs, structure)
    by_column["sensation"] += of_sensation(record.signs, structure, side)
    for column, evidence in of_images(record.imaging_findings, structure, side):
        by_column[column].append(evidence)
    cells = tuple(TestCell(column, tuple(found)) for column, found in by_column.items())
    return StructureLine(structure, side, cells)


def minimum_share():
    return PARAMETERS["explains_from"]


def is_tested_by(structure, finding):
    return share(structure, *finding.supplied) >= minimum_share()


def share(structure, catalogue, item):
    """Return the share (0 to 1) of a tested item that a structure supplies.

    A root counts for all the fibres that it contributes to a sensory response, although a lesion
    of the root, being proximal to the ganglion, usually spares the response.
    """
    lost = coverage(catalogue, item)[PLACES[structure]]
    is_root = BY_KEY[structure].kind == "root"
    return lost / PARAMETERS["snap_through_root"] if is_root and catalogue == "nerves" else lost


def of_finding(finding):
    words = f"{_(finding.label)}: {_(finding.words)}"
    words += f" ({_(finding.detail)})" if finding.detail else ""
    state = SHOWN if finding.abnormal else NOT_SHOWN
    return [TestEvidence(finding.table, row, words, state) for row in finding.rows]


def column_of_symmetric(shared):
    return {"sensory": "snap", "motor": "cmap", "reflex": "reflex", "strength": "weakness"}[
        shared.kind
    ]


def of_symmetric(shared):
    values = {"what": _(shared.label), "result": _(shared.words)}
    text = _("%(what)s: %(result)s on both sides") % values
    return [TestEvidence(shared.table, row, text, SYMMETRIC) for row in shared.rows]


def of_reflexes_without_side(signs, structure):
    """Return the evidence from a structure's reflexes that are recorded without a side."""
    return [
        TestEvidence("signs", number, sign_text(sign, sign.item), NO_SIDE)
        for number, sign in enumerate(signs)
        if sign.domain == "reflex"
        and sign.item in REFLEX_ARCS
        and sign.side == Side.NOT_STATED
        and sign.finding in (*ABNORMAL, "normal")
        and share(structure, "reflexes", sign.item) >= minimum_share()
    ]


def of_sensation(signs, structure, side):
    """Return the evidence from sensory examination of regions that name the structure."""
    return [
        TestEvidence(
            "signs", number, sign_text(sign), SHOWN if sign.finding in ABNORMAL else NOT_SHOWN
        )
        for number, sign in enumerate(signs)
        if sign.domain == "sensation"
        and sign.finding in (*ABNORMAL, "normal")
        and side in sides_of(sign)
        and names(sign.region, structure)
    ]


def sign_text(sign, reflex=""):
    named = _(lookup.label("reflexes", reflex)) if reflex else sign.region
    return f"{named}: {sign.get_finding_display()}"


def names(text, structure):
    """Return whether a region ("L5 dermatome", "sural nerve") names a structure."""
    roots = {f"root_{letter.lower()}{number}" for letter, number in ROOT.findall(text)}
    return structure in roots or lookup.find("structures", text) == structure


# Images


def of_images(rows, structure, side):
    """Yield (column, TestEvidence) for the MR findings about a structure on one side."""
    for number, row in enumerate(rows):
        if "MR" not in row.modality.upper():
            continue
        column = "gadolinium_mri" if has_contrast(row) else "plain_mri"
        words = ", ".join(filter(None, (row.sequence, row.finding)))
        if row.structure == structure and side in sides_of(row):
            yield column, TestEvidence("imaging_findings", number, words, image_state(row))
        elif covers(row, structure, side):
            yield column, TestEvidence("imaging_findings", number, words, NOT_SHOWN)


def image_state(row):
    return SHOWN if is_abnormal(row) else NOT_SHOWN


def has_contrast(row):
    text = row.contrast.casefold()
    return bool(text) and not text.startswith(("no", "without", "none"))


def is_abnormal(row):
    if row.certainty == Certainty.EXCLUDED or row.sign == ImagingSign.NORMAL:
        return False
    return row.interpretation != Interpretation.NORMAL


def covers(row, structure, side):
    """Return whether a finding is normal and covers a structure on a side without naming it.

    Such a finding has no structure, or free text that contains the structure's kind ("all roots"),
    and is on that side or has no side.
    """
    if is_abnormal(row) or (sides_of(row) and side not in sides_of(row)):
        return False
    kind = BY_KEY[structure].kind
    return not row.structure or (row.structure.startswith("text:") and kind in row.structure)


# Sentences


def join_names(names: Sequence[str]) -> str:
    *most, last = names
    values = {"first": ", ".join(most), "last": last}
    return _("%(first)s and %(last)s") % values if most else last


def contrast_sentence(lines):
    """Return a sentence on the structures that are abnormal on MRI only after gadolinium.

    If there are none, name those that are abnormal without contrast; failing that, return "".
    """
    states = {
        line.label: (line.cell("gadolinium_mri").state, line.cell("plain_mri").state)
        for line in lines
    }
    only = [name for name, found in states.items() if found == (SHOWN, NOT_SHOWN)]
    without = [name for name, found in states.items() if found[1] in (SHOWN, MIXED)]
    if only:
        words = ngettext(
            "On MRI, %(names)s is abnormal only after gadolinium.",
            "On MRI, %(names)s are abnormal only after gadolinium.",
            len(only),
        )
        return words % {"names": join_names([_("the %s") % name for name in only])}
    if without:
        names = join_names([_("the %s") % name for name in without])
        return _("MRI without contrast shows an abnormality of %(names)s.") % {"names": names}
    return ""

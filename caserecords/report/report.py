"""Assemble the report of a case as plain frozen data, independent of the output format.

`assemble` takes a record (patients.record.document.build) and figures; it makes no queries.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from caserecords.report.exhibits import ReportTable
from caserecords.report.facts import Fact
from caserecords.report.figures import ReportFigure
from caserecords.report.missing import missing_items
from caserecords.report.phrases import with_side
from caserecords.report.printing import printed
from caserecords.report.reasoning import reasoning_tables
from patients.record.computed import resolve_days
from patients.tables import timeline
from patients.tables.timeline import Point, Timeline

# The chapters in clinical order; REPORT_CHAPTER of a model is one of these keys or "".
CHAPTERS = {
    "presentation": gettext_lazy("Presentation"),
    "history": gettext_lazy("History"),
    "examination": gettext_lazy("Examination"),
    "investigation": gettext_lazy("Investigations"),
    "reasoning": gettext_lazy("What the findings are compatible with"),
    "diagnosis": gettext_lazy("Diagnosis"),
    "treatment": gettext_lazy("Treatment"),
    "course": gettext_lazy("Course and outcome"),
    "discussion": gettext_lazy("Discussion"),
    "patient_perspective": gettext_lazy("The patient's perspective"),
    "consent": gettext_lazy("Consent"),
}


@dataclass(frozen=True)
class TextRun:
    """A run of text; `href` links to the table, figure or mark that it refers to, or is ""."""

    text: str
    href: str = ""


@dataclass(frozen=True)
class ReportSection:
    """A heading with its prose, facts, tables and figures."""

    slug: str
    title: str
    paragraphs: tuple[tuple[TextRun, ...], ...] = ()
    facts: tuple[Fact, ...] = ()
    tables: tuple[ReportTable, ...] = ()
    figures: tuple[ReportFigure, ...] = ()

    def __bool__(self):
        return bool(self.paragraphs or self.facts or self.tables or self.figures)

    @property
    def side_tables(self):
        """Tables next to the text on a wide screen: those before the first full-width table."""
        return tuple(takewhile(lambda table: not table.is_wide, self.tables))

    @property
    def below(self):
        """The tables shown below the text: the first full-width table and those after it."""
        return self.tables[len(self.side_tables) :]


@dataclass(frozen=True)
class ReportEvent:
    """An event in the list below the timeline: point, label with side, source wording and note."""

    point: Point
    label: str
    words: str
    note: str


@dataclass(frozen=True)
class Report:
    """A whole report.

    `by_date` contains the events with a date whose day is not known, and `order_only` the events
    without a date, in the order of the record.
    """

    timeline: Timeline
    moments: tuple[ReportEvent, ...]
    by_date: tuple[ReportEvent, ...]
    order_only: tuple[ReportEvent, ...]
    sections: tuple[ReportSection, ...]
    discrepancies: tuple
    references: tuple
    missing: tuple[str, ...]
    synthetic: bool

    @property
    def lead(self):
        """The sections before the first table or figure, side by side on a wide screen.

        There are none if the report has no table or figure.
        """
        found = tuple(takewhile(lambda one: not (one.tables or one.figures), self.sections))
        return found if len(found) < len(self.sections) else ()

    @property
    def rest(self):
        return self.sections[len(self.lead) :]


def assemble(record, figures: Sequence[ReportFigure] = (), places=None) -> Report:
    """Return the report of a record; `figures` are the numbered figures of its case.

    `places` is passed to `findings.imaging`.
    """
    drawn = timeline(
        record.events, record.visits, record.symptoms, resolve_days(record), record.treatments
    )
    sections = number_tables(make_sections(record, figures, places))
    return Report(
        timeline=drawn,
        moments=tuple(map(moment, drawn.points)),
        by_date=tuple(moment(point) for point in drawn.order_only if point.calendar),
        order_only=tuple(moment(point) for point in drawn.order_only if not point.calendar),
        sections=link_sections(sections, figures),
        discrepancies=record.discrepancies,
        references=record.references,
        missing=tuple(missing_items(record)),
        synthetic=any(figure.synthetic for figure in figures),
    )


def moment(point):
    event = point.event
    return ReportEvent(point, with_side(event.label, event.side), event.words, event.note)


def make_sections(record, figures, places):
    """Return the sections with content, in clinical order, without links in their prose."""
    prose = {row.chapter: row.text for row in record.narrative}
    extra = {
        "investigation": {"figures": figures},
        "reasoning": {"tables": reasoning_tables(record)},
    }
    found = [
        section(slug, title, prose, printed(record, slug, places), **extra.get(slug, {}))
        for slug, title in CHAPTERS.items()
    ]
    known = {one.slug for one in found}
    found += [
        section(one, one, prose, ()) for one in prose if one not in known
    ]  # chapters from an older release
    return [one for one in found if one]


def section(slug, title, prose, exhibits, tables=(), figures=()):
    paragraphs = tuple(
        (TextRun(text.strip()),) for text in re.split(r"\n\s*\n", prose.get(slug, "")) if text
    )
    facts = tuple(one for one in exhibits if isinstance(one, Fact))
    all_tables = tuple(one for one in (*exhibits, *tables) if isinstance(one, ReportTable))
    return ReportSection(slug, str(title), paragraphs, facts, all_tables, tuple(figures))


def number_tables(sections):
    """Number the tables consecutively from 1 throughout the report."""
    numbered, count = [], 0
    for one in sections:
        tables = [replace(table, number=count + n) for n, table in enumerate(one.tables, 1)]
        count += len(tables)
        numbered.append(replace(one, tables=tuple(tables)))
    return numbered


# Links from the text to tables, figures and marks


def link_sections(sections, figures):
    """Link "Table 1", "Figure 1" and marked structures in the text, if the report shows them.

    A structure links to its mark in the viewer, or to the figure if its slice is not stored.
    """
    targets = {
        f"{_('Table')} {table.number}": f"#{table.anchor}"
        for one in sections
        for table in one.tables
    }
    targets |= {f"{_('Figure')} {figure.number}": f"#{figure.anchor}" for figure in figures}
    for figure in figures:
        for target, address in figure.jumps:
            targets.setdefault(target, address)
    for figure in figures:
        for mark in figure.marks:
            targets.setdefault(mark.target, f"#{figure.anchor}")
    if not targets:
        return tuple(sections)
    longest_first = sorted(targets, key=len, reverse=True)
    pattern = re.compile(rf"\b({'|'.join(map(re.escape, longest_first))})\b", re.I)
    known = {name.casefold(): href for name, href in targets.items()}
    return tuple(
        replace(one, paragraphs=tuple(link(text, pattern, known) for text in one.paragraphs))
        for one in sections
    )


def link(segments, pattern, known):
    found = []
    for segment in segments:
        for part in filter(None, pattern.split(segment.text)):
            found.append(TextRun(part, known.get(part.casefold(), "")))
    return tuple(found)

"""A case as a report: every section as plain frozen data, for the page and whatever else prints it.

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
from caserecords.report.phrases import day_range, day_words, with_side
from caserecords.report.printing import printed
from caserecords.report.reasoning import reasoning_tables
from patients.record.computed import resolve_days
from patients.tables import timeline
from patients.tables.timeline import Timeline

# The chapters in clinical order. A kind of finding names its own as REPORT_CHAPTER.
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
    """A run of text; `href` leads to the table, figure or mark that it names, else ""."""

    text: str
    href: str = ""


@dataclass(frozen=True)
class ReportSection:
    """A heading with its prose, its lists of facts, its tables and figures."""

    slug: str
    title: str
    paragraphs: tuple[tuple[TextRun, ...], ...] = ()
    facts: tuple[Fact, ...] = ()
    tables: tuple[ReportTable, ...] = ()
    figures: tuple[ReportFigure, ...] = ()

    def __bool__(self):
        return bool(self.paragraphs or self.facts or self.tables or self.figures)

    @property
    def beside(self):
        """The tables beside the text on a wide screen: those before the first wide one."""
        return tuple(takewhile(lambda table: not table.is_wide, self.tables))

    @property
    def below(self):
        """The other tables, in their order, below the text."""
        return self.tables[len(self.beside) :]


@dataclass(frozen=True)
class ReportEvent:
    """An event of the list beneath the drawing: its day in words, label, how and as it was said."""

    day: str
    span: str
    label: str
    placed: str
    words: str
    note: str


@dataclass(frozen=True)
class Report:
    """A whole report. `order_only` are the events that have no day, in the order of the record."""

    timeline: Timeline
    moments: tuple[ReportEvent, ...]
    order_only: tuple[ReportEvent, ...]
    sections: tuple[ReportSection, ...]
    discrepancies: tuple
    references: tuple
    missing: tuple[str, ...]
    synthetic: bool

    @property
    def lead(self):
        """The sections before the first table or figure: on a wide screen side by side."""
        found = tuple(takewhile(lambda one: not (one.tables or one.figures), self.sections))
        return found if len(found) < len(self.sections) else ()

    @property
    def rest(self):
        return self.sections[len(self.lead) :]


def assemble(record, figures: Sequence[ReportFigure] = (), places=None) -> Report:
    """Return the report of a record; `figures` are those of its case, already numbered.

    `places` are the addresses of slices, as `findings.imaging` takes them.
    """
    drawn = timeline(
        record.events, record.visits, record.symptoms, resolve_days(record), record.treatments
    )
    labels = {event.key: event.label for event in record.events}
    sections = number_tables(make_sections(record, figures, places))
    return Report(
        timeline=drawn,
        moments=tuple(moment(point, labels) for point in drawn.points),
        order_only=tuple(moment(point, labels) for point in drawn.order_only),
        sections=link_sections(sections, figures),
        discrepancies=record.discrepancies,
        references=record.references,
        missing=tuple(missing_items(record)),
        synthetic=any(figure.synthetic for figure in figures),
    )


def moment(point, labels):
    event = point.event
    placed = event.placement.printed(labels) if event.placement else ""
    return ReportEvent(
        day_words(point),
        day_range(point),
        with_side(event.label, event.side),
        "" if placed in ("index event", "unknown") else placed,
        event.words,
        event.note,
    )


def make_sections(record, figures, places):
    """Return the sections that hold anything, in clinical order; prose still as plain text."""
    prose = {row.chapter: row.text for row in record.narrative}
    also = {
        "investigation": {"figures": figures},
        "reasoning": {"tables": reasoning_tables(record)},
    }
    found = [
        section(slug, title, prose, printed(record, slug, places), **also.get(slug, {}))
        for slug, title in CHAPTERS.items()
    ]
    known = {one.slug for one in found}
    found += [
        section(one, one, prose, ()) for one in prose if one not in known
    ]  # of an older release
    return [one for one in found if one]


def section(slug, title, prose, exhibits, tables=(), figures=()):
    paragraphs = tuple(
        (TextRun(text.strip()),) for text in re.split(r"\n\s*\n", prose.get(slug, "")) if text
    )
    facts = tuple(one for one in exhibits if isinstance(one, Fact))
    kept = tuple(one for one in (*exhibits, *tables) if isinstance(one, ReportTable))
    return ReportSection(slug, str(title), paragraphs, facts, kept, tuple(figures))


def number_tables(sections):
    """Number the tables through the whole report, from 1."""
    numbered, count = [], 0
    for one in sections:
        tables = [replace(table, number=count + n) for n, table in enumerate(one.tables, 1)]
        count += len(tables)
        numbered.append(replace(one, tables=tuple(tables)))
    return numbered


# References in the text that lead to their place


def link_sections(sections, figures):
    """Make links of "Table 1", "Figure 1" and marked structures that the report really shows.

    A structure leads to its mark in the viewer, or to the figure where no slice is stored here.
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

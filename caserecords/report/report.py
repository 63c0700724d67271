"""A case as a report: every section as plain frozen data, for the page and whatever else prints it.

`assemble` takes a record (patients.document.build) and figures, and asks the database for nothing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from django.utils.translation import gettext as _

from caserecords.report import findings
from caserecords.report.electrodiagnosis import electrodiagnosis_tables
from caserecords.report.exhibits import Table
from caserecords.report.figures import Figure
from caserecords.report.missing import missing_items
from caserecords.report.phrases import (
    day_range,
    day_words,
    dose_formula,
    dose_words,
    phase_words,
    show,
    total_words,
    with_side,
)
from caserecords.report.reasoning import reasoning_tables
from patients.computed import resolve_days
from patients.models import Side
from patients.tables import diagnosis_table, timeline, treatment_table
from patients.tables.timeline import Timeline
from patients.wording import side_words


@dataclass(frozen=True)
class Segment:
    """A run of text; `href` leads to the table, figure or mark that it names, else ""."""

    text: str
    href: str = ""


@dataclass(frozen=True)
class Fact:
    """One line of a list: what, its value, and lines beneath it."""

    name: str
    value: str = ""
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Section:
    """A heading with its prose, its lists of facts, its tables and figures."""

    slug: str
    title: str
    paragraphs: tuple[tuple[Segment, ...], ...] = ()
    facts: tuple[Fact, ...] = ()
    tables: tuple[Table, ...] = ()
    figures: tuple[Figure, ...] = ()

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
class Moment:
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
    moments: tuple[Moment, ...]
    order_only: tuple[Moment, ...]
    sections: tuple[Section, ...]
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


def assemble(record, figures: Sequence[Figure] = (), places=None) -> Report:
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
    return Moment(
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
    found = [
        section("presentation", _("Presentation"), prose, symptom_facts(record)),
        section("history", _("History"), prose, history_facts(record)),
        section("examination", _("Examination"), prose, tables=examination_tables(record)),
        section(
            "investigation",
            _("Investigations"),
            prose,
            tables=investigation_tables(record, places),
            figures=figures,
        ),
        section(
            "reasoning",
            _("What the findings are compatible with"),
            prose,
            tables=reasoning_tables(record),
        ),
        section("diagnosis", _("Diagnosis"), prose, diagnosis_facts(record)),
        section("treatment", _("Treatment"), prose, treatment_facts(record)),
        section("course", _("Course and outcome"), prose, outcome_facts(record)),
        section("discussion", _("Discussion"), prose),
        section("patient_perspective", _("The patient's perspective"), prose),
        section("consent", _("Consent"), prose),
    ]
    known = {one.slug for one in found}
    found += [section(one, one, prose) for one in prose if one not in known]  # of an older release
    return [one for one in found if one]


def section(slug, title, prose, facts=(), tables=(), figures=()):
    paragraphs = tuple(
        (Segment(text.strip()),) for text in re.split(r"\n\s*\n", prose.get(slug, "")) if text
    )
    kept = tuple(table for table in tables if table)
    return Section(slug, title, paragraphs, tuple(facts), kept, tuple(figures))


def examination_tables(record):
    return (
        findings.strength(record),
        findings.dynamometry(record),
        findings.signs(record),
        findings.scales(record),
    )


def investigation_tables(record, places):
    return (
        *electrodiagnosis_tables(record),
        findings.laboratory(record),
        findings.imaging(record, places),
        findings.investigations(record),
    )


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
            found.append(Segment(part, known.get(part.casefold(), "")))
    return tuple(found)


# Lists of facts


def symptom_facts(record):
    for row in record.symptoms:
        details = [
            side_words(row.side) if row.side != Side.NOT_STATED else "",
            row.site,
            row.quality,
            show(row, "severity"),
            row.tempo,
        ]
        times = [
            words % {"event": event.label}
            for event, words in (
                (row.onset, _("onset: %(event)s")),
                (row.peak, _("peak: %(event)s")),
                (row.end, _("end: %(event)s")),
            )
            if event
        ]
        lines = (*times, row.course, row.note)
        yield Fact(row.name, "; ".join(filter(None, details)), tuple(filter(None, lines)))


def history_facts(record):
    for row in record.comorbidities:
        stated = "" if row.presence == "present" else str(row.get_presence_display())
        duration = _("for %(time)s") % {"time": show(row, "duration")} if row.duration else ""
        named = row.event.label if row.event else ""
        event = "" if named.casefold() == row.text.casefold() else named
        details = "; ".join(filter(None, (row.text, stated, duration, event)))
        yield Fact(str(row.get_kind_display()), details, (row.note,) if row.note else ())


def diagnosis_facts(record):
    for row in diagnosis_table(record.diagnoses):
        codes = "; ".join(
            f"{code['system']} {code['code']}"
            + (f" {code['display']}" if code.get("display") else "")
            for code in row.codes
        )
        site = with_side(row.site, row.side)
        lines = (
            _("site: %(site)s") % {"site": site} if site else "",
            _("based on: %(basis)s") % {"basis": row.basis} if row.basis else "",
            _("stage: %(stage)s") % {"stage": row.stage} if row.stage else "",
            _("codes: %(codes)s") % {"codes": codes} if codes else "",
            row.note,
        )
        yield Fact(str(row.get_status_display()), row.text, tuple(filter(None, lines)))


def treatment_facts(record):
    for row in treatment_table(record.treatments, record.phases):
        source = row.source
        details = [
            source.agent,
            row.route.casefold(),
            show(source, "duration"),
            "" if source.status == "given" else str(source.get_status_display()),
        ]
        lines = [*phase_lines(row), *total_lines(row), source.reason, source.note]
        yield Fact(row.kind, ", ".join(filter(None, details)), tuple(filter(None, lines)))


def phase_lines(row):
    for number, phase in enumerate(row.phases, 1):
        kind = str(phase.source.get_kind_display())
        said = "; ".join(filter(None, (phase_words(phase), dose_words(phase, number))))
        note = f" {phase.source.note}" if phase.source.note else ""
        yield f"{kind}: {said}.{note}" if said else f"{kind}.{note}"


def total_lines(row):
    for dose in row.cumulative:
        yield _("Total dose: %(total)s (computed: %(formula)s)") % {
            "total": total_words(dose),
            "formula": dose_formula(dose),
        }


def outcome_facts(record):
    for row in record.outcomes:
        when = row.visit.label if row.visit else ""
        value = ": ".join(filter(None, (when, str(row.get_direction_display()))))
        yield Fact(row.domain, value, tuple(filter(None, (row.text, row.note))))

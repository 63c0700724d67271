"""The report's lists of symptoms, history, diagnoses, treatment and outcome."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from caserecords.report.phrases import (
    dose_formula,
    dose_text,
    phase_text,
    show,
    side_words,
    total_text,
    with_side,
)
from patients.models import Side
from patients.tables import diagnosis_table, treatment_table


@dataclass(frozen=True)
class Fact:
    """One item of a list: its name, its value and any further lines."""

    name: str
    value: str = ""
    lines: tuple[str, ...] = ()


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
            text % {"event": event.label}
            for event, text in (
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
        text = "; ".join(filter(None, (phase_text(phase), dose_text(phase, number))))
        note = f" {phase.source.note}" if phase.source.note else ""
        yield f"{kind}: {text}.{note}" if text else f"{kind}.{note}"


def total_lines(row):
    for dose in row.cumulative:
        yield _("Total dose: %(total)s (computed: %(formula)s)") % {
            "total": total_text(dose),
            "formula": dose_formula(dose),
        }


def outcome_facts(record):
    for row in record.outcomes:
        when = row.visit.label if row.visit else ""
        value = ": ".join(filter(None, (when, str(row.get_direction_display()))))
        yield Fact(row.domain, value, tuple(filter(None, (row.text, row.note))))

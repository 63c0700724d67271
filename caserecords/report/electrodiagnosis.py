"""Report tables of nerve conduction, late responses and needle EMG.

The function for each table returns None if the record has no rows for it.
"""

from django.utils.translation import gettext as _

from caserecords.report.exhibits import (
    ReportCell,
    ReportTable,
    collect_notes,
    head,
    side_text,
    visit_label,
    with_visits,
    without_empty_columns,
)
from caserecords.report.phrases import ratio_text, value_text
from patients.catalogue.emg import COLUMNS
from patients.models import LateResponse, MotorConduction, NeedleEMG, SensoryConduction
from patients.reasoning.conduction import disagreement
from patients.tables import emg_table
from patients.tables.conduction import MEASURES, make_rows


def motor(record):
    rows = make_rows(record.motor_conduction)
    return conduction(_("Motor conduction"), MotorConduction, rows)


def sensory(record):
    rows = make_rows(record.sensory_conduction)
    return conduction(_("Sensory conduction"), SensoryConduction, rows)


def leading(row, several):
    """Return the cells that identify a stimulation: nerve, side, visit if `several`, and sites."""
    visit = (ReportCell(visit_label(row.visit)),) if several else ()
    return (
        head(row.nerve),
        ReportCell(side_text(row.side)),
        *visit,
        ReportCell(row.stimulation_site),
        ReportCell(row.recording_site),
        ReportCell(row.source.condition),
    )


def leading_headings(several):
    visit = (_("visit"),) if several else ()
    return (_("nerve"), _("side"), *visit, _("stimulation"), _("recording"), _("condition"))


def measure_headings(model):
    return tuple(str(model._meta.get_field(name).verbose_name) for name in MEASURES[model])


def conduction(title, model, rows):
    """Return a table of motor or sensory conduction, with side-to-side ratios; None if empty."""
    if not rows:
        return None
    several = with_visits(rows)
    table = ReportTable(
        title,
        (
            *leading_headings(several),
            *measure_headings(model),
            _("side-to-side ratio"),
            _("laboratory's reference limits"),
        ),
        tuple(
            (
                *leading(row, several),
                *measures(row, model),
                ReportCell(*ratio_text(row.side_to_side)),
                ReportCell(row.source.reference),
            )
            for row in rows
        ),
        conduction_notes(rows),
    )
    return without_empty_columns(table)


def measures(row, model):
    cells = zip(MEASURES[model], row.values, strict=True)
    return tuple(
        velocity_cell(row, value)
        if name == "velocity_m_s"
        else ReportCell(value_text(row.source, name, value))
        for name, value in cells
    )


def velocity_cell(row, value):
    """Return the reported velocity, with a warning if the computed one differs by more than 1 m/s.

    Without a reported velocity, return the computed one, or an empty cell.
    """
    if value is not None:
        warning = disagreement(row.velocity, value) if row.velocity else ""
        return ReportCell(value_text(row.source, "velocity_m_s", value), warning)
    if row.velocity:
        return ReportCell(f"{row.velocity.m_s} m/s", _("computed: %s") % row.velocity.formula)
    return ReportCell()


def conduction_notes(rows):
    notes = [(row.nerve, row.source.note) for row in rows]
    notes += [
        (
            row.nerve,
            _("amplitude measured %(how)s") % {"how": row.source.amplitude_convention},
        )
        for row in rows
        if getattr(row.source, "amplitude_convention", "")
    ]
    notes += [
        (row.nerve, _("technique: %(how)s") % {"how": row.source.technique})
        for row in rows
        if row.source.technique
    ]
    if any(row.side_to_side and row.side_to_side.ratio.origin == "computed" for row in rows):
        notes.append(
            ("", _("A side-to-side ratio is of limited value if both sides are affected."))
        )
    return collect_notes(notes)


def late(record):
    rows = make_rows(record.late_responses)
    if not rows:
        return None
    several = with_visits(rows)
    table = ReportTable(
        _("Late responses"),
        (_("response"), *leading_headings(several), *measure_headings(LateResponse)),
        tuple(
            (
                head(str(row.source.get_kind_display())),
                *leading(row, several),
                *measures(row, LateResponse),
            )
            for row in rows
        ),
        collect_notes([(row.nerve, row.source.note) for row in rows]),
    )
    return without_empty_columns(table)


def emg(record):
    """Return the needle EMG table, with a note if nothing was graded; None if it has no rows."""
    rows = emg_table(record.needle_emg)
    if not rows:
        return None
    several = with_visits(rows)
    headings = [str(NeedleEMG._meta.get_field(name).verbose_name) for name in COLUMNS]
    visit = (_("visit"),) if several else ()
    table = ReportTable(
        _("Needle EMG"),
        (_("muscle"), _("side"), *visit, _("active denervation"), *headings),
        tuple(
            (
                head(row.muscle),
                ReportCell(side_text(row.side)),
                *((ReportCell(visit_label(row.visit)),) if several else ()),
                ReportCell(denervation_text(row.active_denervation)),
                *(ReportCell(text) for text in row.columns),
            )
            for row in rows
        ),
        emg_notes(rows),
    )
    return without_empty_columns(table)


def denervation_text(active):
    return {True: _("present"), False: _("absent")}.get(active, "")


def emg_notes(rows):
    notes = [(row.muscle, row.source.note) for row in rows]
    if not any(any(row.columns) for row in rows):
        notes.append(("", _("Spontaneous activity, motor units and recruitment are not graded.")))
    return collect_notes(notes)

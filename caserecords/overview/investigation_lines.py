"""Compact lines of tests, imaging findings and treatment for the cards of the case page."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from caserecords.overview.lines import SummaryLine, joined, shown, side_text, with_visit
from caserecords.report.phrases import phase_text
from patients.catalogue.emg import COLUMNS as EMG_COLUMNS
from patients.tables import conduction_table, emg_table, laboratory_table, treatment_table
from patients.tables.columns import group, visit_key

MEASURED = ("latency_ms", "min_latency_ms", "amplitude_mv", "amplitude_uv", "velocity_m_s")
DENERVATION = {
    True: gettext_lazy("active denervation"),
    False: gettext_lazy("no active denervation"),
}
STUDY = ("modality", "sequence", "contrast")


# Electrodiagnosis


def conduction_lines(record, _days):
    """Yield a line for each response; equal left and right responses share one."""
    keys = ("motor_conduction", "sensory_conduction", "late_responses")
    everything = [row for key in keys for row in record.rows[key]]
    table = conduction_table(*(record.rows[key] for key in keys))
    for kind, rows in ((_("motor"), table.motor), (_("sensory"), table.sensory), ("", table.late)):
        yield from (conduction_line(everything, kind, row) for row in rows)


def conduction_line(everything, kind, row):
    source = row.source
    where = with_visit(everything, source, [side_text(row.side), row.stimulation_site])
    values = [shown(source, name) for name in MEASURED if hasattr(source, name)]
    return SummaryLine(
        joined([shown(source, "nerve"), kind or shown(source, "kind")], " "),
        joined(where),
        joined(values) or _("not recorded"),
    )


def emg_lines(record, _days):
    """Yield a line for each visit, side and set of findings, with the muscles that have them."""
    rows = emg_table(record.needle_emg)
    same = group(rows, lambda row: emg_key(row))
    for found in same.values():
        first = found[0]
        parts = [DENERVATION.get(first.active_denervation, ""), side_text(first.side)]
        name = joined(with_visit(record.needle_emg, first.source, parts))
        muscles = joined(map(muscle_text, found))
        yield SummaryLine(name, joined([muscles, emg_values(first)], ": "))


def emg_key(row):
    return visit_key(row.visit), row.side, row.active_denervation, emg_values(row)


def muscle_text(row):
    return row.source.printed_label or shown(row.source, "muscle")


def emg_values(row):
    """Return the graded findings of one muscle with their names, such as "fibrillations 1+".

    Without any, return "" if active denervation is recorded as present or absent, otherwise "not
    recorded".
    """
    model = row.source._meta
    texts = [(model.get_field(name).verbose_name, shown(row.source, name)) for name in EMG_COLUMNS]
    graded = joined(joined([str(name), text], " ") for name, text in texts if text)
    return graded or ("" if row.active_denervation is not None else _("not recorded"))


# Laboratory and imaging


def laboratory_lines(record, _days):
    """Yield one line per specimen and visit, with all results."""
    rows = laboratory_table(record.laboratory)
    same = group(rows, lambda row: (row.source.specimen, visit_key(row.visit)))
    for found in same.values():
        first = found[0].source
        name = joined(with_visit(record.laboratory, first, [shown(first, "specimen")]))
        yield SummaryLine(name or _("Specimen not stated"), joined(map(result_text, found), "; "))


def result_text(row):
    source = row.source
    interpretation = shown(source, "interpretation")
    text = joined([shown(source, "analyte"), shown(source, "value")], " ")
    return joined([text, interpretation and joined(["(", interpretation, ")"], "")], " ")


def finding_lines(record, _days):
    """Yield one line per study, severity and finding, with the structures that show it."""
    rows = record.imaging_findings
    same = group(rows, lambda row: (*study_key(row), row.severity, row.finding))
    for found in same.values():
        first = found[0]
        study = joined([shown(first, name) for name in STUDY], " ")
        same_place = group(found, lambda row: (row.level, row.side))
        places = joined(map(place_text, same_place.values()), "; ")
        value = joined([shown(first, "severity"), first.finding], " ")
        yield SummaryLine(joined(with_visit(rows, first, [study])), places, value)


def study_key(row):
    return (visit_key(row.visit), *(getattr(row, name) for name in STUDY))


def place_text(rows):
    """Return the structures of rows, and the level and side they share, such as "L5 root, left"."""
    structures = joined(shown(row, "structure") for row in rows)
    return joined([structures, shown(rows[0], "level"), shown(rows[0], "side")])


# Treatment


def treatment_lines(record, _days):
    for row in treatment_table(record.treatments, record.phases):
        source = row.source
        phases = joined([joined([phase_kind(one), phase_text(one)], " ") for one in row.phases])
        details = [shown(source, "route"), phases or shown(source, "duration")]
        yield SummaryLine(source.agent, joined(details, "; "), shown(source, "status"))


def phase_kind(phase):
    return shown(phase.source, "kind")

"""The report's tables of strength, signs, scales, dynamometry, laboratory and imaging.

The function for each table returns None if there is nothing to show.
"""

from django.utils.translation import gettext as _

from caserecords.report.exhibits import (
    ReportCell,
    ReportTable,
    change_cell,
    collect_notes,
    head,
    side_text,
    visit_label,
    with_visits,
    without_empty_columns,
)
from caserecords.report.phrases import MRC_CREDIT, grade_definition, show
from patients.catalogue import mrc
from patients.models import Side
from patients.models.wording import side_words
from patients.tables import (
    imaging_table,
    laboratory_table,
    measure_table,
    scale_table,
    sign_table,
    strength_table,
)


def strength(record):
    """Return the table of MRC grades by visit, with the change if several visits are compared."""
    found = strength_table(record.strength, record.visits)
    if not found.rows:
        return None
    one_side = len(found.sides) == 1
    title = _("Changes in MRC scores") if found.is_compared else _("MRC scores")
    if one_side:
        title = f"{title}, {side_words(found.sides[0])}"
    change = (_("change"),) if found.is_compared else ()
    side = () if one_side else (_("side"),)
    return ReportTable(
        title,
        (_("movement"), *side, *(visit_label(visit) for visit in found.visits), *change),
        tuple(strength_cells(row, one_side, found.is_compared) for row in found.rows),
        strength_notes(record, found),
    )


def strength_cells(row, one_side, compared):
    side = () if one_side else (ReportCell(side_text(row.side)),)
    grades = (ReportCell(grade.shown if grade else "") for grade in row.grades)
    return (head(row.label), *side, *grades, *((change_cell(row.change),) if compared else ()))


def strength_notes(record, found):
    """Return the notes below the strength table, as (subject, note) pairs.

    They are the definitions of the grades, the notes of visits and rows, the visits compared if
    there are more than two, and the MRC credit.
    """
    defined = {grade: grade_definition(grade) for grade in found.grades_used}
    notes = [(mrc.Grade(grade).shown, f"{text}.") for grade, (text, _sources) in defined.items()]
    sources = dict.fromkeys(source for _text, named in defined.values() for source in named)
    if sources:
        notes.append((_("Definitions from"), f"{'; '.join(sources)}."))
    notes += [(visit.label, visit.note) for visit in found.visits if visit and visit.note]
    notes += collect_notes([(row.printed_label, row.note) for row in record.strength])
    if found.is_compared and len(found.visits) > 2:
        notes.append(("", _("Change: from the first to the last visit with a grade.")))
    return (*notes, ("", str(MRC_CREDIT)))


def signs(record):
    """Return the table of reflexes and other signs, by visit."""
    found = sign_table(record.signs, record.visits)
    if not found.rows:
        return None
    table = ReportTable(
        _("Reflexes and other signs"),
        (
            _("sign"),
            _("side"),
            _("region"),
            *(visit_label(visit) for visit in found.visits),
        ),
        tuple(
            (
                head(row.item or row.domain),
                ReportCell(
                    side_words(row.side) if row.side != Side.NOT_STATED else _("not stated")
                ),
                ReportCell(row.region),
                *(ReportCell(*sign_texts(sign)) for sign in row.signs),
            )
            for row in found.rows
        ),
        collect_notes([(sign_label(sign), sign.note) for sign in record.signs]),
    )
    return without_empty_columns(table)


def sign_label(sign):
    return show(sign, "item") or show(sign, "domain")


def sign_texts(sign):
    """Return (finding, grade with its scale); ("", "") if there is no sign."""
    if sign is None:
        return "", ""
    grade = f"{sign.grade} ({sign.scale})" if sign.grade and sign.scale else sign.grade
    return str(sign.get_finding_display()), grade


def scales(record):
    """Return the table of scale scores by visit, with the range and direction of each scale."""
    return measured(
        _("Scales"),
        _("scale"),
        scale_table(record.scales, record.visits),
        [(show(row, "instrument"), row.note) for row in record.scales],
    )


def dynamometry(record):
    """Return the dynamometry table: forces and counts by visit."""
    notes = [(row.measure, row.note) for row in record.dynamometry]
    notes += [(row.measure, row.instrument) for row in record.dynamometry]
    table = measure_table(record.dynamometry, record.visits)
    return measured(_("Dynamometry"), _("measure"), table, notes)


def measured(title, what, found, notes):
    if not found.rows:
        return None
    changes = any(row.change for row in found.rows)
    change = (_("change"),) if changes else ()
    visits = (visit_label(visit) for visit in found.visits)
    table = ReportTable(
        title,
        (what, _("side"), *visits, *change),
        tuple(measured_cells(row, changes) for row in found.rows),
        collect_notes(notes),
    )
    return without_empty_columns(table)


def measured_cells(row, changes):
    values = (ReportCell(value.printed if value else "") for value in row.values)
    change = (change_cell(row.change),) if changes else ()
    return (
        ReportCell(", ".join(filter(None, (row.label, row.condition))), row.bounds, head=True),
        ReportCell(side_text(row.side)),
        *values,
        *change,
    )


def laboratory(record):
    """Return the table of laboratory results, with the laboratory's reference ranges."""
    rows = laboratory_table(record.laboratory)
    if not rows:
        return None
    several = with_visits(rows)
    table = ReportTable(
        _("Laboratory results"),
        (
            _("analyte"),
            _("specimen"),
            *((_("visit"),) if several else ()),
            _("condition"),
            _("result"),
            _("reference range"),
            _("interpretation"),
            _("method"),
        ),
        tuple(laboratory_cells(row, several) for row in rows),
        collect_notes([(row.analyte, row.source.note) for row in rows]),
    )
    return without_empty_columns(table)


def laboratory_cells(row, several):
    verdict = row.source.get_interpretation_display()
    return (
        head(row.analyte),
        ReportCell(row.specimen),
        *((ReportCell(visit_label(row.visit)),) if several else ()),
        ReportCell(row.source.condition),
        ReportCell(show(row.source, "value")),
        ReportCell(row.reference_range),
        ReportCell("" if row.interpretation == "not_stated" else str(verdict)),
        ReportCell(row.source.method),
    )


def imaging(record, places=None):
    """Return the table of imaging findings, grouped by visit and kind of imaging.

    `places` maps (SOP Instance UID, frame) to the viewer URL of the slice.
    """
    studies = imaging_table(record.imaging_findings)
    if not studies:
        return None
    several = with_visits(studies)
    table = ReportTable(
        _("Imaging findings"),
        (
            _("images"),
            *((_("visit"),) if several else ()),
            _("side"),
            _("structure"),
            _("level"),
            _("finding"),
            _("kind"),
            _("certainty"),
        ),
        tuple(
            imaging_cells(s, f, n == 0, several, places or {}) for s in studies for n, f in each(s)
        ),
        imaging_notes(record.imaging_findings),
    )
    return without_empty_columns(table)


def each(study):
    return enumerate(study.findings)


def imaging_cells(study, finding, is_first, several, places):
    """Return the cells of one finding; the heading is visible only in the first row of a group."""
    severity = f"{finding.severity} " if finding.severity else ""
    named = ", ".join(
        part for part in (study.modality, study.region, study.sequence, study.plane) if part
    )
    contrast = _("contrast: %(agent)s") % {"agent": study.contrast} if study.contrast else ""
    return (
        ReportCell(named, contrast, head=True, repeated=not is_first),
        *((ReportCell(visit_label(study.visit)),) if several else ()),
        ReportCell(side_text(finding.side)),
        ReportCell(show(finding, "structure")),
        ReportCell(show(finding, "level")),
        ReportCell(
            f"{severity}{finding.finding}",
            address=places.get((finding.sop_instance_uid, finding.frame or 1), ""),
        ),
        ReportCell(stated(finding, "sign")),
        ReportCell(stated(finding, "certainty")),
    )


def stated(row, name):
    """Return the label of a choice, or "" if it is not stated."""
    return "" if getattr(row, name) == "not_stated" else str(getattr(row, f"get_{name}_display")())


def imaging_notes(rows):
    return collect_notes([(show(row, "structure") or row.finding, row.note) for row in rows])

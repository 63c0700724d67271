"""Render each kind of row with its own function, or as a plain table of REPORT_COLUMNS."""

from functools import partial

from django.utils.text import capfirst

from caserecords.report import electrodiagnosis, facts, findings
from caserecords.report.exhibits import ReportTable, collect_notes, plain_table
from caserecords.report.ultrasound import ultrasound
from patients import models
from patients.record.kinds import top_models

# Each function takes a record and yields Facts, or returns a ReportTable (None without rows).
SPECIAL = {
    models.Symptom: facts.symptom_facts,
    models.StrengthScore: findings.strength,
    models.Dynamometry: findings.dynamometry,
    models.Sign: findings.signs,
    models.ScaleScore: findings.scales,
    models.MotorConduction: electrodiagnosis.motor,
    models.SensoryConduction: electrodiagnosis.sensory,
    models.LateResponse: electrodiagnosis.late,
    models.NeedleEMG: electrodiagnosis.emg,
    models.Ultrasound: ultrasound,
    models.LaboratoryResult: findings.laboratory,
    models.ImagingFinding: findings.imaging,
    models.Diagnosis: facts.diagnosis_facts,
    models.Comorbidity: facts.history_facts,
    models.Treatment: facts.treatment_facts,
    models.Outcome: facts.outcome_facts,
}


def printed(record, chapter, places=None):
    """Return the Facts and ReportTables of a chapter, in the order of the document.

    `places` is passed to `findings.imaging`.
    """
    special = SPECIAL | {models.ImagingFinding: partial(findings.imaging, places=places)}
    found = []
    for model in top_models():
        if model.REPORT_CHAPTER == chapter:
            result = special.get(model, partial(plain, model))(record)
            found += [result] if result is None or isinstance(result, ReportTable) else result
    return [one for one in found if one]


def plain(model, record):
    """Return the table of a model's REPORT_COLUMNS, or None if there are no rows."""
    rows = record.rows[model.DOCUMENT_KEY]
    if not rows:
        return None
    notes = collect_notes([(str(row), row.note) for row in rows])
    title = str(capfirst(model.REPORT_TITLE or model.TITLE))
    return plain_table(title, rows, model.REPORT_COLUMNS, notes)

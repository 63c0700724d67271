"""Compute and store the data of the newest version for lists, search and the review page."""

from collections.abc import Callable

from django.db import models

from patients.catalogue.time_words import UNIT_WORDS
from patients.language.chronology import DAYS
from patients.models import CaseGrade, CaseSummary, CaseTerm, CaseText, Side
from patients.models.course import DiagnosisStatus
from patients.record.kinds import top_models
from patients.record.parts import PARTS
from patients.record.search_terms import grades_of, search_text, terms_of
from patients.tables.course import plain_number
from patients.tables.strength import strength_table

LEADING = (
    DiagnosisStatus.FINAL,
    DiagnosisStatus.REVISED,
    DiagnosisStatus.WORKING,
    DiagnosisStatus.CONCURRENT,
    DiagnosisStatus.DIFFERENTIAL,
)  # in order of preference; a ruled-out diagnosis is never shown
MAX_AGE = 130  # years; a higher age has no band
MORE: list[Callable] = []


def register(summarise):
    """Register another app's columns of the summary: summarise(record) -> {column: value}."""
    if summarise not in MORE:
        MORE.append(summarise)


def store_summary(case, record):
    """Store the summary of a case and return {column: value}.

    Call this function in the transaction that saves the newest version of the case.
    """
    columns = summarise(case, record)
    CaseSummary.objects.bulk_create(
        [CaseSummary(case=case, **columns)],
        update_conflicts=True,
        unique_fields=["case"],
        update_fields=list(columns),
    )
    return columns


def store_index(case, data, movements):
    """Store the search text, terms and grades of a case; `data` is the document's clinical record.

    `movements` is the column of the summary. Call this function where `store_summary` is called.
    """
    CaseText.objects.bulk_create(
        [CaseText(case=case, text=search_text(data))],
        update_conflicts=True,
        unique_fields=["case"],
        update_fields=["text"],
    )
    CaseTerm.objects.filter(case=case).delete()
    CaseTerm.objects.bulk_create(
        CaseTerm(case=case, kind=kind, value=value) for kind, value in sorted(terms_of(data))
    )
    CaseGrade.objects.filter(case=case).delete()
    CaseGrade.objects.bulk_create(
        CaseGrade(case=case, **grade._asdict()) for grade in grades_of(data, movements)
    )


def summarise(case, record):
    """Return {column: value} for a case's CaseSummary."""
    leading = leading_diagnosis(record.diagnoses)
    columns = {
        "sex": record.patient.sex,
        "age": age_text(record.case.age_at_presentation),
        "age_band": age_band(record.case.age_at_presentation),
        "diagnosis": diagnosis_text(leading),
        "sides": sides_of(leading),
        "structures": structures_of(record),
        "visits": len(record.visits),
        "filled": sorted(one.DOCUMENT_KEY for one in top_models() if record.rows[one.DOCUMENT_KEY]),
        **strength_columns(record),
    }
    for part in PARTS:
        if part.key in record.parts:
            columns |= part.summarise(case, record.parts[part.key])
    for more in MORE:
        columns |= more(record)
    return truncate(columns)


def truncate(columns):
    """Truncate strings to fit their columns, so that a long text never prevents saving."""
    found = {}
    for name, value in columns.items():
        field = CaseSummary._meta.get_field(name)
        is_short = isinstance(field, models.CharField)
        found[name] = value[: field.max_length] if is_short else value
    return found


def age_text(age):
    """Return an age as in the source, without "years"; other units are kept."""
    return age.printed.removesuffix(" years") if age else ""


def age_band(age):
    """Return the ten-year band of an age, such as "70-79".

    Returns "" if the age is not a plain number with a known unit, or is negative or over MAX_AGE.
    """
    number = plain_number(age)
    unit = UNIT_WORDS.get(age.unit or "years") if age else None
    if number is None or unit is None or number < 0:
        return ""
    years = int(float(number) * float(DAYS[unit] / DAYS["years"]))
    return f"{years // 10 * 10}-{years // 10 * 10 + 9}" if years <= MAX_AGE else ""


def leading_diagnosis(diagnoses):
    ranked = [row for row in diagnoses if row.status in LEADING]
    return min(ranked, key=lambda row: LEADING.index(row.status), default=None)


def diagnosis_text(row):
    """Return the text of a diagnosis, with its side unless the text includes it."""
    if row is None:
        return ""
    if row.side == Side.NOT_STATED or str(row.side) in row.text.casefold():
        return row.text
    return f"{row.text}, {row.get_side_display()}"


def sides_of(row):
    """Return the sides of a diagnosis as a list; "both" becomes ["left", "right"]."""
    if row is None or row.side == Side.NOT_STATED:
        return []
    return ["left", "right"] if row.side == Side.BOTH else [str(row.side)]


def structures_of(record):
    """Return the structures with an abnormal imaging finding, in order, without duplicates."""
    shown = [
        row.structure
        for row in record.imaging_findings
        if row.structure and row.sign != "normal" and row.certainty != "excluded"
    ]
    return list(dict.fromkeys(shown))


def strength_columns(record):
    """Return the change of each movement or muscle, and how many are better, worse and the same."""
    table = strength_table(record.strength, record.visits)
    counts = table.counts
    return {
        "movements": [
            {
                **({"movement": row.movement} if row.movement else {"muscle": row.muscle}),
                "side": str(row.side),
                "change": row.change,
            }
            for row in table.rows
        ],
        "better": counts["better"],
        "worse": counts["worse"],
        "same": counts["same"],
    }

"""Rules that compare the sides of symptoms, findings and the diagnosis."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from caserecords.reasoning.checks.finding import CONTRADICTION, DOUBT, CheckFinding, Rule
from caserecords.reasoning.row_references import refer_to, refer_to_rows, row_label
from patients.catalogue.mrc import rank
from patients.models import Side
from patients.models.course import DiagnosisStatus
from patients.models.investigations import Certainty, Interpretation
from patients.models.signs import SignFinding
from patients.models.wording import side_words
from patients.reasoning.evidence import SPARED, needle_result
from patients.tables.columns import OTHER_SIDE

ONE_SIDED = (Side.LEFT, Side.RIGHT)
ABNORMAL_RESULTS = (
    Interpretation.ABNORMAL,
    Interpretation.HIGH,
    Interpretation.LOW,
    Interpretation.POSITIVE,
)
ABNORMAL_SIGNS = (SignFinding.ABNORMAL, SignFinding.DECREASED, SignFinding.INCREASED)
LOSS = ("reflex", "sensation")  # domains where "absent" is abnormal, not "present"


def is_abnormal(row):
    """Return whether a row is an abnormal finding; a row without a stated result is not."""
    return ABNORMAL[row.DOCUMENT_KEY](row)


def weak(row):
    low = row.grade and row.grade.low  # None without a grade, or for a state such as "not tested"
    return bool(low) and rank(row.grade.high or row.grade.low) < rank("5")


def abnormal_sign(row):
    if row.finding in ABNORMAL_SIGNS:
        return True
    wanted = SignFinding.ABSENT if row.domain in LOSS else SignFinding.PRESENT
    return row.finding == wanted


def denervated(row):
    return needle_result(row)[0] not in ("", SPARED)


def small_motor_response(row):
    """Return whether a response is absent, or reported as below 50% of the other side."""
    value = row.amplitude_mv
    if value is None:
        return False
    if value.kind == "percent" and value.of in ONE_SIDED:
        return value.decimal() < 50
    return value.state == "no_response"


def abnormal_image(row):
    return row.interpretation in ABNORMAL_RESULTS and row.certainty != Certainty.EXCLUDED


ABNORMAL = {
    "strength": weak,
    "signs": abnormal_sign,
    "motor_conduction": small_motor_response,
    "needle_emg": denervated,
    "imaging_findings": abnormal_image,
    "investigations": lambda row: row.interpretation in ABNORMAL_RESULTS,
}


def abnormal_rows(record):
    return [row for table in ABNORMAL for row in record.rows[table] if is_abnormal(row)]


def side_of_illness(record):
    """Return the side of the symptoms or, if none states a side, that of the final diagnosis.

    Return None if both sides are affected or no side is stated.
    """
    complaints = {row.side for row in record.symptoms} - {Side.NOT_STATED, Side.MIDLINE}
    final = {row.side for row in finals(record)} - {Side.NOT_STATED, Side.MIDLINE}
    sides = complaints or final
    one = next(iter(sides)) if len(sides) == 1 else None
    return one if one in ONE_SIDED else None


def finals(record):
    return [row for row in record.diagnoses if row.status == DiagnosisStatus.FINAL]


def findings_on_the_other_side(record):
    """An abnormal finding that is only on the side opposite the illness."""
    ill = side_of_illness(record)
    if ill is None:
        return
    found = abnormal_rows(record)
    shared = {without_side(row) for row in found if row.side == ill}
    for row in found:
        if row.side == OTHER_SIDE[ill] and without_side(row) not in shared:
            values = {"finding": row_label(row), "side": side_words(ill)}
            message = _("Finding on the side opposite the illness (%(side)s): %(finding)s.")
            rows = [row, *(one for one in record.symptoms if one.side == ill)]
            yield CheckFinding(message % values, refer_to_rows(record, rows), (ill, *content(row)))


def without_side(row):
    """Return what identifies a finding, except its side and visit."""
    names = [name for name in row.IDENTITY if name not in ("side", "visit")]
    return (row.DOCUMENT_KEY, *(str(getattr(row, name)) for name in names))


def content(row):
    return (*without_side(row), str(row.side))


def diagnosis_on_the_other_side(record):
    """A final diagnosis on one side, although the symptoms and findings are on the other."""
    found = [row for row in (*record.symptoms, *abnormal_rows(record))]
    for row in finals(record):
        other = OTHER_SIDE.get(row.side)
        on_its_side = any(one.side in (row.side, Side.BOTH) for one in found)
        across = [one for one in found if one.side == other]
        if other and across and not on_its_side:
            values = {
                "diagnosis": row.text,
                "side": side_words(row.side),
                "other": side_words(other),
            }
            message = _(
                "“%(diagnosis)s” is on the %(side)s side, but the symptoms and findings are on "
                "the %(other)s side."
            )
            yield CheckFinding(
                message % values,
                (refer_to(record, row), *refer_to_rows(record, across)),
                (row.text, row.side, len(across)),
            )


def complaint_without_finding(record):
    """A symptom on one side, although all abnormal findings are on the other."""
    sided = [row for row in abnormal_rows(record) if row.side in (*ONE_SIDED, Side.BOTH)]
    for row in record.symptoms:
        alone = (
            row.side in ONE_SIDED
            and sided
            and all(one.side == OTHER_SIDE[row.side] for one in sided)
        )
        if alone:
            values = {"symptom": row.name, "side": side_words(row.side)}
            yield CheckFinding(
                _("“%(symptom)s” is on the %(side)s side, but no abnormal finding is.") % values,
                (refer_to(record, row),),
                (row.name, row.site, row.side),
            )


RULES = (
    Rule(
        "finding-other-side",
        DOUBT,
        gettext_lazy("Finding on the side opposite the illness"),
        gettext_lazy("Correct the side, or accept that the finding does not explain the illness."),
        findings_on_the_other_side,
    ),
    Rule(
        "diagnosis-other-side",
        CONTRADICTION,
        gettext_lazy("Final diagnosis on the side opposite the symptoms and findings"),
        gettext_lazy("Correct the side of the diagnosis or of the findings."),
        diagnosis_on_the_other_side,
    ),
    Rule(
        "complaint-without-finding",
        DOUBT,
        gettext_lazy("Symptom on a side without abnormal findings"),
        gettext_lazy("Correct the side of the symptom, or add the findings on that side."),
        complaint_without_finding,
    ),
)

"""Diagnoses and treatment: what was thought and given, and what is known of the total dose."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from patients.catalogue.time_words import UNIT_WORDS
from patients.language.values import Value, plain_number
from patients.models import Diagnosis, Treatment, TreatmentPhase
from patients.tables.columns import group, label

STATUS_ORDER = ("final", "working", "concurrent", "revised", "differential", "ruled_out")
EXACT_DAYS = {"days": 1, "weeks": 7}


@dataclass(frozen=True)
class PhaseRow:
    """One phase: `each` dose in `unit`, given `times`; None where that is not reported."""

    source: TreatmentPhase
    unit: str = ""
    each: Decimal | None = None
    times: Decimal | None = None

    @property
    def known_dose(self) -> Decimal | None:
        """The dose of the phase in all; None where it is not reported."""
        return None if self.each is None or self.times is None else self.each * self.times


@dataclass(frozen=True)
class Cumulative:
    """The known total dose in one unit; a lower bound where the dose of a phase is not known."""

    amount: Decimal
    unit: str
    lower_bound: bool
    phases: tuple[PhaseRow, ...]


@dataclass(frozen=True)
class TreatmentRow:
    source: Treatment
    kind: str
    route: str
    phases: tuple[PhaseRow, ...]
    cumulative: tuple[Cumulative, ...]


def diagnosis_table(rows: Sequence[Diagnosis]) -> tuple[Diagnosis, ...]:
    """Diagnoses by status, the final one first, in the order of entry within a status."""
    return tuple(sorted(rows, key=status_rank))


def status_rank(row):
    """Return the place of a diagnosis by its status; a status of an older release comes last."""
    known = row.status in STATUS_ORDER
    return STATUS_ORDER.index(row.status) if known else len(STATUS_ORDER)


def treatment_table(
    rows: Sequence[Treatment], phases: Sequence[TreatmentPhase]
) -> tuple[TreatmentRow, ...]:
    """Courses with their phases and the total dose that is known."""
    return tuple(
        make_treatment(row, [phase for phase in phases if is_phase_of(phase, row)]) for row in rows
    )


def is_phase_of(phase, treatment):
    """Tell whether a phase is a treatment's, for saved rows and for unsaved ones."""
    if phase.treatment is treatment:
        return True
    return treatment.pk is not None and phase.treatment_id == treatment.pk


def make_treatment(treatment, phases):
    rows = tuple(make_phase(phase) for phase in phases)
    return TreatmentRow(
        treatment, label(treatment, "kind"), label(treatment, "route"), rows, add_doses(rows)
    )


def make_phase(phase: TreatmentPhase) -> PhaseRow:
    """The dose of one phase in all: dose × days or sessions, where both are plain numbers."""
    each, unit, per = read_dose(phase)
    return PhaseRow(phase, unit, each, count_doses(phase, per))


def read_dose(phase):
    """(amount, unit, per) of a phase; "mg/day" in the unit says per day as well."""
    if phase.dose is None:
        return None, "", phase.per
    unit, per = phase.dose.unit or "", phase.per
    for ending in ("/day", "/d"):
        if unit.endswith(ending):
            unit, per = unit.removesuffix(ending), "day"
    return plain_number(phase.dose), unit, per


def count_doses(phase, per):
    """How many doses a phase held; None where that is not a plain number."""
    if per == "day":
        return in_days(phase.duration)
    if per == "session":
        return plain_number(phase.sessions)
    return None


def in_days(duration: Value | None) -> Decimal | None:
    number = plain_number(duration)
    days = EXACT_DAYS.get(UNIT_WORDS.get((duration.unit or "") if duration else ""))
    return None if number is None or days is None else number * days


def add_doses(phases: Sequence[PhaseRow]) -> tuple[Cumulative, ...]:
    """The known doses of a course, added by unit; none where no phase has a known dose."""
    known = [phase for phase in phases if phase.known_dose is not None]
    by_unit = group(known, lambda phase: phase.unit)
    return tuple(
        Cumulative(
            sum(phase.known_dose for phase in same), unit, len(known) < len(phases), tuple(same)
        )
        for unit, same in by_unit.items()
    )

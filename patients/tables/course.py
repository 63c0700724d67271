"""Diagnoses and treatments, with the known total doses."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from patients.catalogue.frequencies import doses_per_day
from patients.catalogue.time_words import UNIT_WORDS
from patients.catalogue.units import ucum
from patients.language.value import Value, plain_number
from patients.models import Diagnosis, Treatment, TreatmentPhase
from patients.tables.columns import group, label

STATUS_ORDER = ("final", "working", "concurrent", "revised", "differential", "ruled_out")
_THOUSANDS = re.compile(r"[1-9]\d{0,2}\.\d{3}(?!\d)")  # "1.000 mg" is 1 mg or 1 g
EXACT_DAYS = {"days": 1, "weeks": 7}


@dataclass(frozen=True)
class PhaseRow:
    """One phase of a treatment: `times` doses of `each`, in `unit`; None if unknown.

    `daily` is the daily dose. A taper has no known total, because its steps are not known.
    """

    source: TreatmentPhase
    unit: str = ""
    each: Decimal | None = None
    times: Decimal | None = None
    daily: Decimal | None = None

    @property
    def known_dose(self) -> Decimal | None:
        """The total dose of the phase; None if unknown."""
        return None if self.each is None or self.times is None else self.each * self.times


@dataclass(frozen=True)
class Cumulative:
    """The known total dose in one unit; a lower bound if a phase has no known dose."""

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
    """Return diagnoses sorted by status, the final one first, then in the order of entry."""
    return tuple(sorted(rows, key=status_rank))


def status_rank(row):
    """Return the sort key of a diagnosis; a status from an older release sorts last."""
    known = row.status in STATUS_ORDER
    return STATUS_ORDER.index(row.status) if known else len(STATUS_ORDER)


def treatment_table(
    rows: Sequence[Treatment], phases: Sequence[TreatmentPhase]
) -> tuple[TreatmentRow, ...]:
    """Return treatments with their phases and known total doses."""
    return tuple(
        make_treatment(row, [phase for phase in phases if is_phase_of(phase, row)]) for row in rows
    )


def is_phase_of(phase, treatment):
    """Return whether a phase belongs to a treatment; both can be saved or unsaved."""
    if phase.treatment is treatment:
        return True
    return treatment.pk is not None and phase.treatment_id == treatment.pk


def make_treatment(treatment, phases):
    rows = tuple(make_phase(phase) for phase in phases)
    return TreatmentRow(
        treatment, label(treatment, "kind"), label(treatment, "route"), rows, add_doses(rows)
    )


def make_phase(phase: TreatmentPhase) -> PhaseRow:
    """Return one phase with its doses: dose × days or sessions, if both are plain numbers."""
    each, unit, per = read_dose(phase)
    per_day = count_per_day(phase, per)
    daily = None if each is None or per_day is None else each * per_day
    times = None if phase.end_dose else count_doses(phase, per, per_day)
    return PhaseRow(phase, unit, each, times, daily)


def read_dose(phase):
    """Return (amount, unit, per) of a phase; a unit "mg/day" is split into "mg" and "day".

    The amount is None if its point may separate thousands.
    """
    if phase.dose is None:
        return None, "", phase.per
    unit, per = phase.dose.unit or "", phase.per
    for ending in ("/day", "/d"):
        if unit.endswith(ending):
            unit, per = unit.removesuffix(ending), "day"
    number = None if _THOUSANDS.match(phase.dose.printed) else plain_number(phase.dose)
    return number, unit, per


def count_per_day(phase, per):
    """Return the number of doses in a day; None if it is unknown.

    "20 mg per day" and "twice daily" together have two meanings, so they have no number.
    """
    number = doses_per_day(phase.frequency) if phase.frequency else None
    if per == "day":
        return Decimal(1) if number in (None, 1) else None
    return number if not per else None


def count_doses(phase, per, per_day):
    """Return the number of doses in a phase; None if it is unknown or not a plain number."""
    if per == "session":
        return plain_number(phase.sessions)
    days = in_days(phase.duration)
    return None if per_day is None or days is None else per_day * days


def in_days(duration: Value | None) -> Decimal | None:
    number = plain_number(duration)
    days = EXACT_DAYS.get(UNIT_WORDS.get((duration.unit or "") if duration else ""))
    return None if number is None or days is None else number * days


def add_doses(phases: Sequence[PhaseRow]) -> tuple[Cumulative, ...]:
    """Return the sum of a treatment's known doses for each unit; "mcg" and "µg" are one unit."""
    known = [phase for phase in phases if phase.known_dose is not None]
    by_unit = group(known, lambda phase: ucum(phase.unit) or phase.unit)
    return tuple(
        Cumulative(
            sum(phase.known_dose for phase in same),
            same[0].unit,
            len(known) < len(phases),
            tuple(same),
        )
        for same in by_unit.values()
    )

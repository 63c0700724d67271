"""Compare the values of a conduction study with sets of reference limits.

A verdict names the set, its version and the row, or the reason why no row was used. A value is
"within" or "beyond" a limit and never "normal", because a population limit does not show that a
nerve is healthy.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from patients.catalogue.recording_sites import differs, distance_cm, is_proximal, is_same_site
from patients.catalogue.reference_limits import Limit, LimitSet
from patients.reasoning.measured import Measured, measure
from patients.reasoning.rows import StudyRow
from patients.reasoning.side_to_side import factor_between

WITHIN, BEYOND = "within", "beyond"
NO_AGE, AGE_UNKNOWN = "no_reference_for_age", "age_unknown"
NO_PERSON, PERSON_UNKNOWN = "no_reference_for_person", "person_unknown"
NO_REFERENCE, TECHNIQUE = "no_reference", "technique_differs"
SITE_UNKNOWN, STIMULATION_UNKNOWN = "recording_site_unknown", "stimulation_site_unknown"
SEVERAL = "several"
OUTCOMES = (
    *(WITHIN, BEYOND, NO_AGE, AGE_UNKNOWN, NO_PERSON, PERSON_UNKNOWN, NO_REFERENCE, TECHNIQUE),
    *(SITE_UNKNOWN, STIMULATION_UNKNOWN, SEVERAL),
)


@dataclass(frozen=True)
class Verdict:
    """One value compared with one set; `set` is None if there are no sets.

    `limit` is the row used; `candidates` are the possible rows if none could be chosen.
    `not_stated` names conditions of the row that the study does not state.
    """

    measured: Measured
    outcome: str
    set: LimitSet | None = None
    limit: Limit | None = None
    candidates: tuple[Limit, ...] = ()
    not_stated: tuple[str, ...] = ()


@dataclass(frozen=True)
class Person:
    """The patient's age, sex and height; None or "" if not known."""

    age_years: Decimal | int | None = None
    sex: str = ""
    height_cm: Decimal | int | None = None


def judge(
    rows: Iterable[StudyRow],
    sets: Sequence[LimitSet],
    age_years: Decimal | int | None = None,
    sex: str = "",
    height_cm: Decimal | int | None = None,
) -> tuple[Verdict, ...]:
    """Compare each value of motor, sensory and late responses with each set, in order.

    Only plain numbers are compared, not ratios, bounds, words or states. Without sets, each value
    has the outcome NO_REFERENCE.
    """
    person = Person(age_years, sex, height_cm)
    values = measure(rows)
    if not sets:
        return tuple(Verdict(value, NO_REFERENCE) for value in values)
    return tuple(judge_value(value, one, person) for value in values for one in sets)


def judge_value(measured: Measured, limit_set: LimitSet, person: Person) -> Verdict:
    """Compare one value with one set; a limit is used only if it is the only one that applies."""
    found = matching_limits(measured, limit_set)
    outcome = NO_REFERENCE if not found else ""
    for filter_limits in (filter_by_age, filter_by_person, filter_by_technique):
        if not outcome:
            found, outcome = filter_limits(found, measured, person)
    verdict = Verdict(measured, outcome, limit_set, candidates=tuple(found))
    if outcome:
        return verdict
    if measured.missing:
        return replace(verdict, outcome=STIMULATION_UNKNOWN)
    if not measured.row.recording_site:
        return replace(verdict, outcome=SITE_UNKNOWN)
    if len(found) > 1:
        return replace(verdict, outcome=SEVERAL)
    return compared(verdict, found[0])


def compared(verdict: Verdict, limit: Limit) -> Verdict:
    """Return the verdict for one limit; NO_REFERENCE if the units cannot be converted."""
    measured = verdict.measured
    factor = factor_between(measured.unit, limit.unit)
    if factor is None:
        return replace(verdict, outcome=NO_REFERENCE, candidates=())
    amount, bound = measured.amount * factor, Decimal(limit.limit)
    is_within = amount <= bound if limit.operator == "<=" else amount >= bound
    outcome = WITHIN if is_within else BEYOND
    missing = not_stated(measured, limit)
    return replace(verdict, outcome=outcome, limit=limit, candidates=(), not_stated=missing)


def not_stated(measured: Measured, limit: Limit) -> tuple[str, ...]:
    row = measured.row
    conditions = (
        ("technique", limit.technique and not technique_of(row)),
        ("temperature", not getattr(row, "temperature_c", None)),
        ("distance", limit.kind == "sensory" and not getattr(row, "distance_mm", None)),
        ("convention", limit.parameter == "snap_amplitude"),
    )
    return tuple(name for name, is_missing in conditions if is_missing)


def technique_of(row: StudyRow) -> str:
    """Return the technique of a row; "" for late responses, which have no such column."""
    return str(getattr(row, "technique", ""))


def matching_limits(measured: Measured, limit_set: LimitSet) -> list[Limit]:
    """Return the limits for the nerve and, if stated, the recording site.

    Only limits of the first parameter that has any are returned, unless the study does not state
    which parameter it measured.
    """
    site = measured.row.recording_site
    found = [
        limit
        for limit in limit_set.limits
        if limit.parameter in measured.parameters
        and measured.row.nerve in limit.nerves
        and (not site or is_same_site(site, limit.recording_site))
    ]
    first = next((name for name in measured.parameters if any(is_of(x, name) for x in found)), "")
    return found if measured.is_open else [limit for limit in found if is_of(limit, first)]


def is_of(limit: Limit, parameter: str) -> bool:
    return limit.parameter == parameter


# Each filter returns (remaining limits, ""), or (limits, outcome) if no verdict is possible.


def filter_by_age(
    found: list[Limit], measured: Measured, person: Person
) -> tuple[list[Limit], str]:
    if person.age_years is None:
        return found, AGE_UNKNOWN
    years = int(person.age_years)  # completed years
    left = [one for one in found if is_between(years, one.age_min, one.age_max)]
    return left, "" if left else NO_AGE


def is_between(number: int, low: int | None, high: int | None) -> bool:
    return (low is None or number >= low) and (high is None or number <= high)


def filter_by_person(
    found: list[Limit], measured: Measured, person: Person
) -> tuple[list[Limit], str]:
    """Keep the limits for the patient's sex and height, and those for any sex and height."""
    left = [one for one in found if fits(one, person)]
    if left:
        return left, ""
    unknown = any(could_fit(one, person) for one in found)
    return found, PERSON_UNKNOWN if unknown else NO_PERSON


def fits(limit: Limit, person: Person) -> bool:
    if limit.sex and limit.sex != person.sex:
        return False
    if limit.height_min_cm is None and limit.height_max_cm is None:
        return True
    height = person.height_cm
    return height is not None and is_between(int(height), limit.height_min_cm, limit.height_max_cm)


def could_fit(limit: Limit, person: Person) -> bool:
    """Return whether a limit could apply if the patient's sex or height were known."""
    known = replace(person, sex=person.sex if person.sex in ("female", "male") else limit.sex)
    if known.height_cm is None:
        known = replace(known, height_cm=limit.height_min_cm or limit.height_max_cm)
    return fits(limit, known)


def filter_by_technique(
    found: list[Limit], measured: Measured, person: Person
) -> tuple[list[Limit], str]:
    left = [one for one in found if not is_of_other_technique(one, measured)]
    return (left, "") if left else (found, TECHNIQUE)


def is_of_other_technique(limit: Limit, measured: Measured) -> bool:
    """Return whether a limit's technique contradicts the study's technique, site or distance."""
    row = measured.row
    if differs(technique_of(row), limit.technique):
        return True
    if measured.is_distal and is_proximal(row.stimulation_site, limit.technique):
        return True
    distance = distance_cm(limit.technique) if limit.kind == "sensory" else ""
    return bool(distance) and measured.distance_cm not in (None, Decimal(distance))

"""Values of a conduction study against sets of limits: within, beyond, or why there is no verdict.

A verdict names the set, its version and the row. The words are "within" and "beyond the limit",
never "normal": a limit of many people says nothing of one nerve's health. Where no row applies,
that is said, and nothing else is concluded.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from patients.catalogue.recording_sites import differs, distance_cm, is_proximal, is_same_site
from patients.catalogue.reference_limits import Limit, LimitSet
from patients.reasoning.measured import Measured, measure
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
    """One value against one set. `limit` is the row of a verdict, `candidates` those in question.

    `not_stated` names what the row asks for and the study does not say.
    """

    measured: Measured
    outcome: str
    set: LimitSet | None = None
    limit: Limit | None = None
    candidates: tuple[Limit, ...] = ()
    not_stated: tuple[str, ...] = ()


@dataclass(frozen=True)
class Person:
    """Whose values they are; None or "" where it is not known."""

    age_years: Decimal | int | None = None
    sex: str = ""
    height_cm: Decimal | int | None = None


def judge(
    rows: Iterable,
    sets: Sequence[LimitSet],
    age_years: Decimal | int | None = None,
    sex: str = "",
    height_cm: Decimal | int | None = None,
) -> tuple[Verdict, ...]:
    """Each value of rows of motor, sensory and late responses against each set, in their order.

    Only a plain number is judged; ratios, bounds, words and states give nothing. Without any set
    each value has no reference.
    """
    person = Person(age_years, sex, height_cm)
    values = measure(rows)
    if not sets:
        return tuple(Verdict(value, NO_REFERENCE) for value in values)
    return tuple(judge_value(value, one, person) for value in values for one in sets)


def judge_value(measured: Measured, limit_set: LimitSet, person: Person) -> Verdict:
    """One value against one set: the rows are sieved until one is left, or none."""
    found = of_nerve(measured, limit_set)
    outcome = NO_REFERENCE if not found else ""
    for sieve in (sieve_age, sieve_person, sieve_technique):
        if not outcome:
            found, outcome = sieve(found, measured, person)
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
    """A verdict by its one row; the unit was brought to the row's."""
    measured = verdict.measured
    factor = factor_between(measured.unit, limit.unit)
    if factor is None:
        return replace(verdict, outcome=NO_REFERENCE, candidates=())
    amount, bound = measured.amount * factor, Decimal(limit.limit)
    is_within = amount <= bound if limit.operator == "<=" else amount >= bound
    outcome = WITHIN if is_within else BEYOND
    missing = not_stated(measured, limit)
    return replace(verdict, outcome=outcome, limit=limit, candidates=(), not_stated=missing)


def not_stated(measured, limit):
    row = measured.row
    asked = (
        ("technique", limit.technique and not technique_of(row)),
        ("temperature", not getattr(row, "temperature_c", None)),
        ("distance", limit.kind == "sensory" and not getattr(row, "distance_mm", None)),
        ("convention", limit.parameter == "snap_amplitude"),
    )
    return tuple(name for name, is_missing in asked if is_missing)


def technique_of(row):
    """The technique that a row states; late responses have no column for it."""
    return getattr(row, "technique", "")


def of_nerve(measured, limit_set):
    """The rows of the nerve, the parameter and, if it is stated, the recording site."""
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


def is_of(limit, parameter):
    return limit.parameter == parameter


def sieve_age(found, measured, person):
    if person.age_years is None:
        return found, AGE_UNKNOWN
    years = int(person.age_years)  # completed years
    left = [one for one in found if is_between(years, one.age_min, one.age_max)]
    return left, "" if left else NO_AGE


def is_between(number, low, high):
    return (low is None or number >= low) and (high is None or number <= high)


def sieve_person(found, measured, person):
    """The rows of the person's sex and height; what is not known leaves only rows of anybody."""
    left = [one for one in found if fits(one, person)]
    if left:
        return left, ""
    unknown = any(asks_for_more(one, person) for one in found)
    return found, PERSON_UNKNOWN if unknown else NO_PERSON


def fits(limit, person):
    if limit.sex and limit.sex != person.sex:
        return False
    if limit.height_min_cm is None and limit.height_max_cm is None:
        return True
    height = person.height_cm
    return height is not None and is_between(int(height), limit.height_min_cm, limit.height_max_cm)


def asks_for_more(limit, person):
    """Whether a row could hold if more were known of the person."""
    known = replace(person, sex=person.sex if person.sex in ("female", "male") else limit.sex)
    if known.height_cm is None:
        known = replace(known, height_cm=limit.height_min_cm or limit.height_max_cm)
    return fits(limit, known)


def sieve_technique(found, measured, person):
    left = [one for one in found if not is_of_other_technique(one, measured)]
    return (left, "") if left else (found, TECHNIQUE)


def is_of_other_technique(limit, measured):
    """Whether a row was made in a way that the study says it was not."""
    row = measured.row
    if differs(technique_of(row), limit.technique):
        return True
    if measured.is_distal and is_proximal(row.stimulation_site, limit.technique):
        return True
    asked = limit.kind == "sensory" and distance_cm(limit.technique)
    return bool(asked) and measured.distance_cm not in (None, Decimal(asked))

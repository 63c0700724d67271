"""From the rows of a record to evidence: what was found weak, spared, lost or preserved, by side.

What was not tested, or not recorded, is no evidence. A row whose side is not stated speaks for no
side and is listed as unused. Of each table the first visit with evidence counts, or the visit asked
for; rows without a visit count with the first one.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from patients.catalogue import lookup, muscles
from patients.catalogue.localisation import PARAMETERS, REFLEX_ARCS
from patients.catalogue.mrc import STATES
from patients.language.chronology import place_events
from patients.reasoning.conduction_evidence import motor_evidence, sensory_evidence
from patients.reasoning.finding import SIDES, Finding, Symmetric, Unused, merge, sides_of, visit_key
from patients.reasoning.sites import is_placed

UNKNOWN = "the catalogue does not say by which nerve and roots it is supplied"
NO_SIDE = "its side is not stated"
MIDLINE = "it is of the midline"
_FIBRILLATING = ("1+", "2+", "3+", "4+")
_GRADED = ("", "0", *_FIBRILLATING)  # anything else, such as +/-, leaves it open
_NEUROGENIC = {
    "recruitment": ("reduced_mild", "reduced_moderate", "reduced_severe", "none"),
    "muap_duration": ("long",),
    "muap_amplitude": ("increased",),
}


@dataclass(frozen=True)
class Evidence:
    """All of a record, gathered: findings by side, and what was recognised, set aside, taken."""

    findings: Mapping[str, tuple[Finding, ...]]
    symmetric: tuple[Symmetric, ...]
    unused: tuple[Unused, ...]
    visits: Mapping[str, str | None]
    emg_days: int | None


def gather(rows: Mapping[str, Sequence], age=None, visit: str | None = None) -> Evidence:
    """Evidence of a record's rows by table (CaseRecord.rows); ``visit`` is the key of one visit.

    ``age`` is the age at presentation, from which events "at age 71" have their days.
    """
    order = [one.key for one in rows.get("visits", ())]
    taken, visits = [], {}
    for table, read in READERS.items():
        found = list(read(rows.get(table, ())))
        key = visit if visit is not None else _first_visit(found, order)
        kept = [one for one in found if one.visit == key or (visit is None and one.visit is None)]
        taken += kept
        if any(isinstance(one, Finding | Symmetric) for one in kept):
            visits[table] = key
    days = days_after_onset(rows, age, visits.get("needle_emg"))
    taken = [_too_early(one, days) for one in taken]
    return _sorted_out(taken, visits, days)


def _first_visit(found, order):
    used = {one.visit for one in found if not isinstance(one, Unused)}
    used = used or {one.visit for one in found}
    return next((key for key in order if key in used), next(iter(sorted(used - {None})), None))


def _sorted_out(taken, visits, days):
    findings = [one for one in taken if isinstance(one, Finding)]
    by_side = {side: merge(one for one in findings if one.side == side) for side in SIDES}
    shared = [one for one in taken if isinstance(one, Symmetric)]
    shared += _weak_on_both_sides(by_side)
    by_side, lost = _without_symmetric_reflexes(by_side)
    unused = tuple(one for one in taken if isinstance(one, Unused))
    return Evidence(by_side, (*shared, *lost), unused, visits, days)


# Strength


def strength_evidence(rows):
    """Weak below 5; an interval up to 5, and a grade that is a state, are no evidence."""
    for number, row in enumerate(rows):
        catalogue = "movements" if row.movement else "muscles"
        item = row.movement or row.muscle
        reason = _unplaced(row, catalogue, item) or _ungraded(row.grade)
        if reason:
            yield _unused("strength", number, row, catalogue, item, reason)
            continue
        weak = row.grade.low != "5"
        for side in sides_of(row):
            yield Finding(
                "mrc",
                side,
                weak,
                "weak" if weak else "of normal strength",
                catalogue,
                item,
                "strength",
                (number,),
                f"MRC {row.grade}",
                visit=visit_key(row),
            )


def _ungraded(grade):
    if not grade:
        return "its grade is not recorded"
    if grade.state:
        return STATES[grade.state]
    return "the interval leaves open whether it is weak" if grade.high == "5" else ""


# Needle EMG


def emg_evidence(rows):
    """Denervated, with neurogenic change, or spared; an empty column was not recorded."""
    for number, row in enumerate(rows):
        reason = _unplaced(row, "muscles", row.muscle)
        words, detail = ("", "") if reason else needle_words(row)
        if reason or not words:
            reason = reason or "no denervation and no absence of it is recorded"
            yield _unused("needle_emg", number, row, "muscles", row.muscle, reason)
            continue
        is_paraspinal = muscles.BY_ID[row.muscle].kind == "paraspinal"
        for side in sides_of(row):
            yield Finding(
                "paraspinal" if is_paraspinal else "emg",
                side,
                words != SPARED,
                words,
                "muscles",
                row.muscle,
                "needle_emg",
                (number,),
                detail,
                visit=visit_key(row),
            )


SPARED = "no active denervation"


def needle_words(row):
    """What the needle found of a muscle as (words, detail); "" where a row does not say."""
    graded = {"fib": row.fibrillations, "psw": row.positive_sharp_waves}
    active = [f"{name} {grade}" for name, grade in graded.items() if grade in _FIBRILLATING]
    if row.active_denervation or active:
        return "active denervation", ", ".join(active)
    for name, grades in _NEUROGENIC.items():
        if getattr(row, name) in grades:
            return "neurogenic change", lookup.label(f"emg_{name}", getattr(row, name))
    if not all(value in _GRADED for value in graded.values()):
        return "", ""
    is_zero = row.active_denervation is False or "0" in graded.values()
    return (SPARED, "") if is_zero else ("", "")


def days_after_onset(rows, age, emg_visit) -> int | None:
    """Days from the last onset of a symptom to the needle EMG; None where a day is not known."""
    events = rows.get("events", ())
    visit = next((one for one in rows.get("visits", ()) if one.key == emg_visit), None)
    if visit is None or visit.event is None:
        return None
    try:
        days = place_events(events, age)
    except ValueError:  # events that hang on each other in a circle
        return None
    examined = days.get(visit.event.key)
    onsets = [days[one.key] for one in events if one.kind == "onset" and one.key in days]
    if examined is None or examined.day is None:
        return None
    passed = [examined.day - onset.day for onset in onsets if onset.day is not None]
    return min((one for one in passed if one >= 0), default=None)


def _too_early(one, days):
    """Set normal needle EMG aside where it was done before a muscle shows denervation."""
    least = PARAMETERS["emg_days"]
    is_needle = isinstance(one, Finding) and one.table == "needle_emg"
    if not is_needle or one.abnormal or days is None or days >= least:
        return one
    reason = f"done {days} days after onset: before about {least:.0f} days normal proves nothing"
    return Unused("needle_emg", one.rows[0], one.label, reason, one.visit, one.side)


# Reflexes


def reflex_evidence(rows):
    """Decreased, absent or normal tendon reflexes; other signs are not weighed."""
    for number, row in enumerate(rows):
        if row.domain != "reflex" or row.item not in REFLEX_ARCS:
            continue
        if row.finding not in ("decreased", "absent", "normal"):
            reason = (
                f"{row.finding.replace('_', ' ')}: no sign of a lesion of root, plexus or nerve"
            )
            reason = "not tested" if row.finding.startswith("not_") else reason
        else:
            reason = _unplaced(row, "reflexes", row.item)
        if reason:
            yield _unused("signs", number, row, "reflexes", row.item, reason)
            continue
        for side in sides_of(row):
            yield Finding(
                "reflex",
                side,
                row.finding != "normal",
                str(row.finding),
                "reflexes",
                row.item,
                "signs",
                (number,),
                visit=visit_key(row),
            )


# The same on both sides


def _pairs(by_side):
    other = {finding.of: finding for finding in by_side["right"] if finding.abnormal}
    for finding in by_side["left"]:
        if finding.abnormal and finding.of in other:
            yield finding, other[finding.of]


def _weak_on_both_sides(by_side):
    """Weakness on both sides is told, and counts on each side all the same."""
    for left, right in _pairs(by_side):
        if left.kind == "mrc":
            yield _shared("strength", "weak", left, right, is_evidence=True)


def _without_symmetric_reflexes(by_side):
    """A reflex that is decreased or absent on both sides is no evidence for a lesion of one."""
    pairs = [pair for pair in _pairs(by_side) if pair[0].kind == "reflex"]
    gone = {left.of for left, _right in pairs}
    kept = {side: tuple(f for f in found if f.of not in gone) for side, found in by_side.items()}
    words = [" and ".join(dict.fromkeys((a.words, b.words))) for a, b in pairs]
    return kept, [_shared("reflex", w, *pair) for w, pair in zip(words, pairs, strict=True)]


def _shared(kind, words, left, right, is_evidence=False):
    rows = tuple(sorted({*left.rows, *right.rows}))
    return Symmetric(kind, words, left.catalogue, left.item, left.table, rows, is_evidence)


# What every table asks


def _unplaced(row, catalogue, item):
    """Why a row is of no side or of nothing that is supplied; "" where it is."""
    if not is_placed(catalogue, item):
        return UNKNOWN
    if not sides_of(row):
        return MIDLINE if row.side == "midline" else NO_SIDE
    return ""


def _unused(table, number, row, catalogue, item, reason):
    label = lookup.label(catalogue, item)
    return Unused(table, number, label, reason, visit_key(row), str(row.side))


READERS: dict[str, Callable] = {
    "strength": strength_evidence,
    "needle_emg": emg_evidence,
    "motor_conduction": motor_evidence,
    "sensory_conduction": sensory_evidence,
    "signs": reflex_evidence,
}

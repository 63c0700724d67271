"""Convert the rows of a record to evidence for each side: weak, spared, lost or preserved.

Anything not tested or not recorded is not evidence. A row without a stated side is listed as
unused. Each table contributes the rows of the requested visit or, by default, the rows of the first
visit with evidence and the rows without a visit.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from patients.catalogue import lookup, muscles
from patients.catalogue.localisation import PARAMETERS, REFLEX_ARCS
from patients.catalogue.mrc import STATES, Grade
from patients.language.chronology import Presentation, place_events
from patients.reasoning.conduction_evidence import motor_evidence, sensory_evidence
from patients.reasoning.finding import SIDES, Finding, Symmetric, Unused, merge, sides_of, visit_key
from patients.reasoning.rows import GradedRow, NeedleRow, SidedRow, SignedRow
from patients.reasoning.sites import is_placed

Item = Finding | Symmetric | Unused
UNKNOWN = "its nerve and roots are not in the catalogue"
NO_SIDE = "the side is not stated"
MIDLINE = "it is in the midline"
_FIBRILLATING = ("1+", "2+", "3+", "4+")
_GRADED = ("", "0", *_FIBRILLATING)  # any other grade, such as +/-, is inconclusive
_NEUROGENIC = {
    "recruitment": ("reduced_mild", "reduced_moderate", "reduced_severe", "none"),
    "muap_duration": ("long",),
    "muap_amplitude": ("increased",),
}


@dataclass(frozen=True)
class Evidence:
    """The evidence of a record; `visits` maps each table with evidence to the visit's key or None.

    `emg_days` is the number of days from onset to needle EMG, None if not known.
    """

    findings: Mapping[str, tuple[Finding, ...]]
    symmetric: tuple[Symmetric, ...]
    unused: tuple[Unused, ...]
    visits: Mapping[str, str | None]
    emg_days: int | None


def gather(
    rows: Mapping[str, Sequence[Any]], case: Presentation, visit: str | None = None
) -> Evidence:
    """Return the evidence in a record; ``rows`` are its rows by table (CaseRecord.rows).

    ``visit`` is the key of a visit; the default is, for each table, the first visit with evidence
    and the rows without a visit.
    """
    order = [one.key for one in rows.get("visits", ())]
    used: list[Item] = []
    visits: dict[str, str | None] = {}
    for table, read in READERS.items():
        items = list(read(rows.get(table, ())))
        key = visit if visit is not None else _first_visit(items, order)
        at_visit = [
            one for one in items if one.visit == key or (visit is None and one.visit is None)
        ]
        used += at_visit
        if any(isinstance(one, Finding | Symmetric) for one in at_visit):
            visits[table] = key
    days = days_after_onset(rows, case, visits.get("needle_emg"))
    return _split([_too_early(one, days) for one in used], visits, days)


def _first_visit(items: Sequence[Item], order: Sequence[str]) -> str | None:
    used = {one.visit for one in items if not isinstance(one, Unused)}
    used = used or {one.visit for one in items}
    known = sorted(key for key in used if key is not None)
    return next((key for key in order if key in used), next(iter(known), None))


def _split(items: Sequence[Item], visits: Mapping[str, str | None], days: int | None) -> Evidence:
    findings = [one for one in items if isinstance(one, Finding)]
    by_side = {side: merge(one for one in findings if one.side == side) for side in SIDES}
    shared = [one for one in items if isinstance(one, Symmetric)]
    shared += _weak_on_both_sides(by_side)
    by_side, lost = _without_symmetric_reflexes(by_side)
    unused = tuple(one for one in items if isinstance(one, Unused))
    return Evidence(by_side, (*shared, *lost), unused, visits, days)


# Strength


def strength_evidence(rows: Iterable[GradedRow]) -> Iterator[Item]:
    """Yield a finding for each usable grade: weak if below 5. Other rows are yielded as Unused."""
    for number, row in enumerate(rows):
        catalogue = "movements" if row.movement else "muscles"
        item = row.movement or row.muscle
        reason = _unplaced(row, catalogue, item) or _ungraded(row.grade)
        if reason or row.grade is None:
            yield _unused("strength", number, row, catalogue, item, reason)
            continue
        weak = row.grade.low != "5"
        for side in sides_of(row):
            yield Finding(
                "mrc",
                side,
                weak,
                "weak" if weak else "normal strength",
                catalogue,
                item,
                "strength",
                (number,),
                f"MRC {row.grade.shown}",
                visit=visit_key(row),
            )


def _ungraded(grade: Grade | None) -> str:
    """Return why a grade is not evidence; "" if it is."""
    if not grade:
        return "the grade is not recorded"
    if grade.state:
        return STATES[grade.state]
    if grade.word:
        return f"{grade.word}: not an MRC grade"
    return "the interval does not show whether it is weak" if grade.high == "5" else ""


# Needle EMG


def emg_evidence(rows: Iterable[NeedleRow]) -> Iterator[Item]:
    """Yield a finding for each muscle with a result; other rows are yielded as Unused."""
    for number, row in enumerate(rows):
        reason = _unplaced(row, "muscles", row.muscle)
        words, detail = ("", "") if reason else needle_result(row)
        if reason or not words:
            reason = reason or "neither denervation nor its absence is recorded"
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


def needle_result(row: NeedleRow) -> tuple[str, str]:
    """Return a muscle's needle EMG result as (words, detail); ("", "") if it is inconclusive."""
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


def days_after_onset(
    rows: Mapping[str, Sequence[Any]], case: Presentation, emg_visit: str | None
) -> int | None:
    """Return the days to the needle EMG from the last onset before it; None if not known."""
    events = rows.get("events", ())
    visit = next((one for one in rows.get("visits", ()) if one.key == emg_visit), None)
    if visit is None or visit.event is None:
        return None
    try:
        days = place_events(events, case)
    except ValueError:  # such as a cycle of events, each dated relative to the next
        return None
    examined = days.get(visit.event.key)
    onsets = [days[one.key] for one in events if one.kind == "onset" and one.key in days]
    if examined is None or examined.day is None:
        return None
    passed = [examined.day - onset.day for onset in onsets if onset.day is not None]
    return min((one for one in passed if one >= 0), default=None)


def _too_early(one: Item, days: int | None) -> Item:
    """Return a normal needle EMG finding as Unused if the EMG was too early to show denervation.

    Other items are returned unchanged.
    """
    least = PARAMETERS["emg_days"]
    if not isinstance(one, Finding) or one.table != "needle_emg":
        return one
    if one.abnormal or days is None or days >= least:
        return one
    reason = (
        f"done {days} days after onset: a normal result before about {least:.0f} days does not "
        "exclude a lesion"
    )
    return Unused("needle_emg", one.rows[0], one.label, reason, one.visit, one.side)


# Reflexes


def reflex_evidence(rows: Iterable[SignedRow]) -> Iterator[Item]:
    """Yield a finding for each decreased, absent or normal tendon reflex.

    Tendon reflexes with any other result or without a side are yielded as Unused; all other signs
    are skipped.
    """
    for number, row in enumerate(rows):
        if row.domain != "reflex" or row.item not in REFLEX_ARCS:
            continue
        if row.finding not in ("decreased", "absent", "normal"):
            finding = row.finding.replace("_", " ")
            reason = f"{finding}: not a sign of a lesion of a root, plexus or nerve"
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


# Findings on both sides


def _pairs(by_side: Mapping[str, Sequence[Finding]]) -> Iterator[tuple[Finding, Finding]]:
    """Yield (left, right) of each finding that is abnormal on both sides."""
    other = {finding.of: finding for finding in by_side["right"] if finding.abnormal}
    for finding in by_side["left"]:
        if finding.abnormal and finding.of in other:
            yield finding, other[finding.of]


def _weak_on_both_sides(by_side: Mapping[str, Sequence[Finding]]) -> Iterator[Symmetric]:
    """Yield weakness present on both sides, which remains evidence on each side."""
    for left, right in _pairs(by_side):
        if left.kind == "mrc":
            yield _shared("strength", "weak", left, right, is_evidence=True)


def _without_symmetric_reflexes(
    by_side: Mapping[str, tuple[Finding, ...]],
) -> tuple[dict[str, tuple[Finding, ...]], list[Symmetric]]:
    """Split off the reflexes that are abnormal on both sides; return (other findings, reflexes)."""
    pairs = [pair for pair in _pairs(by_side) if pair[0].kind == "reflex"]
    symmetric = {left.of for left, _right in pairs}
    rest = {
        side: tuple(f for f in found if f.of not in symmetric) for side, found in by_side.items()
    }
    words = [" and ".join(dict.fromkeys((a.words, b.words))) for a, b in pairs]
    return rest, [_shared("reflex", w, *pair) for w, pair in zip(words, pairs, strict=True)]


def _shared(
    kind: str, words: str, left: Finding, right: Finding, is_evidence: bool = False
) -> Symmetric:
    rows = tuple(sorted({*left.rows, *right.rows}))
    return Symmetric(kind, words, left.catalogue, left.item, left.table, rows, is_evidence)


# Shared by all tables


def _unplaced(row: SidedRow, catalogue: str, item: str) -> str:
    """Return why a row cannot be used: no known nerve supply or no side; "" if it can."""
    if not is_placed(catalogue, item):
        return UNKNOWN
    if not sides_of(row):
        return MIDLINE if row.side == "midline" else NO_SIDE
    return ""


def _unused(
    table: str, number: int, row: SidedRow, catalogue: str, item: str, reason: str
) -> Unused:
    label = lookup.label(catalogue, item)
    return Unused(table, number, label, reason, visit_key(row), str(row.side))


READERS: dict[str, Callable[[Sequence[Any]], Iterable[Item]]] = {
    "strength": strength_evidence,
    "needle_emg": emg_evidence,
    "motor_conduction": motor_evidence,
    "sensory_conduction": sensory_evidence,
    "signs": reflex_evidence,
}

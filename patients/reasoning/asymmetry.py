"""A drop between the sides against the limit of its nerve, and sensory responses alike on both.

A verdict names its row. Where the recording site is not stated, the row of the usual recording
muscle is assumed, is said to be, and the other rows stand beside it with what each would say.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from patients.catalogue import asymmetry, nerves
from patients.catalogue.recording_sites import amplitude_convention, is_same_site
from patients.catalogue.reference_limits import ADULT
from patients.language.values import Value
from patients.reasoning.between_sites import amount, is_absent
from patients.reasoning.reference import AGE_UNKNOWN, NO_AGE
from patients.reasoning.side_to_side import Ratio


@dataclass(frozen=True)
class DropVerdict:
    """`outcome` is "beyond", "within", or "open" where the rows that may hold disagree; and
    "age_unknown" or "no_reference_for_age", since a nerve's own rows are of adults.

    `row` is the row of the limit, None where it is open; `margin` is the drop less the limit, in
    points of percent. `others` are (row, outcome) of what may hold instead.
    """

    outcome: str
    drop: Decimal
    row: object | None = None
    margin: Decimal | None = None
    assumed: bool = False
    others: tuple[tuple[object, str], ...] = ()


def judge_drop(
    measured, ratio: Ratio, kind: str, age_years: Decimal | int | None
) -> DropVerdict | None:
    """Judge the drop of a row of conduction; None where the ratio has no drop."""
    if ratio.drop is None:
        return None
    convention = amplitude_convention(getattr(measured, "amplitude_convention", ""))
    rows = asymmetry.candidates(measured.nerve, kind, measured.recording_site, convention)
    if rows != (asymmetry.GENERAL,) and (age_years is None or age_years < ADULT):
        return DropVerdict(AGE_UNKNOWN if age_years is None else NO_AGE, ratio.drop)
    return among(rows, ratio.drop, measured)


def among(rows, drop, measured):
    """The verdict by the one row that holds, or by what all that may hold agree on."""
    chosen = rows[0] if len(rows) == 1 else usual(measured.nerve, rows)
    outcomes = {row.id: compare(drop, row) for row in rows}
    others = tuple((row, outcomes[row.id]) for row in rows if row is not chosen)
    if chosen is None:
        agreed = set(outcomes.values())
        return DropVerdict(agreed.pop() if len(agreed) == 1 else "open", drop, others=others)
    assumed = not measured.recording_site and chosen is not asymmetry.GENERAL
    margin = drop - Decimal(chosen.limit)
    return DropVerdict(outcomes[chosen.id], drop, chosen, margin, assumed, others)


def compare(drop: Decimal, row) -> str:
    """ "beyond" where a drop is larger than a row's limit, else "within"."""
    return "beyond" if drop > Decimal(row.limit) else "within"


def usual(nerve_id: str, rows: Sequence):
    """The row recorded from the first muscle that the nerve is usually recorded from, or None."""
    muscles = nerves.recording_muscles(nerve_id)[:1] if nerve_id in nerves.BY_ID else ()
    fitting = [
        row for row in rows for muscle in muscles if is_same_site(muscle, row.recording_site)
    ]
    return fitting[0] if len(fitting) == 1 else None


@dataclass(frozen=True)
class Pair:
    """One site of a nerve on both sides: "absent_both", "absent_one", "equal", or "differ".

    A response that is absent is never a percentage of the other side's.
    """

    left: object
    right: object
    finding: str


def side_pairs(sites: Iterable[dict], name: str, unit: str) -> tuple[Pair, ...]:
    """What the amplitudes of the two sides say of each site; `sites` are {side: row}.

    A pair that cannot be compared is left out.
    """
    found = []
    for sides in sites:
        both = sides.get("both")  # one row that says the same of both
        left, right = sides.get("left", both), sides.get("right", both)
        finding = left and right and compare_pair(getattr(left, name), getattr(right, name), unit)
        if finding:
            found.append(Pair(left, right, finding))
    return tuple(found)


def compare_pair(left: Value | None, right: Value | None, unit: str) -> str:
    """What two amplitudes say of each other; "" where they cannot be compared."""
    absent = is_absent(left) + is_absent(right)
    one, other = amount(left, unit), amount(right, unit)
    if absent == 2:
        return "absent_both"
    if one is not None and other is not None:
        return "equal" if one == other else "differ"
    return "absent_one" if absent and (one is not None or other is not None) else ""


def symmetric_sensory(pairs: Sequence[Pair], beyond: frozenset = frozenset()) -> tuple[Pair, ...]:
    """The sensory pairs that make a symmetric finding; () where there is none.

    It takes a response absent on both sides, and no pair that tells the sides apart: none absent
    on one side alone, and none whose drop lies beyond its limit (`beyond`, the id() of rows).
    """
    one_sided = any(
        pair.finding == "absent_one" or {id(pair.left), id(pair.right)} & beyond for pair in pairs
    )
    if one_sided or not any(pair.finding == "absent_both" for pair in pairs):
        return ()
    return tuple(pairs)

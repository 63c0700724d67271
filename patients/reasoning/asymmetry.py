"""Judge amplitude differences between the sides, and find symmetric sensory loss.

A verdict names the catalogue row it uses, if it is a single one. If the recording site is not
stated, the row of the usual recording muscle is assumed; the verdict states this and lists the
outcomes of the other rows.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from patients.catalogue import asymmetry, nerves
from patients.catalogue.asymmetry import AsymmetryLimit
from patients.catalogue.recording_sites import amplitude_convention, is_same_site
from patients.catalogue.reference_limits import ADULT
from patients.language.value import Value
from patients.reasoning.between_sites import amount, is_absent
from patients.reasoning.reference import AGE_UNKNOWN, NO_AGE
from patients.reasoning.rows import AmplitudeRow
from patients.reasoning.side_to_side import Ratio


@dataclass(frozen=True)
class DropVerdict:
    """The verdict on the drop in amplitude from one side to the other.

    `outcome` is "beyond", "within", or "open" if the rows that could apply disagree. It is
    "age_unknown" or "no_reference_for_age" if the rows cannot be used, because they are for adults.
    `row` is the row used, None if no single row applies; `assumed` is set if the row was chosen
    without a recording site. `margin` is the drop minus the limit, in percentage points. `others`
    are (row, outcome) of the other rows that could apply.
    """

    outcome: str
    drop: Decimal
    row: AsymmetryLimit | None = None
    margin: Decimal | None = None
    assumed: bool = False
    others: tuple[tuple[AsymmetryLimit, str], ...] = ()


def judge_drop(
    measured: AmplitudeRow, ratio: Ratio, kind: str, age_years: Decimal | int | None
) -> DropVerdict | None:
    """Return the verdict on the drop of a conduction row; None if the ratio has no drop."""
    if ratio.drop is None:
        return None
    convention = amplitude_convention(getattr(measured, "amplitude_convention", ""))
    rows = asymmetry.candidates(measured.nerve, kind, measured.recording_site, convention)
    if rows != (asymmetry.GENERAL,) and (age_years is None or age_years < ADULT):
        return DropVerdict(AGE_UNKNOWN if age_years is None else NO_AGE, ratio.drop)
    return judge_by_rows(rows, ratio.drop, measured)


def judge_by_rows(
    rows: Sequence[AsymmetryLimit], drop: Decimal, measured: AmplitudeRow
) -> DropVerdict:
    """Judge a drop by the only or the usual row; otherwise by all rows, "open" if they disagree."""
    chosen = rows[0] if len(rows) == 1 else usual_row(measured.nerve, rows)
    outcomes = {row.id: compare(drop, row) for row in rows}
    others = tuple((row, outcomes[row.id]) for row in rows if row is not chosen)
    if chosen is None:
        agreed = set(outcomes.values())
        return DropVerdict(agreed.pop() if len(agreed) == 1 else "open", drop, others=others)
    assumed = not measured.recording_site and chosen is not asymmetry.GENERAL
    margin = drop - Decimal(chosen.limit)
    return DropVerdict(outcomes[chosen.id], drop, chosen, margin, assumed, others)


def compare(drop: Decimal, row: AsymmetryLimit) -> str:
    """Return "beyond" if a drop is larger than the row's limit, else "within"."""
    return "beyond" if drop > Decimal(row.limit) else "within"


def usual_row(nerve_id: str, rows: Sequence[AsymmetryLimit]) -> AsymmetryLimit | None:
    """Return the row for the muscle from which the nerve is usually recorded, or None."""
    muscles = nerves.recording_muscles(nerve_id)[:1] if nerve_id in nerves.BY_ID else ()
    matches = [
        row for row in rows for muscle in muscles if is_same_site(muscle, row.recording_site)
    ]
    return matches[0] if len(matches) == 1 else None


@dataclass(frozen=True)
class Pair:
    """The rows of one site of a nerve on the left and right; one row can be for both sides.

    `finding` is "absent_both", "absent_one", "equal" or "differ". An absent response is never
    given as a percentage of the other side.
    """

    left: AmplitudeRow
    right: AmplitudeRow
    finding: str


def side_pairs(
    sites: Iterable[Mapping[str, AmplitudeRow]], name: str, unit: str
) -> tuple[Pair, ...]:
    """Compare the amplitudes of the two sides at each site; `sites` are {side: row}.

    Pairs that cannot be compared are left out. `name` is the amplitude's column.
    """
    found = []
    for sides in sites:
        both = sides.get("both")  # one row for both sides
        left, right = sides.get("left", both), sides.get("right", both)
        if left is None or right is None:
            continue
        finding = compare_pair(getattr(left, name), getattr(right, name), unit)
        if finding:
            found.append(Pair(left, right, finding))
    return tuple(found)


def compare_pair(left: Value | None, right: Value | None, unit: str) -> str:
    """Return the finding of a Pair for two amplitudes; "" if they cannot be compared."""
    absent = is_absent(left) + is_absent(right)
    one, other = amount(left, unit), amount(right, unit)
    if absent == 2:
        return "absent_both"
    if one is not None and other is not None:
        return "equal" if one == other else "differ"
    return "absent_one" if absent and (one is not None or other is not None) else ""


def symmetric_sensory(
    pairs: Sequence[Pair], beyond: frozenset[int] = frozenset()
) -> tuple[Pair, ...]:
    """Return the sensory pairs if they show a symmetric loss, else ().

    The loss is symmetric if at least one response is absent on both sides, and none is absent on
    one side only or has a drop beyond its limit (`beyond` contains the id() of such rows).
    """
    one_sided = any(
        pair.finding == "absent_one" or {id(pair.left), id(pair.right)} & beyond for pair in pairs
    )
    if one_sided or not any(pair.finding == "absent_both" for pair in pairs):
        return ()
    return tuple(pairs)

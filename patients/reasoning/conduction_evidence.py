"""Nerve conduction as evidence: amplitudes lost, smaller than on the other side, or preserved.

A single amplitude gives no verdict, because this module uses no reference set. It is compared with
the other side, using the nerve's side-to-side limit. An amplitude that is lost or reduced on both
sides is a symmetric finding and not evidence for a side. A sensory amplitude that cannot be
compared is evidence only that the response is present.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from patients.catalogue import asymmetry, lookup, nerves
from patients.catalogue.localisation import SENSORY_PATHS
from patients.catalogue.recording_sites import amplitude_convention
from patients.language.value import Value
from patients.reasoning.asymmetry import judge_by_rows
from patients.reasoning.finding import SIDES, Finding, Symmetric, Unused, sides_of, visit_key
from patients.reasoning.rows import AmplitudeRow, MotorRow, SensoryRow
from patients.reasoning.side_to_side import Ratio, ratio, reported

OTHER = {"left": "right", "right": "left"}
LOST, REDUCED, EQUAL, PRESENT, NORMAL = (
    "absent",
    "reduced",
    "not reduced compared with the other side",
    "present",
    "normal",
)
_ABNORMAL = (LOST, REDUCED)
_WORDS = {"reduced": REDUCED, "decreased": REDUCED, "low": REDUCED, "small": REDUCED}
_WORDS |= {"present": PRESENT, "preserved": NORMAL}
_STATES = {"no_response": LOST, "normal": NORMAL}
_SENSORY_KINDS = {EQUAL: "snap_equal", PRESENT: "snap_present"}
NO_VERDICT = (
    "an amplitude alone cannot be judged as normal or reduced: there is no other side to compare"
)


@dataclass
class Response:
    """The recording of one nerve on one side at one site; ``words`` is the verdict so far."""

    row: AmplitudeRow
    numbers: list[int] = field(default_factory=list)
    words: str = ""
    detail: str = ""


def sensory_evidence(rows: Iterable[SensoryRow]) -> Iterator[Finding | Symmetric | Unused]:
    """Yield the findings, symmetric findings and unused rows of sensory conduction."""
    yield from _evidence(rows, "sensory")


def motor_evidence(rows: Iterable[MotorRow]) -> Iterator[Finding | Symmetric | Unused]:
    """Yield the findings, symmetric findings and unused rows of motor conduction."""
    yield from _evidence(rows, "motor")


def _evidence(rows: Iterable[AmplitudeRow], kind: str) -> Iterator[Finding | Symmetric | Unused]:
    table = f"{kind}_conduction"
    places: dict[tuple[str | None, ...], dict[str, list[tuple[int, AmplitudeRow]]]] = {}
    for number, row in enumerate(rows):
        reason = _unplaced(row, kind)
        if reason:
            yield _unused(table, number, row, reason)
            continue
        for side in sides_of(row):
            places.setdefault(_place(row), {}).setdefault(side, []).append((number, row))
    for place in sorted(places, key=str):
        yield from _of_place(places[place], kind, table)


def _place(row: AmplitudeRow) -> tuple[str | None, ...]:
    names = ["nerve", "stimulation_site", "recording_site", "condition", "technique"]
    names.append("amplitude_convention")
    return (visit_key(row), *(getattr(row, name, "") for name in names))


def _unplaced(row: AmplitudeRow, kind: str) -> str:
    """Return why a row cannot be used; "" if it can."""
    if kind == "sensory" and row.nerve not in SENSORY_PATHS:
        return "its nerve and roots are not in the catalogue"
    if kind == "motor" and not recorded_muscle(row):
        return "the recording muscle is not known"
    return "" if sides_of(row) else "the side is not stated"


def recorded_muscle(row: AmplitudeRow) -> str | None:
    """Return the muscle named as the recording site, else the nerve's usual muscle.

    Returns None if neither is known or the nerve is not in the catalogue.
    """
    if row.nerve not in nerves.BY_ID:
        return None
    usual = nerves.recording_muscles(row.nerve)
    named = lookup.find("muscles", row.recording_site) if row.recording_site else None
    return named or (usual[0] if usual else None)


def _of_place(
    by_side: Mapping[str, Sequence[tuple[int, AmplitudeRow]]], kind: str, table: str
) -> Iterator[Finding | Symmetric | Unused]:
    """Yield the evidence from one nerve at one site, on one or both sides."""
    found = {side: _read(rows, kind) for side, rows in by_side.items()}
    _compare(found, kind)
    words = [response.words for response in found.values()]
    if len(found) == 2 and set(words) <= set(_ABNORMAL):
        yield _symmetric(found, kind, table)
        return
    for side, response in found.items():
        if response.words and not (kind == "motor" and response.words == PRESENT):
            yield _finding(side, response, kind, table)
        else:
            reason = NO_VERDICT if response.words == PRESENT else response.detail or NO_VERDICT
            yield from (_unused(table, n, response.row, reason) for n in response.numbers)


def _read(rows: Sequence[tuple[int, AmplitudeRow]], kind: str) -> Response:
    """Return the Response of one side: that of the most abnormal row, with all row numbers."""
    read = [_read_one(number, row, kind) for number, row in rows]
    rank = {LOST: 0, REDUCED: 1, PRESENT: 2, NORMAL: 3}
    first = min(read, key=lambda one: (rank.get(one.words, 4), one.detail))
    first.numbers = sorted(number for one in read for number in one.numbers)
    return first


def _read_one(number: int, row: AmplitudeRow, kind: str) -> Response:
    value = _amplitude(row, kind)
    found = Response(row, [number])
    if value is None:
        found.detail = "no amplitude is recorded"
    elif value.state is not None:
        found.words = _STATES.get(value.state, "")
        found.detail = "" if found.words else value.printed
    elif value.word is not None:
        found.words = _WORDS.get(value.word.casefold(), "")
        found.detail = "" if found.words else value.word
    elif value.text is not None:
        found.detail = f"not recognised: {value.printed}"
    elif printed := reported(value):
        if printed and printed.drop is not None and value.of == OTHER.get(row.side):
            _judge(found, printed, kind)
        else:
            found.detail = f"{value.printed} is not a ratio to the other side"
    else:
        found.words, found.detail = PRESENT, value.printed
    return found


def _amplitude(row: AmplitudeRow, kind: str) -> Value | None:
    value: Value | None = getattr(row, "amplitude_mv" if kind == "motor" else "amplitude_uv")
    return value


def _judge(response: Response, found: Ratio, kind: str) -> None:
    """Set the verdict by the nerve's limit: REDUCED, EQUAL, or "" if the limits disagree."""
    row = response.row
    assert found.drop is not None
    convention = amplitude_convention(getattr(row, "amplitude_convention", ""))
    rows = asymmetry.candidates(row.nerve, kind, row.recording_site, convention)
    verdict = judge_by_rows(rows, found.drop, row)
    share = f"{found.percent}% of the other side, {found.origin}: drop {found.drop}%"
    if verdict.row is not None:
        response.words = REDUCED if verdict.outcome == "beyond" else EQUAL
        sign = ">" if verdict.outcome == "beyond" else "≤"
        response.detail = f"{share} {sign} {verdict.row.limit}%"
    else:
        known = {"beyond": REDUCED, "within": EQUAL}
        response.words, response.detail = known.get(verdict.outcome, ""), share


def _compare(found: Mapping[str, Response], kind: str) -> None:
    """Judge each side by comparison with the other, if both have an amplitude and no verdict."""
    if set(found) != set(SIDES) or any(one.words != PRESENT for one in found.values()):
        return
    for side in SIDES:
        own, other = found[side], found[OTHER[side]]
        computed = ratio(_amplitude(own.row, kind), _amplitude(other.row, kind))
        if computed:
            _judge(own, computed, kind)


def _finding(side: str, response: Response, kind: str, table: str) -> Finding:
    sensory = kind == "sensory"
    row = response.row
    return Finding(
        _SENSORY_KINDS.get(response.words, "snap") if sensory else "cmap",
        side,
        response.words in _ABNORMAL,
        f"{kind} response {response.words}",
        "nerves",
        row.nerve,
        table,
        tuple(response.numbers),
        response.detail,
        ("nerves", row.nerve) if sensory else ("muscles", str(recorded_muscle(row))),
        visit_key(row),
    )


def _symmetric(found: Mapping[str, Response], kind: str, table: str) -> Symmetric:
    words = [found[side].words for side in SIDES]
    rows = tuple(sorted({number for one in found.values() for number in one.numbers}))
    row = found["left"].row
    merged = " and ".join(dict.fromkeys(words))
    return Symmetric(
        kind, f"{kind} response {merged}", "nerves", row.nerve, table, rows, visit=visit_key(row)
    )


def _unused(table: str, number: int, row: AmplitudeRow, reason: str) -> Unused:
    label = lookup.label("nerves", row.nerve)
    return Unused(table, number, label, reason, visit_key(row), str(row.side))

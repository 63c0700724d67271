"""Everything computed from a conduction study: velocities, sides, segments and limits.

`as_data` returns JSON-serialisable data for the case document: measured and computed values are
strings, rows are identified by table and index, and each limit is listed once. Verdicts of a team's
own sets are left out, because those sets are not part of a case.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from patients.catalogue.recording_sites import is_proximal
from patients.catalogue.reference_limits import Limit, LimitSet, built_in
from patients.catalogue.time_words import UNIT_WORDS
from patients.language.chronology import DAYS
from patients.reasoning.asymmetry import DropVerdict, Pair, judge_drop, side_pairs
from patients.reasoning.asymmetry import symmetric_sensory as find_symmetric
from patients.reasoning.between_sites import NerveSegment, segments
from patients.reasoning.conduction import Velocity
from patients.reasoning.measured import nerves_of
from patients.reasoning.reference import Verdict, judge
from patients.tables.conduction import SideToSide, compare_sides, compute_velocities, sites

TABLES = ("motor_conduction", "sensory_conduction", "late_responses")
AMPLITUDES = (
    ("motor_conduction", "motor", "amplitude_mv", "mV"),
    ("sensory_conduction", "sensory", "amplitude_uv", "µV"),
)


@dataclass(frozen=True)
class Drop:
    """One side as a percentage of the other, reported or computed, with its verdict.

    `verdict` is None at a proximal site, because the limits are for the most distal site, and if
    the ratio has no drop because only a bound is stated.
    """

    row: object
    side_to_side: SideToSide
    verdict: DropVerdict | None


@dataclass(frozen=True)
class ConductionReasoning:
    """The results for one conduction study.

    `places` is {id() of a row: (table, index)}; `pairs` contains motor and sensory pairs.
    `symmetric_sensory` are the pairs that show a symmetric loss of sensory responses, () if there
    is none.
    """

    velocities: tuple[tuple[object, Velocity], ...]
    drops: tuple[Drop, ...]
    pairs: tuple[Pair, ...]
    symmetric_sensory: tuple[Pair, ...]
    segments: tuple[NerveSegment, ...]
    verdicts: tuple[Verdict, ...]
    places: dict[int, tuple[str, int]]

    def __bool__(self):
        return bool(self.velocities or self.drops or self.pairs or self.segments or self.verdicts)

    def as_data(self) -> dict:
        """Return JSON-serialisable data."""
        verdicts = [one for one in self.verdicts if one.set is None or one.set.built_in]
        return {
            "velocities": [self.velocity_data(*one) for one in self.velocities],
            "between_sides": [self.drop_data(one) for one in self.drops if one.verdict],
            "side_pairs": [self.pair_data(one) for one in self.pairs],
            "symmetric_sensory": [self.pair_data(one) for one in self.symmetric_sensory],
            "between_sites": [one for segment in self.segments for one in self.changes(segment)],
            "verdicts": [self.verdict_data(one) for one in verdicts],
            "reference": set_data(verdicts),
        }

    def place(self, row):
        table, number = self.places[id(row)]
        return {"table": table, "row": number}

    def velocity_data(self, row, speed):
        return self.place(row) | {"m_s": str(speed.m_s), "formula": speed.formula}

    def drop_data(self, drop):
        verdict = drop.verdict
        return self.place(drop.row) | {
            "origin": drop.side_to_side.ratio.origin,
            "drop_percent": str(verdict.drop),
            "outcome": verdict.outcome,
            **({"limit": limit_of_drop(verdict.row)} if verdict.row else {}),
            **({"beyond_by": str(verdict.margin)} if verdict.outcome == "beyond" else {}),
            "recording_site_assumed": verdict.assumed,
            "others": [
                limit_of_drop(row) | {"outcome": outcome} for row, outcome in verdict.others
            ],
        }

    def pair_data(self, pair):
        table, left = self.places[id(pair.left)]
        return {
            "table": table,
            "left": left,
            "right": self.places[id(pair.right)][1],
            "nerve": pair.left.nerve,
            "finding": pair.finding,
        }

    def changes(self, segment):
        """Yield the data of each measure compared along a segment."""
        place = self.place(segment.proximal) | {"distal_row": self.places[id(segment.distal)][1]}
        for change in segment.changes:
            key = "increase_percent" if change.measure == "duration" else "drop_percent"
            number = {key: str(change.percent), "formula": change.formula}
            yield (
                place
                | {"measure": change.measure}
                | (number if change else {"reason": change.reason})
            )

    def verdict_data(self, verdict):
        measured = verdict.measured
        return self.place(measured.row) | {
            "parameter": verdict.limit.parameter if verdict.limit else list(measured.parameters),
            "value": measured.printed,
            "origin": measured.origin,
            "outcome": verdict.outcome,
            **({"limit": verdict.limit.number} if verdict.limit else {}),
            **(
                {"candidates": [x.number for x in verdict.candidates]} if verdict.candidates else {}
            ),
            **({"not_stated": list(verdict.not_stated)} if verdict.not_stated else {}),
        }


def conduction_reasoning(record, sets: Sequence[LimitSet] = ()) -> ConductionReasoning:
    """Return the results for a record's conduction study; without `sets`, use the built-in set."""
    rows = {key: record.rows[key] for key in TABLES}
    every = [row for key in TABLES for row in rows[key]]
    age = age_in_years(record.case.age_at_presentation)
    drops = tuple(find_drops(rows, age))
    beyond = frozenset(
        id(drop.row) for drop in drops if drop.verdict and drop.verdict.outcome == "beyond"
    )
    pairs = {
        kind: side_pairs(sites(rows[key]).values(), name, unit)
        for key, kind, name, unit in AMPLITUDES
    }
    return ConductionReasoning(
        velocities=tuple(find_velocities(rows)),
        drops=drops,
        pairs=(*pairs["motor"], *pairs["sensory"]),
        symmetric_sensory=find_symmetric(pairs["sensory"], beyond),
        segments=segments(nerves_of(rows["motor_conduction"])),
        verdicts=judge(every, tuple(sets) or (built_in(),), age, str(record.patient.sex)),
        places={id(row): (key, n) for key in TABLES for n, row in enumerate(rows[key])},
    )


def find_velocities(rows):
    for key in TABLES[:2]:
        found = compute_velocities(rows[key]) if rows[key] else {}
        yield from ((row, found[id(row)]) for row in rows[key] if id(row) in found)


def find_drops(rows, age):
    nerves = nerves_of(rows["motor_conduction"])
    distal = {id(same[0]) for same in nerves if len(same) > 1 or is_distal(same[0])}
    for key, kind, _name, _unit in AMPLITUDES:
        ratios = compare_sides(rows[key])
        for row in rows[key]:
            if id(row) in ratios:
                found = ratios[id(row)]
                judged = kind == "sensory" or id(row) in distal
                yield Drop(row, found, judge_drop(row, found.ratio, kind, age) if judged else None)


def is_distal(row):
    """Return whether a nerve's only row may be at its most distal site: limits apply only there."""
    return not is_proximal(row.stimulation_site)


def age_in_years(age):
    """Return an age in years; None if it is not a plain number with a known unit."""
    unit = age and UNIT_WORDS.get(age.unit or "years")
    if not unit or age.kind != "number" or age.comparator:
        return None
    return age.decimal() if unit == "years" else int(float(age.decimal()) * years(unit))


def years(unit):
    return float(DAYS[unit] / DAYS["years"])


def limit_of_drop(row):
    return {"id": row.id, "percent": row.limit, "source": row.source}


def set_data(verdicts):
    """Return the verdicts' set as data, with the limits they name; {} if no verdict has a set."""
    named = {
        limit.number: limit_data(limit)
        for one in verdicts
        for limit in (*one.candidates, *([one.limit] if one.limit else ()))
    }
    found = next((one.set for one in verdicts if one.set), None)
    if found is None:
        return {}
    return {
        "name": found.name,
        "version": found.version,
        "source": found.source,
        "approved_by_a_clinician": False,
        "limits": [named[number] for number in sorted(named)],
    }


def limit_data(limit: Limit) -> dict:
    return {
        "number": limit.number,
        "nerve": limit.nerves[0],
        "recording_site": limit.recording_site,
        "parameter": limit.parameter,
        "limit": limit.printed,
        "technique": limit.technique,
        "source": limit.source,
        "confidence": limit.confidence,
    }

"""The results of a conduction study as text: groups of lines for the case page and the report.

Left and right share a line if they are equal. A verdict has a symbol and text; its `because`
names the row and the source of the limit.
"""

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.catalogue import asymmetry, conduction_parameters
from patients.models import MotorConduction, Side
from patients.models.wording import side_words
from patients.reasoning import reference
from patients.tables.columns import label

NO_CRITERION = gettext_lazy("no criterion with a cited source")
SYMBOLS = {"beyond": "▲", "within": "○"}  # shown with text; other outcomes have a dash
OUTCOMES = {
    reference.WITHIN: gettext_lazy("within the limit"),
    reference.BEYOND: gettext_lazy("beyond the limit"),
    reference.NO_AGE: gettext_lazy("no limit for this age"),
    reference.AGE_UNKNOWN: gettext_lazy("age not known"),
    reference.NO_PERSON: gettext_lazy("no limit for this sex or height"),
    reference.PERSON_UNKNOWN: gettext_lazy("sex or height not known"),
    reference.NO_REFERENCE: gettext_lazy("no limit for this measurement"),
    reference.TECHNIQUE: gettext_lazy("technique differs from that of the limits"),
    reference.SITE_UNKNOWN: gettext_lazy("recording site not stated, so not compared with a limit"),
    reference.STIMULATION_UNKNOWN: gettext_lazy(
        "stimulation site not stated, so not compared with a limit"
    ),
    reference.SEVERAL: gettext_lazy("several limits could apply, so not compared"),
    "open": gettext_lazy("the limits that could apply disagree"),
}
NOT_STATED = {
    "technique": gettext_lazy("technique"),
    "temperature": gettext_lazy("temperature"),
    "distance": gettext_lazy("distance"),
    "convention": gettext_lazy("how the amplitude is measured (onset to peak or peak to peak)"),
}
CHANGES = {
    "amplitude": gettext_lazy("drop in amplitude"),
    "area": gettext_lazy("drop in area"),
    "duration": gettext_lazy("increase in duration"),
}
REASONS = {
    "absent_proximal": gettext_lazy("not computed: no response at the proximal site"),
    "absent_distal": gettext_lazy("not computed: no response at the distal site"),
    "no_number": gettext_lazy("not computed: both values must be numbers"),
    "zero": gettext_lazy("not computed: the value at the distal site is 0"),
}
PAIRS = {
    "absent_both": gettext_lazy("absent on both sides"),
    "absent_one": gettext_lazy("absent on one side"),
    "equal": gettext_lazy("equal on both sides"),
    "differ": gettext_lazy("present on both sides"),
}


@dataclass(frozen=True)
class Because:
    """A reason as translated text; for a limit, also its row and source, not translated."""

    words: str
    row: str = ""
    source: str = ""


@dataclass(frozen=True)
class VerdictLine:
    """One result with its verdict as text.

    `outcome` is "beyond" or "within", or "" for any other verdict.
    """

    nerve: str
    side: str
    where: str
    visit: str
    what: str
    result: str
    verdict: str
    outcome: str = ""
    formula: str = ""
    because: tuple[Because, ...] = ()

    @property
    def symbol(self):
        return SYMBOLS.get(self.outcome, "–")


@dataclass(frozen=True)
class Group:
    """Lines of one kind under a title, with notes on all of them."""

    key: str
    title: str
    lines: tuple[VerdictLine, ...]
    notes: tuple[str, ...] = ()


def conduction_groups(reasoning) -> tuple[Group, ...]:
    """Return the groups of a ConductionReasoning that have lines."""
    groups = (
        Group(
            "conduction-sides",
            _("Side-to-side comparison"),
            merge([*map(drop_line, reasoning.drops), *pair_lines(reasoning.pairs)]),
            symmetric_notes(reasoning.symmetric_sensory),
        ),
        Group(
            "conduction-sites",
            _("Comparison between stimulation sites"),
            merge([*velocity_lines(reasoning), *change_lines(reasoning.segments)]),
        ),
        Group(
            "conduction-limits",
            _("Comparison with reference limits"),
            merge(map(verdict_line, without_redundant(reasoning.verdicts))),
            limit_notes(reasoning.verdicts),
        ),
    )
    return tuple(group for group in groups if group.lines)


def merge(lines):
    """Return lines sorted by visit; lines that differ only in side or reasons are merged."""
    found = {}
    for line in lines:
        found.setdefault(replace(line, side="", because=()), []).append(line)
    merged = [joined(line, same) for line, same in found.items()]
    visits = list(dict.fromkeys(line.visit for line in merged))
    return tuple(sorted(merged, key=lambda line: visits.index(line.visit)))


def joined(line, same):
    """Return `line` with the sides and reasons of the lines in `same`."""
    sides = list(dict.fromkeys(one.side for one in same))
    if set(sides) == {str(Side.LEFT.label), str(Side.RIGHT.label)}:
        sides = [str(Side.BOTH.label)]
    reasons = dict.fromkeys(reason for one in same for reason in one.because)
    return replace(line, side=", ".join(sides), because=tuple(reasons))


def start(row, where="", side=None):
    """Return the fields that every line has: the nerve, side, sites and visit of its row."""
    return {
        "nerve": label(row, "nerve"),
        "side": side_words(side or row.side),
        "where": where or " · ".join(filter(None, (row.stimulation_site, row.recording_site))),
        "visit": row.visit.label if row.visit else "",
    }


# Between the sides


def drop_line(drop):
    ratio, verdict = drop.side_to_side.ratio, drop.verdict
    of = side_words(drop.side_to_side.of)
    text = _("%(percent)s%% of the %(side)s side, computed")
    if ratio.origin == "reported":
        text = _("%(percent)s%% of the %(side)s side, as reported")
    result = text % {"percent": f"{ratio.percent:f}", "side": of}
    if ratio.drop is not None:
        result = _("%(ratio)s; drop %(drop)s%%") % {"ratio": result, "drop": f"{ratio.drop:f}"}
    return VerdictLine(
        **start(drop.row),
        what=_("amplitude"),
        result=result,
        verdict=drop_text(verdict) if verdict else no_drop_text(ratio),
        outcome=verdict.outcome if verdict and verdict.outcome in SYMBOLS else "",
        formula=ratio.formula or drop_formula(ratio),
        because=drop_reasons(verdict) if verdict else (),
    )


def drop_formula(ratio):
    """Return the formula of the drop for a reported ratio, which has no formula of its own."""
    return "" if ratio.drop is None else f"100 − {ratio.percent:f} = {ratio.drop:f}%"


def drop_text(verdict):
    words = str(OUTCOMES[verdict.outcome])
    if verdict.row is None:
        return words
    facts = {"words": words, "limit": verdict.row.limit, "by": verdict.margin}
    if verdict.outcome == "beyond":
        return _("%(words)s of %(limit)s%%, by %(by)s percentage points") % facts
    return _("%(words)s of %(limit)s%%") % facts


def no_drop_text(ratio):
    if ratio.drop is None:
        return _("not compared with a limit, because only a bound is stated")
    return _("the limits apply only to the most distal site")


def drop_reasons(verdict):
    found = []
    if verdict.row is not None:
        words = _("limit for the drop in amplitude")
        if verdict.assumed:
            words = _(
                "limit for the drop in amplitude; recording site not stated, so this row is assumed"
            )
        found.append(drop_reason(words, verdict.row))
    for row, outcome in verdict.others:
        found.append(drop_reason(_("or: %s") % OUTCOMES[outcome], row))
    return tuple(found)


def drop_reason(words, row):
    if row is asymmetry.GENERAL:
        words = _("%s; standard teaching, not verified") % words
    return Because(words, f"{row.label}: {row.limit}%", row.source)


def pair_lines(pairs):
    """Yield lines for the pairs with no response on one side or both."""
    for pair in pairs:
        if pair.finding.startswith("absent"):
            side = Side.BOTH if pair.finding == "absent_both" else absent_side(pair)
            yield VerdictLine(
                **start(pair.left, side=side),
                what=_("amplitude"),
                result=_("no response"),
                verdict=_("%s: ratio not computed") % PAIRS[pair.finding],
            )


def absent_side(pair):
    name = "amplitude_mv" if isinstance(pair.left, MotorConduction) else "amplitude_uv"
    return Side.LEFT if getattr(pair.left, name).state else Side.RIGHT


def symmetric_notes(pairs):
    if not pairs:
        return ()
    named = "; ".join(f"{label(pair.left, 'nerve')}: {PAIRS[pair.finding]}" for pair in pairs)
    text = _("This is a symmetric sensory finding (%(named)s): it does not favour either side.")
    return (text % {"named": named},)


# Between stimulation sites


def velocity_lines(reasoning):
    below = {id(one.proximal): one.distal for one in reasoning.segments}
    for row, speed in reasoning.velocities:
        distal = below.get(id(row))
        yield VerdictLine(
            **start(row, between(distal, row) if distal else ""),
            what=_("velocity, computed"),
            result=f"{speed.m_s} m/s",
            verdict=printed_velocity(row),
            formula=speed.formula,
        )


def printed_velocity(row):
    value = row.velocity_m_s
    if value is None:
        return ""
    return _("recorded: %s") % (value.printed if value.unit else f"{value.printed} m/s")


def between(distal, proximal):
    sites = (distal.stimulation_site, proximal.stimulation_site)
    return " → ".join(site or "?" for site in sites)


def change_lines(segments):
    for segment in segments:
        for change in segment.changes:
            yield VerdictLine(
                **start(segment.proximal, between(segment.distal, segment.proximal)),
                what=str(CHANGES[change.measure]),
                result=f"{change.percent}%" if change else str(REASONS[change.reason]),
                verdict=change_verdict(segment.proximal, change),
                formula=change.formula,
            )


def change_verdict(row, change):
    """Return "no criterion" for a computed change, and the block or dispersion as reported."""
    name = "temporal_dispersion" if change.measure == "duration" else "conduction_block"
    stated = getattr(row, name)
    words = str(NO_CRITERION) if change else ""
    if stated is None:
        return words
    reported = _("reported: %s") % stated.printed
    return f"{words}; {reported}" if words else reported


# Compared with limits


def without_redundant(verdicts):
    """Yield the verdicts, but NO_REFERENCE only once per value, and only if every set gives it."""
    judged = {id(one.measured) for one in verdicts if one.outcome != reference.NO_REFERENCE}
    seen = set()
    for one in verdicts:
        if one.outcome == reference.NO_REFERENCE:
            if id(one.measured) in judged | seen:
                continue
            seen.add(id(one.measured))
        yield one


def verdict_line(verdict):
    measured = verdict.measured
    words = str(OUTCOMES[verdict.outcome])
    if verdict.limit:
        words = f"{words} ({verdict.limit.printed})"
    return VerdictLine(
        **start(measured.row),
        what=parameter_label(verdict),
        result=measured.printed,
        verdict=words,
        outcome=verdict.outcome if verdict.outcome in SYMBOLS else "",
        formula=measured.formula,
        because=tuple(verdict_reasons(verdict)),
    )


def parameter_label(verdict):
    names = verdict.measured.parameters
    name = verdict.limit.parameter if verdict.limit else names[-1] if names else ""
    row = conduction_parameters.BY_ID.get(name)
    words = _(row.label) if row else _("conduction velocity")
    if verdict.measured.origin == "computed":
        return _("%s, computed") % words
    return words


def verdict_reasons(verdict):
    limits = (verdict.limit,) if verdict.limit else verdict.candidates
    for limit in limits:
        words = set_text(verdict.set, limit)
        yield Because(words, limit_text(limit), limit.source)
    if verdict.not_stated:
        named = ", ".join(str(NOT_STATED[name]) for name in verdict.not_stated)
        yield Because(_("Not stated in the study: %s.") % named)


def set_text(found, limit):
    facts = {"version": found.version, "line": limit.number}
    if found.built_in:
        text = _("Built-in set, version %(version)s, line %(line)s; not approved by a clinician")
        return text % facts
    return _("The team's set “%(name)s”, version %(version)s, line %(line)s") % (
        facts | {"name": found.name}
    )


def limit_text(limit):
    ages = f"{limit.age_min}–{limit.age_max}" if limit.age_max else f"≥ {limit.age_min}"
    site, parameter = limit.recording_site, limit.parameter.replace("_", " ")
    parts = (f"{parameter} {limit.printed}", site, limit.technique, f"{ages} y", limit.sex)
    return "; ".join(filter(None, parts))


def limit_notes(verdicts):
    if not verdicts:
        return ()
    return (
        _(
            "Limits describe a population: a value within a limit does not exclude nerve disease, "
            "and a value beyond it does not prove it. The comparison neither confirms nor "
            "contradicts the authors' interpretation."
        ),
    )

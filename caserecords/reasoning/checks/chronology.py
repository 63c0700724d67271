"""Rules about contradictory times, and about rows that depend on an undated event."""

from decimal import Decimal
from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from caserecords.reasoning.checks.finding import CONTRADICTION, DOUBT, GAP, CheckFinding, Rule
from caserecords.reasoning.row_references import refer_to_rows, row_label
from patients.language.chronology import resolve
from patients.language.day_words import range_text
from patients.language.placement import Placement
from patients.language.sequence import with_two_times
from patients.models import Event
from patients.record.computed import resolve_days
from patients.record.document import key_fields
from patients.record.kinds import by_key
from patients.tables.course import in_days

ENDS = {"symptoms": ("onset", "peak", "end"), "treatments": ("start", "end")}
TOLERANCE = Decimal(1)  # days; a duration may or may not include the last day


def days_of(record):
    """Return {key: Resolved} for events with a known day, or earliest or latest possible day."""
    return {
        key: found
        for key, found in resolve_days(record).items()
        if (found.low, found.high) != (None, None)
    }


def is_before(days, one, other):
    """Return whether one event is certainly before another, even if their days are not exact.

    Returns False if their order is not known.
    """
    first, second = days.get(one.key), days.get(other.key)
    if not first or not second or first.high is None or second.low is None:
        return False
    return first.high < second.low


def ends_before_start(record):
    """A symptom or treatment whose times are out of order, such as an end before its start."""
    days = days_of(record)
    for table, names in ENDS.items():
        for row in record.rows[table]:
            events = [event for event in (getattr(row, name) for name in names) if event]
            for earlier, later in pairwise(events):
                if is_before(days, later, earlier):
                    values = {
                        "what": row_label(row),
                        "later": later.label,
                        "earlier": earlier.label,
                    }
                    message = _("%(what)s: “%(later)s” is dated before “%(earlier)s”.")
                    yield CheckFinding(
                        message % values,
                        refer_to_rows(record, [row, later, earlier]),
                        (table, str(row), *order(days, later, earlier)),
                    )


def order(days, *events):
    return [(event.label, days[event.key].low, days[event.key].high) for event in events]


def follow_up_before_treatment(record):
    """A follow-up before the start of every treatment."""
    days = days_of(record)
    starts = [row.start for row in record.treatments if row.start]
    starts += [event for event in record.events if event.kind == "treatment_start"]
    for event in record.events:
        early = starts and all(is_before(days, event, start) for start in starts)
        if event.kind == "follow_up" and early:
            message = _("“%(event)s” is a follow-up, but it is dated before every treatment.")
            yield CheckFinding(
                message % {"event": event.label},
                refer_to_rows(record, [event, *starts]),
                tuple(order(days, event, *starts)),
            )


def duration_against_events(record):
    """A treatment whose duration differs from the time between its start and end."""
    for row in record.treatments:
        stated, span = in_days(row.duration), days_between(record, row.start, row.end)
        if stated is None or span is None or abs(stated - span) <= TOLERANCE:
            continue
        values = {"agent": row.agent, "duration": row.duration.printed, "days": f"{span:f}"}
        message = ngettext(
            "%(agent)s: the duration is %(duration)s, but start and end are %(days)s day apart.",
            "%(agent)s: the duration is %(duration)s, but start and end are %(days)s days apart.",
            int(span),
        )
        yield CheckFinding(
            message % values,
            refer_to_rows(record, [row, row.start, row.end]),
            (row.agent, row.duration.printed, str(span)),
        )


def days_between(record, start, end):
    """Return the number of days between two events, or None if it is not known exactly.

    If the start is undated, the end may still be dated relative to it.
    """
    if start is None or end is None:
        return None
    placements = {event.key: event.placement for event in record.events if event.placement}
    if start.key not in placements or end.key not in placements:
        return None
    days = resolve_days(record)
    if placements[start.key].how == "unknown":
        days = resolve(counted_from(placements, start.key))
    first, last = days[start.key], days[end.key]
    exact = first.day is not None and last.day is not None and first.exact and last.exact
    return Decimal(last.day - first.day) if exact else None


def counted_from(placements, key):
    """Return the placements with this event as the index event, so that offsets from it resolve."""
    others = {
        name: Placement("unknown") if one.how == "index" else one
        for name, one in placements.items()
    }
    return others | {key: Placement("index", precision="day")}


def visits_out_of_order(record):
    """Visits not listed in chronological order, which would reverse the changes between them."""
    days = days_of(record)
    placed = [visit for visit in record.visits if visit.event]
    for earlier, later in pairwise(placed):
        if is_before(days, later.event, earlier.event):
            values = {"later": later.label, "earlier": earlier.label}
            yield CheckFinding(
                _("“%(later)s” is listed after “%(earlier)s”, but happened before it.") % values,
                refer_to_rows(record, [later, earlier, later.event, earlier.event]),
                tuple(order(days, later.event, earlier.event)),
            )


def events_without_time(record):
    """An undated event that other rows refer to."""
    placed = days_of(record)
    used = users_of_events(record)
    for event in record.events:
        unknown = event.placement is None or event.placement.how == "unknown"
        if unknown and event.key not in placed and event.key in used:
            yield CheckFinding(
                _("The time of “%(event)s” is not known, but other rows refer to it.")
                % {"event": event.label},
                refer_to_rows(record, [event, *used[event.key]]),
                (event.label,),
            )


def times_not_recognised(record):
    """An event whose time is kept as written, because it is not recognised."""
    for event in record.events:
        if event.placement and event.placement.how == "text":
            values = {"event": event.label, "text": event.placement.text}
            yield CheckFinding(
                _("The time of “%(event)s” is not recognised: “%(text)s”.") % values,
                refer_to_rows(record, [event]),
                (event.label, event.placement.text),
            )


def contradicting_times(record):
    """An event whose date is not the day that its offset or age gives."""
    labels = {event.key: event.label for event in record.events}
    for event, stated, dated in with_two_times(record.events, record.case):
        values = {"event": event.label, "time": event.placement.printed(labels)}
        values |= {"stated": range_text(stated), "dated": range_text(dated)}
        message = _("“%(event)s” (%(time)s): the date is %(dated)s, the other time %(stated)s.")
        yield CheckFinding(
            message % values,
            refer_to_rows(record, [event]),
            (event.label, values["time"], dated.low, dated.high),
        )


def events_by_table():
    """Return {document key: names of the fields that refer to an event}."""
    found = {
        key: tuple(name for name, target in key_fields(model) if target is Event)
        for key, model in by_key().items()
    }
    return {key: names for key, names in found.items() if names}


def users_of_events(record):
    """Return {event key: rows that refer to it}."""
    found = {}
    for table, names in {**ENDS, **events_by_table()}.items():
        for row in record.rows[table]:
            for event in filter(None, (getattr(row, name) for name in names)):
                found.setdefault(event.key, []).append(row)
    for event in record.events:
        for key in anchors(event):
            found.setdefault(key, []).append(event)
    return found


def anchors(event):
    """Return the keys of the events that the time of an event refers to."""
    placement = event.placement
    return list(filter(None, (placement.anchor, placement.anchor_high))) if placement else []


RULES = (
    Rule(
        "event-two-times",
        CONTRADICTION,
        gettext_lazy("Date of an event contradicts its offset or age"),
        gettext_lazy("Correct the date, the offset or the date of day 0."),
        contradicting_times,
    ),
    Rule(
        "end-before-start",
        CONTRADICTION,
        gettext_lazy("Peak or end before the onset or start"),
        gettext_lazy("Correct the time of one of the events."),
        ends_before_start,
    ),
    Rule(
        "visits-order",
        CONTRADICTION,
        gettext_lazy("Visits not in chronological order"),
        gettext_lazy("Correct the time of the visit's event, or the order of the visits."),
        visits_out_of_order,
    ),
    Rule(
        "duration-events",
        CONTRADICTION,
        gettext_lazy("Treatment duration does not match its start and end"),
        gettext_lazy("Correct the duration, or the time of the start or end."),
        duration_against_events,
    ),
    Rule(
        "follow-up-order",
        DOUBT,
        gettext_lazy("Follow-up before the start of treatment"),
        gettext_lazy("Correct the time of the follow-up or of the treatment."),
        follow_up_before_treatment,
    ),
    Rule(
        "event-without-time",
        GAP,
        gettext_lazy("Undated event that other rows refer to"),
        gettext_lazy("Enter the time of the event. If only its order is known, accept this."),
        events_without_time,
    ),
    Rule(
        "time-not-recognised",
        GAP,
        gettext_lazy("Event time not recognised"),
        gettext_lazy(
            "Enter a time, such as 5 days before weakness. If none is known, accept this."
        ),
        times_not_recognised,
    ),
)

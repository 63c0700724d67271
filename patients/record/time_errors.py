"""What is wrong with the times of the events in a record that is read from a document."""

from django.utils.translation import gettext as _

from patients.language.chronology import first_in_cycle
from patients.language.when import parse_when
from patients.record.computed import compute_basics
from patients.record.conversion import error_message


def list_time_errors(record):
    """Return [(path, message)]: missing events, wrong texts, a cycle or two index events."""
    errors = [*missing_events(record), *wrong_texts(record)]
    if not errors:
        try:
            compute_basics(record)
        except (ValueError, ArithmeticError) as error:
            at = first_in_cycle(record.rows["events"])
            path = "events" if at is None else f"events[{at}].placement.anchor"
            errors.append((path, error_message(error)))
    return errors


def wrong_texts(record):
    """Yield (path, message) for each date whose text is that of another time."""
    for index, event in enumerate(record.rows["events"]):
        placement = event.placement
        if placement and placement.how == "date" and placement.text:
            try:
                same = parse_when(placement.text, {}) == placement
            except ValueError:
                same = False
            if not same:
                message = _("“%s” is not the text of this date. Correct the text or leave it out.")
                yield f"events[{index}].placement.text", message % placement.text


def missing_events(record):
    """Yield (path, message) for each key of an event that the record does not have."""
    keys = {event.key for event in record.rows["events"]}
    named = {"patient.age_event": record.case.age_event}
    for index, event in enumerate(record.rows["events"]):
        for name in ("anchor", "anchor_high") if event.placement else ():
            named[f"events[{index}].placement.{name}"] = getattr(event.placement, name)
    for path, key in named.items():
        if key and key not in keys:
            message = _("There is no event with the key “%s”. Add it, or change the key.")
            yield path, message % key

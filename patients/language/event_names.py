"""The events of a case by name, in a time such as "5 days before weakness"."""

import re
from collections.abc import Mapping

from django.utils.translation import gettext as _

from patients.catalogue.time_words import INDEX_NAMES
from patients.language.placement import plain

Events = Mapping[str, str]  # labels and keys of the other events to their keys


class NotATime(ValueError):
    """The text is not a time, so it can only be kept as written; `hint` says what is missing."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class UnknownEvent(NotATime):
    """The text names no event, or several."""


def names_of(events: Events) -> dict[str, str]:
    """Return {casefolded label or key: key}; a key takes precedence over another event's label."""
    names = {plain(name).casefold(): key for name, key in events.items()}
    return names | {key.casefold(): key for key in events.values() if key}


def find_event(text: str, events: Events) -> str | None:
    """Return the key of the event with the label or key ``text``, or None for the index event.

    Upper and lower case are the same, and "the" may precede the label. Raises UnknownEvent for
    any other text: the message lists the events whose labels contain it, or all events.
    """
    names = names_of(events)
    wanted = plain(text).casefold()
    bare = re.sub(r"^the ", "", wanted).rstrip(".")
    for name in (wanted, bare):
        if name in names:
            return names[name]
    if bare in INDEX_NAMES:
        return None
    if similar := {key for name, key in names.items() if bare in name}:
        message = _('"%(text)s" could be %(events)s: enter the whole name.')
        message %= {"text": text, "events": _list(events, similar)}
        raise UnknownEvent(message, message.rstrip("."))
    hint = _('"%s" is not an event of this case') % text
    message = _("%(hint)s. Events: %(events)s.") % {"hint": hint, "events": _list(events, None)}
    raise UnknownEvent(message, hint)


def _list(events: Events, keys: set[str] | None) -> str:
    first = {key: name for name, key in reversed(list(events.items()))}
    labels = sorted(name for key, name in first.items() if keys is None or key in keys)
    return ", ".join(f'"{label}"' for label in labels) or _("none yet")

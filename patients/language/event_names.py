"""The events of a case by name, in a time such as "5 days before weakness"."""

import re
from collections.abc import Callable, Mapping

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
    """Return the key of the event whose label or key matches ``text``, or None for the index event.

    A whole name takes precedence over a prefix, and a prefix over a substring. Raises UnknownEvent
    if no event or several events match, with a list of all events or of the matching ones.
    """
    names = names_of(events)
    wanted = plain(text).casefold()
    bare = re.sub(r"^the ", "", wanted).rstrip(".")
    for name in (wanted, bare):
        if name in names:
            return names[name]
    if bare in INDEX_NAMES:
        return None
    matchers: tuple[Callable[[str, str], bool], ...] = (str.startswith, str.__contains__)
    for matches in matchers:
        keys = {names[name] for name in names if matches(name, bare)}
        if len(keys) == 1:
            return keys.pop()
        if keys:
            message = _('"%(text)s" could be %(events)s: enter more of the name.')
            message %= {"text": text, "events": _list(events, keys)}
            raise UnknownEvent(message, message.rstrip("."))
    hint = _('"%s" is not an event of this case') % text
    message = _("%(hint)s. Events: %(events)s.") % {"hint": hint, "events": _list(events, None)}
    raise UnknownEvent(message, hint)


def _list(events: Events, keys: set[str] | None) -> str:
    first = {key: name for name, key in reversed(list(events.items()))}
    labels = sorted(name for key, name in first.items() if keys is None or key in keys)
    return ", ".join(f'"{label}"' for label in labels) or _("none yet")

"""Symbols and labels for changes, shown together so that colour is never the only cue."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

OPEN = "open"  # CSS class of a change whose direction is None: not comparable
CHANGES = {
    "better": ("▲", _("better")),
    "worse": ("▼", _("worse")),
    "same": ("=", pgettext_lazy("change", "same")),
    OPEN: ("?", _("not comparable")),
}
COUNTED = {
    "better": _("%(count)s better"),
    "worse": _("%(count)s worse"),
    "same": _("%(count)s the same"),
    OPEN: _("%(count)s not comparable"),
}


def change_class(direction: str | None) -> str:
    """Return the CSS class of a direction: "better", "worse", "same" or "open"."""
    return direction if direction in CHANGES else OPEN


def change_words(direction: str | None) -> tuple[str, str]:
    """Return the (symbol, word) of a direction; None means not comparable."""
    symbol, word = CHANGES[change_class(direction)]
    return symbol, str(word)


def count_words(counts: Mapping[str | None, int]) -> str:
    """Return text such as "5 better, 2 the same" for {direction: count}; "" if there are none."""
    found = {change_class(direction): count for direction, count in counts.items()}
    return ", ".join(
        str(words) % {"count": found[name]} for name, words in COUNTED.items() if found.get(name)
    )

"""How a change reads: a symbol and a word, shown together and never by colour alone."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

OPEN = "open"  # the class of what cannot be compared, in style sheets; its direction is None
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


def change_class(direction):
    """Return the name of a direction in style sheets: "better", "worse", "same" or "open"."""
    return direction if direction in CHANGES else OPEN


def change_words(direction):
    """Return (symbol, word) of a direction; of what cannot be compared for None."""
    symbol, word = CHANGES[change_class(direction)]
    return symbol, str(word)


def count_words(counts):
    """Return "5 better, 2 the same" of {direction: count}; "" where nothing was compared."""
    found = {change_class(direction): count for direction, count in counts.items()}
    return ", ".join(
        str(words) % {"count": found[name]} for name, words in COUNTED.items() if found.get(name)
    )

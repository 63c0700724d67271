"""Compare texts regardless of accents, case and the kind of dash or apostrophe."""

import unicodedata

_DASHES = dict.fromkeys("\u2212\u2010\u2011\u2012\u2013\u2014", "-")
_APOSTROPHES = dict.fromkeys("\u2018\u2019\u02bc\u0060\u00b4", "'")
_SAME = str.maketrans(_DASHES | _APOSTROPHES)


def without_accents(text: str) -> str:
    """Return a text with its accents removed, and compatibility characters such as "²" replaced."""
    letters = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def plain(text: str) -> str:
    """Return a text in lower case, without accents, with plain dashes and single spaces."""
    return " ".join(without_accents(text.translate(_SAME).casefold()).split())

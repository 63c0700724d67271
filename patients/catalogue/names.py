"""The names of catalogue entries, and the variants in which a clinician may type them."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from patients.catalogue.letters import plain
from patients.catalogue.table import parts

# Columns with further names, in order of precedence. A muscle names a movement only as a last
# resort: "deltoid" is a muscle wherever muscles can be entered.
FURTHER = ("aliases", "muscle_names")
# British spellings, and the American ones that replace them.
_AMERICAN = {
    "ae": "e",
    "oe": "e",
    "our": "or",
    "isation": "ization",
    "fibre": "fiber",
    "metre": "meter",
    "litre": "liter",
    "titre": "titer",
    "gramme": "gram",
    "leuco": "leuko",
    "sulph": "sulf",
}
_SHORT = {"med": "medial", "lat": "lateral", "ant": "anterior", "post": "posterior"}
# The words for one action that movements and muscles are named after, by their abbreviation.
_ACTIONS = {
    "flex": ("flexion", "flexor", "flexors"),
    "ext": ("extension", "extensor", "extensors"),
    "abd": ("abduction", "abductor", "abductors"),
    "add": ("adduction", "adductor", "adductors"),
    "df": ("dorsiflexion", "dorsiflexor", "dorsiflexors"),
    "pf": ("plantarflexion", "plantarflexor", "plantarflexors"),
    "inv": ("inversion", "invertor", "invertors"),
    "ev": ("eversion", "evertor", "evertors"),
    "rot": ("rotation", "rotator", "rotators"),
    "sh": ("shoulder",),
}
_ABBREVIATED = {word: short for short, words in _ACTIONS.items() for word in words}
_BRITISH = re.compile("|".join(_AMERICAN))


def names_of(row: Any) -> list[str]:
    """Return all names of a catalogue row: label, id, aliases and further names."""
    further = [name for column in FURTHER for name in parts(getattr(row, column, ""))]
    return list(dict.fromkeys([row.label, row.id, *further]))


def as_written(text: str) -> str:
    """Return a text with single spaces, and with the micro sign that UCUM uses."""
    return " ".join(text.replace("\u03bc", "µ").split())


def as_words(text: str) -> str:
    """Return a text in lower case without accents, underscores or a final full stop."""
    return plain(text.replace("_", " ")).rstrip(".")


def as_spoken(text: str) -> str:
    """Return a text without punctuation, in American spelling and with "med" as "medial"."""
    words = re.sub(r"[-,;:'()]+", " ", as_words(text))
    american = _BRITISH.sub(lambda found: _AMERICAN[found[0]], words)
    return " ".join(_SHORT.get(word, word) for word in american.split())


def as_abbreviated(text: str) -> str:
    """Return a text as spoken, with the words for an action abbreviated: "ankle df"."""
    words = re.sub(r"\.(?!\d)", " ", as_spoken(text)).split()
    return " ".join(_ABBREVIATED.get(word, word) for word in words)


# How names are compared, strictest first: units differ by case ("mm" and "Mm").
COMPARISONS: tuple[Callable[[str], str], ...] = (
    as_written,
    as_words,
    as_spoken,
    as_abbreviated,
)


# Words of a name that add nothing to what the entry names.
_GENERIC = frozenset(
    "a and antibodies antibody anti assay in level levels muscle nerve of reflex scale score test"
    " tests the".split()
)
# Words that add something, also to a name that is shortened: "GQ1b IgG", "fasting glucose".
_QUALIFIERS = frozenset(
    "csf elisa fasting free iga ige igg igm ionized plasma random serum total urine whole".split()
)


def says_more(text: str, known: str) -> bool:
    """Return whether a name says more than the label that it stands for: "Anti-GQ1b IgG".

    It has a qualifier, such as an isotype, or all words of the label and another one.
    """
    words, label = set(as_spoken(text).split()), set(as_spoken(known).split())
    more = words - label - _GENERIC
    return bool(more & _QUALIFIERS) or (bool(more) and label <= words)


def spellings(text: str) -> Iterator[str]:
    """Yield the text, then variants without "the", a word such as "nerve", or a plural "s"."""
    yield text
    bare = re.sub(r"^the ", "", text, flags=re.IGNORECASE)
    yield bare
    without = re.sub(r" (?:nerve|muscle|reflex|score|scale)s?$", "", bare, flags=re.IGNORECASE)
    yield without
    for word in (bare, without):
        if word.endswith("s") and len(word) > 3:
            yield word[:-1]


class NameIndex:
    """Finds the ids of rows by name; a name that two rows share is ambiguous and finds nothing."""

    def __init__(self, rows: Sequence[Any]):
        tiers: list[list[tuple[str, Iterable[str]]]]
        tiers = [[(row.id, (row.label, row.id)) for row in rows]]
        for column in FURTHER:
            tiers.append([(row.id, parts(getattr(row, column, ""))) for row in rows])
        self.tables = [
            (compare, [unambiguous(compare, tier) for tier in tiers]) for compare in COMPARISONS
        ]

    def find(self, text: str, levels: int | None = None) -> str | None:
        """Return the id of the single match, or None.

        `levels` limits the names to compare: 1 for labels and ids, 2 for these and aliases.
        """
        for compare, tiers in self.tables:
            for wanted in dict.fromkeys(spellings(compare(text))):
                for ids in tiers[:levels]:
                    if wanted in ids:
                        return ids[wanted]
        return None


def unambiguous(
    compare: Callable[[str], str], tier: Iterable[tuple[str, Iterable[str]]]
) -> dict[str, str]:
    """Return {name as compared: id} of the names that belong to one row."""
    found: dict[str, set[str]] = {}
    for id, names in tier:
        for name in names:
            found.setdefault(compare(name), set()).add(id)
    return {name: next(iter(ids)) for name, ids in found.items() if len(ids) == 1 and name}

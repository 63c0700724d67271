"""Split lines whose columns are separated by single spaces, as in the text copied from a PDF.

A line is split only if there is one best way to do so; otherwise it stays whole, in one cell.
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import islice

from patients.catalogue.pasted_words import side_of, unit_of, visit_of
from patients.catalogue.value_words import STATE_WORDS
from patients.entry.pasting.headings import UNITS, PastedHeading, is_unit

VALUE, RANGE, UNIT, FLAG, TEXT = "value", "range", "unit", "flag", "text"  # kinds of words
_WORD = re.compile(r"(?:not|no) (?:tested|done|seen|recorded|response)\b|[<>≤≥~±] ?\d\S*|\S+", re.I)
_VALUE = re.compile(
    r"[<>≤≥~±]? ?[+−–-]?\d[\d.,]*(?:[+−*–-]+|%)?(?:/\d+[+−-]?)?|[0-4]?\+{1,4}|\+/[−–-]|1:\d+"
    r"|[±−–—-]|[↑↓]{1,3}|M[0-5][+−–-]?"
)
_RANGE = re.compile(r"\(?(?:\d[\d.,]*[–—−-]\d[\d.,]*|[<>≤≥] ?\d[\d.,]*)\)?")
_FLAG = re.compile(r"H{1,2}|L{1,2}|\*|▲|▼")
_STATES = {
    *STATE_WORDS, "present", "positive", "none", "full", "discrete", "brisk", "prolonged",
    "reduced", "increased", "decreased",
}  # fmt: skip
_LONGEST_HEADING = 6  # words
_MOST_READINGS = 40  # ways to read a line as headings that are tried
_MOST_WORDS = 60  # in a line that can be split


def words_of(line):
    return _WORD.findall(line)


@cache
def kind_of(word):
    """Return the kind of cell that a word can be."""
    if _RANGE.fullmatch(word):
        return RANGE
    if _VALUE.fullmatch(word) or word.casefold() in _STATES:
        return VALUE
    if _FLAG.fullmatch(word):
        return FLAG
    is_named = unit_of(word) in UNITS or not word.isalpha()
    return UNIT if is_named and is_unit(word) else TEXT


def is_result(kinds):
    """Return whether words of these kinds are one result, which may have a unit."""
    return kinds[0] in (VALUE, RANGE) and kinds[1:] in ([], [UNIT])


@dataclass(frozen=True)
class LineSplitter:
    """Splits lines by the headings above them or, without any, by the kinds of their words.

    `read` returns the PastedHeading of a text, `field_of` the column that a heading stands for,
    `is_text` whether a column has words rather than results, and `lists` whether the catalogue of a
    column has a name.
    """

    read: Callable
    field_of: Callable
    is_text: Callable
    lists: Callable

    def split(self, lines):
        """Return the rows of a text, or [] if fewer than half of its lines can be split."""
        if any(len(line.split()) > _MOST_WORDS for line in lines):
            return []
        return self.split_below_headings(lines) or split_results(lines) or split_alike(lines)

    def split_below_headings(self, lines):
        for at, line in enumerate(lines[:3]):
            ways = []
            for headings in islice(self.headings_in(line), _MOST_READINGS):
                below = [self.split_line(one, headings) for one in lines[at + 1 :]]
                ways.append((sum(len(row) > 1 for row in below), headings, below))
            count, headings, below = max(ways, key=lambda way: way[0], default=(0, (), []))
            is_known = headings and headings[0].is_known
            if below and (is_known or count * 2 >= len(below)):
                above = [self.spread(one, len(headings)) for one in lines[:at]]
                return [*above, [heading.text for heading in headings], *below]
        return []

    def headings_in(self, line):
        """Yield the ways to read a line as two or more headings; only the first can be unknown."""
        words = words_of(line)
        if not any(kind_of(word) in (VALUE, RANGE) and not visit_of(line) for word in words[-1:]):
            yield from (found for found in self.readings(words) if len(found) > 1)

    def readings(self, words):
        if not words:
            yield ()
        for length in range(min(_LONGEST_HEADING, len(words)), 0, -1):
            heading = self.read(" ".join(words[-length:]))
            if words[-length][0] not in "([" and heading.is_known and heading.is_label:
                yield from ((*before, heading) for before in self.readings(words[:-length]))
        if words and not self.read(words[-1]).is_label:
            yield (PastedHeading(" ".join(words), rest=" ".join(words)),)

    def spread(self, line, width):
        """Return the row of a line of headings that are each above several columns."""
        found = next(islice(self.headings_in(line), 1), ())
        if not found or (width - 1) % len(found):
            return [line]
        gap = [""] * ((width - 1) // len(found) - 1)
        return ["", *(text for heading in found for text in (heading.text, *gap))]

    def split_line(self, line, headings):
        """Return the cells of a line, one for each heading, or the whole line as one cell."""
        words = words_of(line)
        if len(words) == len(headings) - 1 and all(kind_of(word) == UNIT for word in words):
            return ["", *words]

        @cache
        def split_at(at, column):
            """Return (score, number of ways, cells) of the best way to split the other words."""
            if column == len(headings):
                return (0, 1, ()) if at == len(words) else None
            ways = []
            for end in range(at + 1, len(words) - (len(headings) - column) + 2):
                fit = self.fit(headings[column], words[at:end], column)
                if fit is not None and (rest := split_at(end, column + 1)):
                    score, count, cells = rest
                    ways.append((fit + score, count, (" ".join(words[at:end]), *cells)))
            best = max(ways, key=lambda way: way[0], default=None)
            if best is None:
                return None
            same = sum(count for score, count, _cells in ways if score == best[0])
            return (best[0], same, best[2])

        best = split_at(0, 0)
        return list(best[2]) if best and best[1] == 1 else [line]

    def fit(self, heading, words, column):
        """Return how well words fit below a heading; None if they do not."""
        kinds, cell = [kind_of(word) for word in words], " ".join(words)
        field = self.field_of(heading)
        tests = {
            "side": side_of(cell),
            "visit": visit_of(cell),
            "unit": kinds == [UNIT],
            "interpretation": kinds in ([FLAG], [VALUE]),
            "reference_range": kinds in ([RANGE], [VALUE]),
        }
        if field in tests:
            return 1 if tests[field] else None
        if self.is_text(field) if field else heading.rest or (not column and not heading.is_label):
            is_listed = bool(self.lists(field, cell))
            return int(is_listed) if is_listed or not {VALUE, RANGE} & set(kinds) else None
        return 0 if is_result(kinds) else None


# Lines without headings


def tokens_of(line):
    """Return [(kind, text)] of a line: its name, and each word after it."""
    words = words_of(line)
    start = next((at for at, word in enumerate(words) if at and kind_of(word) != TEXT), len(words))
    name = " ".join(words[:start]).rstrip(",:")
    return [(TEXT, name), *((kind_of(word), word) for word in words[start:])]


def result_of(line):
    """Return {kind: text} of a line with one result; {} for any other line."""
    found = {}
    for kind, text in tokens_of(line):
        kind = VALUE if kind == RANGE and VALUE not in found else kind
        if kind in found:
            return {}
        found[kind] = text.strip("()") if kind in (RANGE, UNIT) else text
    return found if VALUE in found else {}


def split_results(lines):
    """Split lines with one result and its range or flag, such as "Sodium 131 mmol/L 135-145"."""
    found = [result_of(line) for line in lines]
    kinds = [kind for kind in (TEXT, VALUE, UNIT, RANGE, FLAG) if any(kind in row for row in found)]
    if sum(map(bool, found)) * 2 < len(lines) or not {RANGE, FLAG} & set(kinds):
        return []
    return [
        [row.get(kind, "") for kind in kinds] if row else [line]
        for row, line in zip(found, lines, strict=True)
    ]


def split_alike(lines):
    """Split the lines that have two or more results, of the same kinds as in half of the lines."""
    found = [tokens_of(line) for line in lines]
    kinds = Counter(tuple(kind for kind, _text in row) for row in found)
    usual, count = kinds.most_common(1)[0] if kinds else ((), 0)
    if count * 2 < len(lines) or sum(kind in (VALUE, RANGE) for kind in usual) < 2:
        return []
    return [
        [text for _kind, text in row] if tuple(kind for kind, _text in row) == usual else [line]
        for row, line in zip(found, lines, strict=True)
    ]

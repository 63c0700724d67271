"""Rule that the text and the figures agree on what each lettered panel shows."""

import re
from dataclasses import dataclass
from itertools import combinations
from operator import itemgetter
from string import ascii_uppercase

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from caserecords.reasoning.checks.finding import CONTRADICTION, CheckFinding, Rule
from caserecords.reasoning.checks.prose import clauses, sentences, source_passages
from caserecords.reasoning.row_references import RowReference, image_part

# "Figure 1A", "Fig. 2 B", "panel A", "(A)", "A is", "A shows", "A: ": a single letter, not "A–C".
LETTER = re.compile(
    r"(?:\bfig(?:ure|\.)?\s*(?P<figure>\d+)\s*|\bpanel\s+|\()"
    r"(?-i:(?P<letter>[A-H]))(?![\w–,-])\)?"
    r"|(?:^|(?<=\s))(?-i:(?P<bare>[A-H]))(?=\s+(?:is|shows|showed|=)\b|\s*[:=])",
    re.I,
)
PLAIN = re.compile(
    r"\b(?:without|before|no)\s+(?:contrast|gadolinium)|\b(?:conventional|plain|unenhanced"
    r"|non-?contrast|pre-?contrast|pre-?gadolinium)\b",
    re.I,
)
ENHANCED = re.compile(
    r"\bgadolinium|\bgd\b|\+\s*gd|\bcontrast[- ]enhanced|\bpost-?contrast|\bwith contrast", re.I
)
WEIGHTING = re.compile(r"\b(T1|T2|PD|STIR)(?=\b|[^0-9])", re.I)


@dataclass(frozen=True)
class PanelStatement:
    """A statement about one panel letter.

    `contrast` is "enhanced", "plain" or ""; `weighting` is for example "T1", or "" if not stated.
    """

    figure: str
    letter: str
    contrast: str
    weighting: str
    text: str
    row: RowReference


def contrast_of(text):
    """Return "enhanced", "plain", or "" if a string states neither or both."""
    enhanced = bool(ENHANCED.search(PLAIN.sub("", text)))
    plain = bool(PLAIN.search(text))
    return "" if enhanced == plain else "enhanced" if enhanced else "plain"


def weighting_of(text):
    """Return the weighting that a string names; "" for none or several."""
    found = {match.upper() for match in WEIGHTING.findall(text)}
    return found.pop() if len(found) == 1 else ""


def panels_in_texts(record):
    """Yield a PanelStatement per sentence or clause with one panel letter.

    Sentences and clauses that state neither a contrast nor a weighting are skipped.
    """
    for passage in source_passages(record):
        if not LETTER.search(passage.text):
            continue
        for sentence in sentences(passage.text):
            letters = list(LETTER.finditer(sentence))
            for part in [sentence] if len(letters) == 1 else clauses(sentence):
                yield from read_panel(part, passage.row)


def read_panel(text, row):
    letters = list(LETTER.finditer(text))
    contrast, weighting = contrast_of(text), weighting_of(text)
    if len(letters) == 1 and (contrast or weighting):
        found = letters[0]
        letter = found["letter"] or found["bare"]
        yield PanelStatement(
            found["figure"] or "", letter, contrast, weighting, text.strip(" .,"), row
        )


def panels_in_figures(record):
    """Yield a PanelStatement for each figure column label that states a contrast or weighting.

    The columns are lettered from A.
    """
    for index, figure in enumerate((record.parts.get("imaging") or {}).get("figures", ())):
        number = re.search(r"\d+", figure.get("label", ""))
        row = image_part("figures", index, figure.get("label", ""))
        for column, label in column_labels(figure):
            contrast, weighting = contrast_of(label), weighting_of(label)
            if contrast or weighting:
                letter = ascii_uppercase[column]
                yield PanelStatement(
                    number[0] if number else "", letter, contrast, weighting, label, row
                )


def column_labels(figure):
    """Return the different labels of each column as [(column, label)], from left to right."""
    panels = figure.get("panels", ())
    labels = [(panel.get("column", 0), panel.get("column_label", "")) for panel in panels]
    return sorted(dict.fromkeys(labels), key=itemgetter(0))


def contradict(one, other):
    """Return whether two statements are about the same panel and cannot both be right."""
    same_panel = one.letter == other.letter and (
        one.figure == other.figure or not (one.figure and other.figure)
    )
    return same_panel and any(
        first and second and first != second
        for first, second in (
            (one.contrast, other.contrast),
            (one.weighting, other.weighting),
        )
    )


def letters_against_text(record):
    """A panel that is described in contradictory ways; one CheckFinding per letter."""
    panels = [*panels_in_texts(record), *panels_in_figures(record)]
    by_letter = {}
    for one, other in combinations(panels, 2):
        if contradict(one, other):
            by_letter.setdefault(one.letter, []).extend((one, other))
    for letter, found in sorted(by_letter.items()):
        texts = tuple(dict.fromkeys(panel.text for panel in found))
        rows = tuple(dict.fromkeys(panel.row for panel in found))
        message = _("Panel %(letter)s is described differently in different places: %(texts)s.") % {
            "letter": letter,
            "texts": " – ".join(f"“{text}”" for text in texts),
        }
        yield CheckFinding(message, rows, (letter, sorted(texts)))


RULES = (
    Rule(
        "panel-letters",
        CONTRADICTION,
        gettext_lazy("Panel letters differ between text, legend and figure"),
        gettext_lazy("Use each letter for the same images in the text, the legend and the figure."),
        letters_against_text,
        of_images=True,
    ),
)

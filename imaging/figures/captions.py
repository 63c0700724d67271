"""Write a figure's caption, legend and alternative text from plain data, without using models.

Rows are levels, columns are series. Columns have letters because readers compare them.
"""

import re
from dataclasses import dataclass
from string import ascii_uppercase

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

ROW_WORDS = {1: [""], 2: ["upper", "lower"], 3: ["upper", "middle", "lower"]}


@dataclass(frozen=True)
class MarkWords:
    """A mark in words: its target ("left L5 root") and style ("red", "filled", "arrowhead")."""

    target: str
    colour: str
    shape: str
    kind: str = "arrowhead"


def caption(rows, columns, marks, synthetic=False):
    """Return the caption of a figure.

    `rows` are the row labels from the top, `columns` the column labels from the left, and `marks`
    the MarkWords of all marks in the figure.
    """
    parts = [row_text(rows), column_text(columns), legend(marks)]
    if synthetic:
        parts.append(_("Synthetic images."))
    return " ".join(part for part in parts if part)


def row_text(rows):
    """Return the row labels, such as "Upper: L3–4; middle: L4–5; lower: L5–S1."

    More than three rows are numbered.
    """
    if not any(rows):
        return ""
    places = ROW_WORDS.get(len(rows)) or [
        _("row %(number)s") % {"number": number} for number in range(1, len(rows) + 1)
    ]
    named = [(translated(place), row) for place, row in zip(places, rows, strict=True) if row]
    text = "; ".join(f"{place}: {row}" if place else row for place, row in named)
    return sentence(text)


def translated(place):
    words = {"upper": _("upper"), "middle": _("middle"), "lower": _("lower")}
    return words.get(place, place)


def column_text(columns):
    """Return the column labels, such as "(A) T1-weighted; (B) T2-weighted." """
    named = [f"({letter}) {label}" for letter, label in lettered(columns) if label]
    return sentence("; ".join(named))


def lettered(columns):
    return list(zip(ascii_uppercase, columns, strict=False))


def legend(marks):
    """Return the legend, such as "Red filled arrowheads: left L5 root.", without text marks."""
    counts = {}
    for mark in marks:
        if mark.kind != "text":
            counts[mark] = counts.get(mark, 0) + 1
    lines = [
        _("%(drawn)s: %(target)s") % {"drawn": drawn(mark, count), "target": mark.target}
        for mark, count in counts.items()
    ]
    return sentence("; ".join(lines))


def drawn(mark, count):
    """Return the style of a mark as text, such as "red filled arrowheads" or "blue dashed line"."""
    words = {
        "arrowhead": ("%(colour)s %(shape)s arrowhead", "%(colour)s %(shape)s arrowheads"),
        "arrow": ("%(colour)s %(shape)s arrow", "%(colour)s %(shape)s arrows"),
        "line": ("%(colour)s %(stroke)s line", "%(colour)s %(stroke)s lines"),
        "ellipse": ("%(colour)s %(stroke)s ellipse", "%(colour)s %(stroke)s ellipses"),
        "point": ("%(colour)s %(shape)s point", "%(colour)s %(shape)s points"),
        "text": ("%(colour)s text", "%(colour)s texts"),
    }[mark.kind]
    stroke = _("dashed") if mark.shape == _("hollow") else _("solid")
    return ngettext(*words, count) % {**vars(mark), "stroke": stroke}


def alternative_text(rows, synthetic=False):
    """Return the alternative text of a figure, which describes each picture.

    `rows` lists (level, [(letter, label, [MarkWords]) or None for an empty cell]).
    """
    found = [row for _level, row in rows for row in row if row]
    parts = [picture_count(len(found), len(rows))]
    for number, (level, cells) in enumerate(rows, 1):
        text = "; ".join(cell_text(cell) for cell in cells if cell)
        if text:
            name = level or _("Row %(number)s") % {"number": number}
            parts.append(f"{name}: {text}.")
    if synthetic:
        parts.append(_("Synthetic images."))
    return " ".join(parts)


def picture_count(count, rows):
    if rows == 1:
        return ngettext("One picture.", "%(n)d pictures side by side.", count) % {"n": count}
    values = {"n": count, "rows": rows}
    return ngettext("One picture.", "%(n)d pictures in %(rows)d rows.", count) % values


def cell_text(cell):
    letter, label, marks = cell
    named = " ".join(part for part in (f"({letter})" if letter else "", label) if part)
    if not marks:
        return _("%(picture)s without marks") % {"picture": named or _("picture")}
    text = ", ".join(f"{mark.target} ({drawn(mark, 1)})" for mark in marks)
    return _("%(picture)s with %(marks)s") % {"picture": named or _("picture"), "marks": text}


def sentence(text):
    return f"{text[0].upper()}{text[1:]}." if text else ""


def series_label(description, protocol="", contrast="", plane=""):
    """Return a label for a series from its header fields, such as "T2-weighted axial".

    Without a known weighting, this is the description, or else the protocol.
    """
    names = f"{description} {protocol}"
    weighting = re.search(r"\b(T1|T2|PD)(?=[^0-9]|$)", names, re.IGNORECASE)
    words = [f"{weighting.group(1).upper()}-weighted" if weighting else description or protocol]
    if contrast and weighting:
        words.append(_("with contrast agent"))
    if weighting and plane:
        words[0] = f"{words[0]} {plane}"
    return " ".join(words)

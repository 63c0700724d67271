"""The printed words for a catalogue entry, kept in a row's wording: "analyte: Anti-GQ1b IgG".

A grade of needle EMG in other words is kept so, and a name that says more than its entry.
"""

import re

from patients.catalogue import emg, lookup
from patients.catalogue.names import says_more

_EMG = "emg_"  # prefix of the catalogues of graded columns


def wording_to_keep(field, text, row):
    """Return the text for an entry if it says more than the entry's label; else ""."""
    if field.catalogue.startswith(_EMG):
        return emg.wording_to_keep(field.catalogue.removeprefix(_EMG), text)
    entry = _read(field, text, row)
    if not field.knows(entry):
        return ""
    known = f"{field.label(entry)} {_specimen_label(field, row)}"
    return " ".join(text.split()) if says_more(text, known) else ""


def printed_words(row, field):
    """Return the printed words of a row's entry; "" without any, or for another entry."""
    heading = re.escape(str(field.verbose_name))
    found = re.search(rf"(?:^|; ){heading}: ([^;]+)", row.words or "")
    if not found or not wording_to_keep(field, found[1], row):
        return ""
    return found[1] if _read(field, found[1], row) == getattr(row, field.name) else ""


def shown_entry(row, field):
    """Return the label of a row's entry, or its printed words, with the grade in brackets."""
    label, words = field.label(getattr(row, field.name)), printed_words(row, field)
    if not words:
        return label
    return f"{words} ({label})" if field.catalogue.startswith(_EMG) else words


def keep_printed(row, field, text, before=""):
    """Add the text for an entry to the row's wording, in place of the one from before.

    A row with a label as printed keeps a name there.
    """
    heading = f"{field.verbose_name}: "
    words = wording_to_keep(field, text, row)
    if words and hasattr(row, "printed_label") and not field.catalogue.startswith(_EMG):
        row.printed_label = row.printed_label or words[:120]
        return
    parts = [part for part in (row.words or "").split("; ") if part and part != heading + before]
    if words and heading + words not in parts:
        parts.append(heading + words)
    row.words = "; ".join(parts)


def _read(field, text, row):
    if field.catalogue.startswith(_EMG):
        try:
            return emg.read_cell(field.catalogue.removeprefix(_EMG), text)
        except ValueError:
            return ""
    return field.read(text, getattr(row, field.within) if field.within else "")


def _specimen_label(field, row):
    return lookup.label("specimens", getattr(row, field.within)) if field.within else ""

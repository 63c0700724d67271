"""Compare the recording sites and techniques of nerve conduction studies, which are free text."""

import re
from functools import lru_cache

from patients.catalogue import lookup

# Results obtained with one technique of a pair are not compared with limits for the other.
OPPOSITES = (("antidromic", "orthodromic"), ("surface", "needle"))
# Stimulation at one of these sites does not count as distal, even if there is no other site.
PROXIMAL = ("elbow", "knee", "popliteal", "fibular head", "axilla", "erb", "arm")
_DISTANCE = re.compile(r"\b([0-9]+(?:\.[0-9]+)?) ?cm\b")


@lru_cache(maxsize=1024)
def is_same_site(one: str, other: str) -> bool:
    """Return whether two strings name the same recording site; "digit 2 or 3" matches either."""
    return bool(_names(one) & _names(other))


def _names(text: str) -> set[str]:
    muscle = lookup.find("muscles", text)
    if muscle:
        return {muscle}
    plain = " ".join(text.casefold().split(",")[0].split())
    digits = re.match(r"(?:digit|finger) ?([1-5])(?: (?:or|and) ([1-5]))?$", plain)
    return {f"digit {digit}" for digit in digits.groups() if digit} if digits else {plain}


@lru_cache(maxsize=1024)
def differs(technique: str, other: str) -> bool:
    """Return whether two techniques contradict each other; missing details do not count."""
    one, two = technique.casefold(), other.casefold()
    return any(
        (this in one and that in two) or (that in one and this in two) for this, that in OPPOSITES
    )


@lru_cache(maxsize=1024)
def distance_cm(technique: str) -> str:
    """Return the distance in cm stated in a technique: "14" for "antidromic; 14 cm", "" if none."""
    found = _DISTANCE.search(technique)
    return found[1] if found else ""


def is_proximal(stimulation_site: str, technique: str = "") -> bool:
    """Return whether a stimulation site is proximal to the one that the technique describes.

    A site does not count as proximal if the technique itself names it ("Erb point") or has no
    distal distance ("distance n/a").
    """
    place, own = stimulation_site.casefold(), technique.casefold()
    if "distance n/a" in own:
        return False
    return any(re.search(rf"\b{word}\b", place) and word not in own for word in PROXIMAL)


def amplitude_convention(words: str) -> str:
    """Return "peak_to_peak" or "onset_to_peak" for the wording of a report, else ""."""
    plain = words.casefold().replace("-", " ")
    if "peak to peak" in plain:
        return "peak_to_peak"
    return "onset_to_peak" if re.search(r"\b(?:onset|base ?line)\b", plain) else ""

"""Whether two texts name one place of recording or one way of measuring."""

import re
from functools import lru_cache

from patients.catalogue import lookup

# A study of one way is not compared with limits of the other.
OPPOSITES = (("antidromic", "orthodromic"), ("surface", "needle"))
# A lone stimulation at one of these places is not the most distal one.
PROXIMAL = ("elbow", "knee", "popliteal", "fibular head", "axilla", "erb", "arm")
_DISTANCE = re.compile(r"\b([0-9]+(?:\.[0-9]+)?) ?cm\b")


@lru_cache(maxsize=1024)
def is_same_site(one: str, other: str) -> bool:
    """Whether two recording sites are one: by muscle, or by words; "digit 2 or 3" is both."""
    return bool(_names(one) & _names(other))


def _names(text):
    muscle = lookup.find("muscles", text)
    if muscle:
        return {muscle}
    plain = " ".join(text.casefold().split(",")[0].split())
    digits = re.match(r"(?:digit|finger) ?([1-5])(?: (?:or|and) ([1-5]))?$", plain)
    return {f"digit {digit}" for digit in digits.groups() if digit} if digits else {plain}


@lru_cache(maxsize=1024)
def differs(technique: str, other: str) -> bool:
    """Whether two techniques contradict each other; what one does not state is no contradiction."""
    one, two = technique.casefold(), other.casefold()
    return any(
        (this in one and that in two) or (that in one and this in two) for this, that in OPPOSITES
    )


@lru_cache(maxsize=1024)
def distance_cm(technique: str) -> str:
    """The distance in cm that a technique names ("sensory antidromic; 14 cm"), "" if none."""
    found = _DISTANCE.search(technique)
    return found[1] if found else ""


def is_proximal(stimulation_site: str, technique: str = "") -> bool:
    """Whether a place of stimulation is not the distal one.

    A technique may name the place as its own ("Erb point"), or have no distal distance ("n/a").
    """
    place, own = stimulation_site.casefold(), technique.casefold()
    if "distance n/a" in own:
        return False
    return any(re.search(rf"\b{word}\b", place) and word not in own for word in PROXIMAL)


def amplitude_convention(words: str) -> str:
    """ "peak_to_peak" or "onset_to_peak" for what a report prints; "" where it says neither."""
    plain = words.casefold().replace("-", " ")
    if "peak to peak" in plain:
        return "peak_to_peak"
    return "onset_to_peak" if re.search(r"\b(?:onset|base ?line)\b", plain) else ""

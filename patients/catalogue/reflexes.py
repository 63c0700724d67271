"""Reflexes with their roots, and the NINDS grades 0 to 4+."""

import re

from patients.catalogue.table import index, read

ROWS = read("reflexes")
BY_ID = index(ROWS)
GRADES = read("reflex_grades")
SCALES = ("ninds", "ninds scale", "ninds muscle stretch reflex scale")
HIGHEST = max(int(row.ordinal) for row in GRADES)


def has_grade(scale: str, grade: str) -> bool:
    """Return whether a scale has a grade such as "2+", "++", "1 to 2+" or "4+ with clonus".

    Only the NINDS scale is checked: any grade on another scale is accepted, and so is any text
    without a grade.
    """
    if scale.strip().casefold() not in SCALES:
        return True
    steps = [int(digits) for digits in re.findall(r"[0-9]+", grade)]
    steps += [len(signs) for signs in re.findall(r"(?<![0-9])\+{2,}", grade)]
    return all(step <= HIGHEST for step in steps)

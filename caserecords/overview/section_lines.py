"""The lines that images, checks and the CARE checklist add to the section navigation."""

from django.urls import reverse
from django.utils.translation import gettext as _

from caserecords.reasoning.care.checklist import care
from caserecords.reasoning.checks import review
from caserecords.reasoning.checks.finding import CONTRADICTION
from patients.entry.navigation import (
    ATTENTION,
    EMPTY,
    FILLED,
    PARTLY,
    AddedLines,
    SectionLine,
)

FULFILLED = ("met", "none")  # states of CARE parts that need nothing more


def add_lines(case, record):
    """Return lines for images, open checks and CARE parts, and the sections with contradictions."""
    found = review(record).open
    contradicted = {one.section for one in found if one.rows and one.severity == CONTRADICTION}
    lines = (images_line(case, record), checks_line(case, found), care_line(case, record))
    return AddedLines(lines, frozenset(contradicted))


def images_line(case, record):
    count = count_images(record.parts.get("imaging") or {})
    address = reverse("imaging:list-series", args=[case.pk])
    state = FILLED if count else EMPTY
    return SectionLine("imaging", _("Images"), address, state, str(count or ""))


def count_images(imaging):
    series = [series for study in imaging.get("studies", ()) for series in study["series"]]
    return sum(len(one["instances"]) for one in series)


def checks_line(case, found):
    address = reverse("caserecords:show-checks", args=[case.pk])
    state, count = (ATTENTION, str(len(found))) if found else (FILLED, "0")
    return SectionLine("checks", _("Checks"), address, state, count, is_review=True)


def care_line(case, record):
    parts = care(record).parts
    met = count_fulfilled(parts)
    address = reverse("caserecords:show-care", args=[case.pk])
    state = FILLED if met == len(parts) else PARTLY
    return SectionLine(
        "care", _("CARE list"), address, state, f"{met}/{len(parts)}", is_review=True
    )


def count_fulfilled(parts):
    return sum(part.state in FULFILLED for part in parts)

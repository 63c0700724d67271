"""A stored version as a whole case, and the small tables and lines that pages show of it."""

import json
from dataclasses import dataclass, replace
from functools import lru_cache

from django.utils.translation import gettext_lazy as _

from patients.catalogue.mrc import compare, parse_grade
from patients.document import build_stored
from patients.drawings.body_map import change_map, grade_map
from patients.models import Sex, Side
from patients.models.course import DiagnosisStatus
from patients.sections import SECTIONS
from patients.tables.columns import group
from patients.values import value_from_document
from patients.wording import side_words

LEADING = (
    DiagnosisStatus.FINAL,
    DiagnosisStatus.REVISED,
    DiagnosisStatus.WORKING,
    DiagnosisStatus.CONCURRENT,
    DiagnosisStatus.DIFFERENTIAL,
)  # which diagnosis a list names; one that was ruled out is none
SEX_LETTERS = {Sex.FEMALE: _("F"), Sex.MALE: _("M")}


def load_record(version):
    """Return the CaseRecord of a stored version: unsaved rows, no query; it is only to be read."""
    return build_once(version.document)


@lru_cache(maxsize=64)
def build_once(document):
    """Build a record of a document's text; of the same text, the same record."""
    return build_stored(json.loads(document))


# One line of a list, read from the document without building its rows


@dataclass(frozen=True)
class CaseLine:
    """What a list says of a case. `series` is None where no images are known."""

    case: object
    person: str
    diagnosis: str
    movements: int
    better: int
    worse: int
    same: int
    series: int | None


def summarise(version):
    """Return the CaseLine of a stored version."""
    document = json.loads(version.document)
    changes = strength_changes(document)
    return CaseLine(
        case=version.case,
        person=person_words(document.get("patient", {})),
        diagnosis=leading_diagnosis(document.get("diagnoses", [])),
        movements=len(changes),
        better=changes.count("better"),
        worse=changes.count("worse"),
        same=changes.count("same"),
        series=count_series(document),
    )


def person_words(patient):
    """Return "74 M": the age in years unless it has another unit, and the letter of the sex."""
    age = patient.get("age_at_presentation")
    words = value_from_document(age).printed.removesuffix(" years") if age else ""
    return f"{words} {SEX_LETTERS.get(patient.get('sex'), '')}".strip()


def leading_diagnosis(diagnoses):
    ranked = [row for row in diagnoses if row["status"] in LEADING]
    if not ranked:
        return ""
    first = min(ranked, key=lambda row: LEADING.index(row["status"]))
    side = first.get("side", Side.NOT_STATED)
    known = first["text"].casefold()
    if side == Side.NOT_STATED or str(side) in known:
        return first["text"]
    return f"{first['text']}, {side_words(side)}"


def strength_changes(document):
    """Return the change of each movement and side, from its first visit to its last."""
    order = {visit["key"]: index for index, visit in enumerate(document.get("visits", []))}
    grades = {}
    for row in document.get("strength", []):
        name = (row.get("movement"), row.get("muscle"), row.get("side"))
        grades.setdefault(name, []).append((order.get(row.get("visit"), -1), row["grade"]))
    return [change_between(sorted(found, key=lambda pair: pair[0])) for found in grades.values()]


def change_between(grades):
    """Return the direction from the first to the last of (order, grade); None for one visit."""
    if len(grades) < 2:
        return None
    return compare(parse_grade(grades[0][1]), parse_grade(grades[-1][1]))


def count_series(document):
    studies = document.get("imaging", {}).get("studies", [])
    return sum(len(study.get("series", [])) for study in studies) if studies else None


# The case desk


@dataclass(frozen=True)
class Card:
    """One section of the desk: its lists of rows, in the document's order, and its open checks."""

    slug: str
    title: str
    template: str
    tables: tuple
    filled: bool
    checks: tuple = ()


OWN_TEMPLATES = ("patient", "timeline", "strength", "treatment", "narrative")


def desk_cards(record, checks=()):
    """Return the cards of the desk in clinical order; the images follow what was read from them.

    A check stands on the card of the first row that it concerns, where it is mended.
    """
    cards = []
    for section in SECTIONS:
        cards.append(desk_card(record, section))
        if section.slug == "imaging-findings":
            cards.append(images_card(record.parts.get("imaging") or {}))
    by_section = group((one for one in checks if one.rows), lambda one: one.rows[0].section)
    return [replace(card, checks=tuple(by_section.get(card.slug, ()))) for card in cards]


def desk_card(record, section):
    tables = tuple(record.rows[key] for key in section.keys if key in record.rows)
    own = section.slug in OWN_TEMPLATES
    return Card(
        slug=section.slug,
        title=section.title,
        template=f"caserecords/_{section.slug if own else 'tables'}.html",
        tables=tables,
        filled=any(tables) or section.slug == "patient",
    )


def images_card(imaging):
    studies = tuple(imaging.get("studies", ()))
    return Card("imaging", _("Images"), "caserecords/_images.html", studies, bool(studies))


def strength_map(table, rows):
    """Return the body as it is shown beside the strength table: the change, or the only grades."""
    if table.is_compared:
        return change_map("map-strength", _("Change, first to last"), table.rows)
    return grade_map("map-strength", _("MRC grades"), rows)


@dataclass(frozen=True)
class Moment:
    """An event on the desk, what its placement resolves to (None: order only), and its words."""

    event: object
    resolved: object
    words: str


def course(record, days):
    """Return the Moments in order of their days, those without a day last, as they were entered."""
    labels = {event.key: event.label for event in record.events}
    moments = []
    for event in record.events:
        found = days.get(event.key)
        words = event.placement.printed(labels) if event.placement else ""
        moments.append(Moment(event, found if found and found.day is not None else None, words))
    return sorted(moments, key=day_order)


def day_order(moment):
    return (0, moment.resolved.day) if moment.resolved else (1, 0)

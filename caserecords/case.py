"""Load the current record of a case, and prepare the contents of its page."""

from dataclasses import dataclass, replace

from django.utils.translation import gettext_lazy as _

from patients.drawings.body_map import change_map, grade_map
from patients.entry.sections import SECTIONS
from patients.record.document import read
from patients.tables.columns import group
from patients.versions.reading import load_record


def current_record(case):
    """Return the record of the current version, or of the stored rows if none is saved yet."""
    version = case.versions.filter(number=case.version).first()
    return load_record(version) if version else read(case)


# The case page


@dataclass(frozen=True)
class Card:
    """One section of the case page: its tables in document order, and its open checks."""

    slug: str
    title: str
    template: str
    tables: tuple
    filled: bool
    checks: tuple = ()


OWN_TEMPLATES = ("patient", "timeline", "strength", "treatment", "narrative")


def desk_cards(record, checks=()):
    """Return the cards of the case page in clinical order; images follow the imaging findings.

    Each check is shown on the card of the first row that it concerns, where it can be fixed.
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
    """Return the body map for the strength table: changes, or grades if there is only one visit."""
    if table.is_compared:
        return change_map("map-strength", _("Change, first to last"), table.rows)
    return grade_map("map-strength", _("MRC grades"), rows)


@dataclass(frozen=True)
class DeskEvent:
    """An event on the case page, with its resolved day (None if not known) and its time as text."""

    event: object
    resolved: object
    placed: str


def course(record, days):
    """Return the DeskEvents sorted by day, then the undated ones in order of entry."""
    labels = {event.key: event.label for event in record.events}
    events = []
    for event in record.events:
        found = days.get(event.key)
        placed = event.placement.printed(labels) if event.placement else ""
        events.append(DeskEvent(event, found if found and found.day is not None else None, placed))
    return sorted(events, key=day_order)


def day_order(event):
    return (0, event.resolved.day) if event.resolved else (1, 0)

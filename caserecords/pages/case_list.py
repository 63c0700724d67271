"""Paginated lists of cases for the home and review pages."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from uuid import UUID

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from patients.entry.sections import SECTIONS
from patients.lists.cases import in_order, newest
from patients.lists.filters import UNLISTED
from patients.models import Case, FollowUp

PAGE = 25  # cases per page
SECTION_COUNT = len(SECTIONS) + 1  # with the images
MAX_COUNT = 100  # more cases than this are not counted


@dataclass(frozen=True)
class CaseLine:
    """One row of a list; a text is "" if not recorded.

    `changes` contains (direction, number of movements) pairs, comparing first and last grades.
    """

    case: Case
    address: str
    code: str
    patient_address: str
    person: str
    diagnosis: str
    movements: str
    changes: tuple[tuple[str, int], ...]
    series: str
    progress: int  # number of sections with content
    author: str
    updated: datetime  # in the site's time zone
    updated_text: str
    ago: str
    follow_up: FollowUp | None


def page_of(cases, ways, cursor):
    """Return one page of CaseLines after a cursor, and the next cursor or None."""
    places, after = split_page(positions_after(cases, ways, cursor, PAGE + 1))
    return case_lines(places), after


def positions_after(cases, ways, cursor, size):
    """Return up to `size` ListPositions after a cursor, most recently changed first."""
    return newest(cases, ways, "updated", size, read_cursor(cursor) if cursor else None)


def split_page(places):
    """Return the first page of ListPositions, and the cursor of the next page or None."""
    last = places[PAGE - 1] if len(places) > PAGE else None
    return places[:PAGE], last and f"{last.time.isoformat()}_{last.pk}"


def read_cursor(cursor):
    """Return the (time, primary key) of a cursor; raise Http404 if it is not valid."""
    try:
        time, pk = cursor.split("_")
        time, pk = datetime.fromisoformat(time), UUID(pk)
        time.utcoffset().total_seconds()
        return time.astimezone(UTC), pk
    except (ValueError, AttributeError, OverflowError):
        raise Http404 from None


def case_lines(places):
    """Return the CaseLines of ListPositions, in their order, with one query."""
    lines = lines_by_case(place.pk for place in places)
    return in_order(lines.values(), places, lambda line: line.case.pk)


def lines_by_case(keys, **facts):
    """Return {primary key: CaseLine} of cases, with one query; annotate the cases with `facts`."""
    cases = Case.objects.filter(pk__in=set(keys)).annotate(**facts)
    cases = cases.defer(*UNLISTED, "patient__image_key")
    now = timezone.now()
    return {
        case.pk: case_line(case, now)
        for case in cases.select_related("summary_row", "author", "patient", "follow_up")
    }


def case_line(case, now):
    summary = case.summary_row
    directions = ("better", "worse", "same")
    counts = ((direction, getattr(summary, direction)) for direction in directions)
    movements = len(summary.movements)
    updated = timezone.localtime(case.updated)
    return CaseLine(
        case=case,
        address=reverse("caserecords:show-case", args=[case.pk]),
        code=case.patient.code,
        patient_address=reverse("caserecords:show-patient", args=[case.patient_id]),
        person=summary.person,
        diagnosis=summary.diagnosis,
        movements=count_movements(movements) if movements else "",
        changes=tuple((direction, count) for direction, count in counts if count),
        series=count_series(summary.series) if summary.studies else "",
        progress=count_sections(summary),
        author=case.author.get_full_name() or case.author.get_username(),
        updated=updated,
        updated_text=updated.strftime("%Y-%m-%d %H:%M %Z"),
        ago=ago(updated, now),
        follow_up=getattr(case, "follow_up", None),
    )


def count_movements(count):
    return ngettext("%(n)s movement", "%(n)s movements", count) % {"n": count}


def count_series(count):
    return ngettext("%(n)s series", "%(n)s series", count) % {"n": count}


def count_sections(summary):
    """Return the number of sections with content; the patient section always has some."""
    filled = sum(not keys or not keys.isdisjoint(summary.filled) for keys in section_keys())
    return filled + bool(summary.images)


@cache
def section_keys():
    """Return the keys of each section's tables; none for a section that always has content."""
    return [frozenset(() if section.heads else section.keys) for section in SECTIONS]


def ago(time, now):
    """Return how long ago a time was, as text; less than a minute is "just now"."""
    if now - time < timedelta(minutes=1):
        return _("just now")
    return _("%(span)s ago") % {"span": timesince(time, now)}

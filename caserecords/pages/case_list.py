"""Paginated lists of cases for the home and review pages."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from patients.lists.cases import in_order, newest
from patients.lists.filters import UNLISTED
from patients.models import Case

PAGE = 25  # cases per page


@dataclass(frozen=True)
class CaseLine:
    """One row of a list, as text; "" means not recorded.

    `changes` contains (direction, number of movements) pairs, last visit against first.
    """

    case: Case
    address: str
    person: str
    diagnosis: str
    movements: str
    changes: tuple[tuple[str, int], ...]
    series: str
    author: str
    updated: datetime  # in the site's time zone
    updated_text: str
    ago: str


def page_of(cases, ways, cursor):
    """Return one page of CaseLines after a cursor, and the next cursor or None."""
    after = read_cursor(cursor) if cursor else None
    places = newest(cases, ways, "updated", PAGE + 1, after)
    last = places[PAGE - 1] if len(places) > PAGE else None
    return case_lines(places[:PAGE]), last and f"{last.time.isoformat()}_{last.pk}"


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
    """Return the CaseLines of ListPositions, in the same order, with one query."""
    cases = Case.objects.filter(pk__in=[place.pk for place in places])
    cases = cases.select_related("summary_row", "author").defer(*UNLISTED)
    now = timezone.now()
    return [case_line(case, now) for case in in_order(cases, places)]


def case_line(case, now):
    summary = case.summary_row
    directions = ("better", "worse", "same")
    counts = ((direction, getattr(summary, direction)) for direction in directions)
    movements = len(summary.movements)
    updated = timezone.localtime(case.updated)
    return CaseLine(
        case=case,
        address=reverse("caserecords:show-case", args=[case.pk]),
        person=summary.person,
        diagnosis=summary.diagnosis,
        movements=count_movements(movements) if movements else "",
        changes=tuple((direction, count) for direction, count in counts if count),
        series=count_series(summary.series) if summary.studies else "",
        author=case.author.get_full_name() or case.author.get_username(),
        updated=updated,
        updated_text=updated.strftime("%Y-%m-%d %H:%M %Z"),
        ago=ago(updated, now),
    )


def count_movements(count):
    return ngettext("%(n)s movement", "%(n)s movements", count) % {"n": count}


def count_series(count):
    return ngettext("%(n)s series", "%(n)s series", count) % {"n": count}


def ago(time, now):
    """Return how long ago a time was, to the minute."""
    if now - time < timedelta(minutes=1):
        return _("just now")
    return _("%(span)s ago") % {"span": timesince(time, now)}

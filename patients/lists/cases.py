"""Pages of cases, newest first: quick however many cases there are.

A user sees cases in several ways: by each team, as author, as co-author. Each way is an index in
the order of the list, of which a page reads as many rows as it shows; the ways are merged here.
"""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, prefetch_related_objects

from patients.lists.keyset import beyond
from patients.models import Case, Role, Team


class ListPosition(NamedTuple):
    """Where a case stands in a list."""

    time: datetime
    pk: UUID


def ways_to_see(user):
    """Return the conditions under which a user sees cases, each of which an index answers.

    No case is seen in two ways, so that a search that finds nothing reads each case once.
    """
    teams = sorted(memberships(user))
    author, shared = ways_to_write(user)
    return [
        *of_teams(teams),
        *(author & left for left in of_teams(teams_left(user, teams))),
        ~Q(team__in=teams) & shared,
    ]


def ways_to_write(user):
    """Return the conditions of the cases of an author and of a co-author."""
    shared = Case.co_authors.through.objects.filter(user=user).values("case")
    return [Q(author=user), Q(pk__in=shared) & ~Q(author=user)]


def teams_left(user, teams):
    """Return the teams in which a user has written cases, but is not any more."""
    written = Case.objects.filter(author=user, team=OuterRef("pk")).order_by()
    left = Team.objects.exclude(pk__in=teams).filter(Exists(written))
    return left.order_by("pk").values_list("pk", flat=True)


def ways_to_review(user):
    """Return the conditions of the teams in which a user is a reviewer."""
    return of_teams(reviewed_teams(user))


def reviewed_teams(user):
    """Return the keys of the teams in which a user is a reviewer."""
    return sorted(team for team, role in memberships(user).items() if role == Role.REVIEWER)


def memberships(user):
    """Return {key of a team: role in it}; a page reads it once, however often it asks."""
    prefetch_related_objects([user], "memberships")
    return {row.team_id: row.role for row in user.memberships.all()}


def of_teams(teams):
    return [Q(team=team) for team in teams]


def newest(cases, ways, order, size, after=None, back=False):
    """Return the ListPositions of the first `size` cases of a QuerySet, newest first by a time.

    `after` is the place that the page follows, or which it goes back from.
    """
    sign = "" if back else "-"
    ordered = cases.order_by(f"{sign}{order}", f"{sign}pk").values_list(order, "pk")
    if after is not None:
        ordered = ordered.filter(beyond((order, "pk"), after, back))
    found = {ListPosition(*row) for way in ways for row in ordered.filter(way)[:size]}
    return sorted(found, reverse=not back)[:size]


def newest_to_review(user, size):
    """Return the ListPositions of up to `size` cases that wait for a reviewer, newest first."""
    return newest(Case.objects.reviewable_by(user), ways_to_review(user), "updated", size)


def in_order(rows, places, key=lambda row: row.pk):
    """Return rows in the order of the places of their cases; `key` gives a row's case."""
    ranks = {place.pk: rank for rank, place in enumerate(places)}
    return sorted(rows, key=lambda row: ranks[key(row)])

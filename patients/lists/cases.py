"""Pages of cases, newest first, at a cost that does not depend on the number of cases.

A user sees the cases of their teams, those they wrote and those shared with them. The first two
conditions have indexes in list order. A page is merged from the first rows of each condition.
"""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import (
    BooleanField,
    Exists,
    ExpressionWrapper,
    OuterRef,
    Prefetch,
    Q,
    prefetch_related_objects,
)

from patients.lists.keyset import rows_after
from patients.models import Case, Membership, Role, Team
from patients.models.case import is_kept


class ListPosition(NamedTuple):
    """The position of a case in a list: its sort key."""

    time: datetime
    pk: UUID


def ways_to_see(user):
    """Return Q objects that together select the cases a user may see; each can use an index.

    They do not overlap, so that a search without results reads each case only once.
    """
    teams = sorted(memberships(user))
    author, shared = ways_to_write(user)
    others = other_teams(user, teams)
    return [
        *(is_kept() & team for team in team_conditions(teams)),
        *(author & Q(team=team.pk) for team in others if team.has_own),
        *([~Q(team__in=teams) & shared] if any(team.has_shared for team in others) else []),
    ]


def ways_to_write(user):
    """Return two Q objects: cases with the user as author, and cases with the user as co-author."""
    shared = Case.co_authors.through.objects.filter(user=user).values("case")
    return [is_kept() & Q(author=user), is_kept() & Q(pk__in=shared) & ~Q(author=user)]


def other_teams(user, teams):
    """Return the teams outside `teams` in which the user is author or co-author of a case.

    `has_own` is true if the user is author of one, `has_shared` if co-author.
    """
    own = Case.objects.filter(author=user, team=OuterRef("pk")).order_by()
    shared = Case.objects.filter(co_authors=user).order_by().values("team")
    others = Team.objects.exclude(pk__in=teams).annotate(
        has_own=Exists(own), has_shared=ExpressionWrapper(Q(pk__in=shared), BooleanField())
    )
    return list(others.filter(Q(has_own=True) | Q(has_shared=True)).order_by("pk"))


def ways_to_review(user):
    """Return a Q object for each team in which a user is a reviewer."""
    return team_conditions(reviewed_teams(user))


def reviewed_teams(user):
    """Return the primary keys of the teams in which a user is a reviewer."""
    return sorted(team for team, role in memberships(user).items() if role == Role.REVIEWER)


def memberships(user):
    """Return {team primary key: role} for a user; queried once per user object."""
    return {row.team_id: row.role for row in membership_rows(user)}


def membership_rows(user):
    """Return a user's memberships with their teams; queried once per user object."""
    with_teams = Membership.objects.select_related("team")
    prefetch_related_objects([user], Prefetch("memberships", with_teams))
    return user.memberships.all()


def team_conditions(teams):
    return [Q(team=team) for team in teams]


def newest(cases, ways, order, size, after=None, back=False):
    """Return the ListPositions of up to `size` cases, newest first by the time field `order`.

    A case is included if it matches one of the Q objects in `ways`. The page starts after the
    position `after`. With `back`, it is the page before that position, oldest first.
    """
    sign = "" if back else "-"
    ordered = cases.order_by(f"{sign}{order}", f"{sign}pk").values_list(order, "pk")
    if after is not None:
        ordered = ordered.filter(rows_after((order, "pk"), after, back))
    found = {ListPosition(*row) for way in ways for row in ordered.filter(way)[:size]}
    return sorted(found, reverse=not back)[:size]


def newest_to_review(user, size):
    """Return the ListPositions of up to `size` cases awaiting the user's review, newest first."""
    ways = ways_to_review(user)
    return newest(Case.objects.reviewable_by(user), ways, "updated", size) if ways else []


def in_order(rows, positions, key=lambda row: row.pk):
    """Return rows in the order of the ListPositions.

    `key` returns the primary key of a row's case.
    """
    ranks = {position.pk: rank for rank, position in enumerate(positions)}
    return sorted(rows, key=lambda row: ranks[key(row)])

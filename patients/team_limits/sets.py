"""A team's reference sets: store a version, retire a set, and convert sets for the reasoning."""

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from patients.catalogue.reference_limits import Limit, LimitSet, built_in
from patients.models import ReferenceLimit, ReferenceSet, Team
from patients.team_limits.csv_table import COLUMNS, LimitLine, digest

FACTS = ("laboratory", "source", "technique", "temperature")


@transaction.atomic
def store_version(team, user, facts, lines):
    """Store (line number, LimitLine) pairs as the next version of the set named facts["name"].

    Returns (set, created). No version is created if the current one has the same table and facts.
    """
    Team.objects.select_for_update().get(pk=team.pk)  # so that no two versions get the same number
    sha256 = digest(line for _number, line in lines)
    same = team.reference_sets.current().filter(name=facts["name"], sha256=sha256).first()
    if same and all(getattr(same, fact) == facts[fact] for fact in FACTS):
        return same, False
    known = team.reference_sets.filter(name=facts["name"])
    version = (known.aggregate(last=Max("version"))["last"] or 0) + 1
    stored = ReferenceSet.objects.create(
        team=team, uploaded_by=user, version=version, sha256=sha256, **facts
    )
    ReferenceLimit.objects.bulk_create(
        ReferenceLimit(set=stored, number=number, **{name: getattr(line, name) for name in COLUMNS})
        for number, line in lines
    )
    return stored, True


def retire(reference_set):
    """Retire a set unless it is already retired; it stays in the database."""
    if reference_set.retired_at is None:
        ReferenceSet.objects.filter(pk=reference_set.pk).update(retired_at=timezone.now())


def lines_of(reference_set):
    """Return the LimitLines of a stored set."""
    return tuple(
        LimitLine(**{name: getattr(row, name) for name in COLUMNS})
        for row in reference_set.limits.all()
    )


def limit_sets(team):
    """Return the sets for a team's cases: its own current sets, then the built-in set."""
    own = team.reference_sets.current().prefetch_related("limits")
    return (*(as_limit_set(one) for one in own), built_in())


def as_limit_set(stored):
    """Return a stored set as a LimitSet."""
    return LimitSet(
        name=stored.name,
        version=stored.version,
        limits=tuple(as_limit(row, stored) for row in stored.limits.all()),
        laboratory=stored.laboratory,
        source=stored.source,
        technique=stored.technique,
        temperature=stored.temperature,
    )


def as_limit(row, stored):
    return Limit(
        number=row.number,
        nerves=(row.nerve,),
        kind=row.kind,
        recording_site=row.recording_site,
        parameter=row.parameter,
        operator=row.operator,
        limit=row.limit,
        unit=row.unit,
        age_min=row.age_min,
        age_max=row.age_max,
        height_min_cm=row.height_min_cm,
        height_max_cm=row.height_max_cm,
        sex=row.sex,
        technique=row.technique or stored.technique,
        source=stored.source,
    )

"""What a team has decided of its images: what identifies is kept or not, how much may be stored."""

from django.conf import settings
from django.core.cache import cache
from django.db.models import Max, Sum

from imaging.dicom.deidentify import Profile
from imaging.models import Dates, Identifiers, ImagingPolicy, Instance

MEGABYTE = 1024 * 1024
COUNTED_SECONDS = 60


def policy_of(team):
    """Return a team's policy; one of defaults, not stored, where it has decided nothing."""
    return ImagingPolicy.objects.filter(team=team).first() or ImagingPolicy(team=team)


def profile_of(team):
    """Return the de-identification profile of a team's imports."""
    policy = policy_of(team)
    return Profile(
        retain_uids=policy.identifiers == Identifiers.RETAINED,
        retain_dates=policy.dates == Dates.RETAINED,
    )


def quota_bytes(team):
    """Return how many bytes a team may store, None where there is no limit."""
    megabytes = policy_of(team).quota_mb or settings.IMAGING_QUOTA_MB
    return megabytes * MEGABYTE or None


def used_bytes(team):
    """Return how many bytes a team's images take; a file that two cases hold counts once."""
    held = Instance.objects.filter(case__team=team, held=True).order_by()
    files = held.values("sha256").annotate(size=Max("file_bytes"))
    return files.aggregate(total=Sum("size"))["total"] or 0


def has_room(team, most, wanted):
    """Count `wanted` bytes as used; False where they may be more than `most`: then sum up.

    All files of a team are summed up once a minute, not for each batch of an import; what others
    store meanwhile is counted in this process alone.
    """
    key = f"used-bytes-{team.pk}"
    if cache.get(key) is None:
        cache.add(key, used_bytes(team), COUNTED_SECONDS)
    try:
        used = cache.incr(key, wanted)
    except ValueError:  # the minute was over just now
        return False
    if used > most:
        cache.delete(key)
    return used <= most

"""A team's imaging policy: its de-identification profile and storage quota."""

from django.conf import settings
from django.core.cache import cache
from django.db.models import Max, Sum

from imaging.dicom.deidentify import Profile
from imaging.models import Dates, Identifiers, ImagingPolicy, Instance

MEGABYTE = 1024 * 1024
COUNTED_SECONDS = 60


def policy_of(team):
    """Return a team's policy, or an unsaved one with the defaults."""
    return ImagingPolicy.objects.filter(team=team).first() or ImagingPolicy(team=team)


def profile_of(team):
    """Return the de-identification profile of a team's imports."""
    policy = policy_of(team)
    return Profile(
        retain_uids=policy.identifiers == Identifiers.RETAINED,
        retain_dates=policy.dates == Dates.RETAINED,
    )


def quota_bytes(team):
    """Return a team's storage quota in bytes, or None if there is no limit."""
    megabytes = policy_of(team).quota_mb or settings.IMAGING_QUOTA_MB
    return megabytes * MEGABYTE or None


def used_bytes(team):
    """Return how many bytes a team's images use; a file that several cases share counts once."""
    held = Instance.objects.filter(case__team=team, held=True).order_by()
    files = held.values("sha256").annotate(size=Max("file_bytes"))
    return files.aggregate(total=Sum("size"))["total"] or 0


def has_room(team, most, wanted):
    """Add `wanted` bytes to the cached usage; return False if the sum may exceed `most`.

    The caller should then compute the exact usage. Usage is cached for a minute, as computing it
    for each batch would be slow; meanwhile, files stored by other processes are not counted.
    """
    key = f"used-bytes-{team.pk}"
    if cache.get(key) is None:
        cache.add(key, used_bytes(team), COUNTED_SECONDS)
    try:
        used = cache.incr(key, wanted)
    except ValueError:  # the key has just expired
        return False
    if used > most:
        cache.delete(key)
    return used <= most

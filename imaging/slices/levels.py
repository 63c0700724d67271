"""Anatomical levels of slices: users set the level of one slice; others inherit it by position.

A slice has the level of the nearest named slice (one whose level a user set) with a similar
orientation in the same frame of reference, if that is within half the slice spacing, because both
then show the same disc or vertebra. Otherwise its level is not known.
"""

import math
from dataclasses import dataclass

from imaging.models import SliceLevel
from imaging.slices.navigation import frames_of, slices_of

SAME_TILT = math.cos(math.radians(20))
USUAL_STEP_MM = 4.0  # for a series that does not state its slice spacing
BESIDE_MM = 120.0  # at a larger distance in the plane, slices show different body parts


@dataclass(frozen=True)
class Named:
    """A named slice: its level and position, and how far the level applies to either side."""

    level: str
    space: str
    center_mm: tuple
    normal: tuple
    reach_mm: float


@dataclass(frozen=True)
class Level:
    """The level of a slice; `away_mm` is None if the slice itself was named."""

    id: str
    away_mm: float | None = None

    @property
    def words(self):
        return SliceLevel._meta.get_field("level").label(self.id)


def named_slices(case):
    """Return ({(UID, frame): level id}, [Named]) of a case, in two queries."""
    rows = list(case.slice_levels.all())
    own = {(row.sop_instance_uid, row.frame): row.level for row in rows}
    uids = {row.sop_instance_uid for row in rows}
    images = case.instances.released().filter(sop_instance_uid__in=uids)
    found = []
    for image in images.select_related("series"):
        series = image.series
        reach = (series.spacing_between_slices or series.slice_thickness or USUAL_STEP_MM) / 2
        for place in frames_of(image):
            level = own.get((place.sop_instance_uid, place.frame))
            if level and place.center_mm and series.frame_of_reference_uid:
                position = (series.frame_of_reference_uid, place.center_mm, place.normal)
                found.append(Named(level, *position, reach))
    return own, found


def level_of(place, space, own, named):
    """Return the Level of a Slice in a series with the frame of reference `space`, or None.

    It is None if no named slice is in reach, or if two equally near ones have different levels.
    """
    level = own.get((place.sop_instance_uid, place.frame))
    if level:
        return Level(level)
    near = sorted(
        (away, one.level)
        for one in named
        if one.space == space and (away := distance(place, one)) is not None
    )
    if not near or (len(near) > 1 and near[0][0] == near[1][0] and near[0][1] != near[1][1]):
        return None
    return Level(near[0][1], round(near[0][0], 1))


def distance(place, one):
    """Return the distance in mm from a slice to a named slice, along the named slice's normal.

    Returns None if the slice is out of reach or tilted differently. The centres can differ within
    the plane, because images cover different areas.
    """
    if place.center_mm is None or abs(dot(place.normal, one.normal)) < SAME_TILT:
        return None
    apart = tuple(a - b for a, b in zip(place.center_mm, one.center_mm, strict=True))
    across = abs(dot(apart, one.normal))
    aside = math.sqrt(max(0.0, dot(apart, apart) - across**2))
    return across if across <= one.reach_mm and aside <= BESIDE_MM else None


def dot(a, b):
    return sum(x * y for x, y in zip(a, b, strict=True))


def levels_of_series(series, slices, own, named):
    """Return the Level, or None, of each slice of a series."""
    return [level_of(one, series.frame_of_reference_uid, own, named) for one in slices]


def slices_at(case, series, level):
    """Return the slices of a series at a level, sorted by distance from a named slice."""
    own, named = named_slices(case)
    slices = slices_of(series)
    found = zip(slices, levels_of_series(series, slices, own, named), strict=True)
    here = [(place, one) for place, one in found if one and one.id == level]
    return [place for place, _one in sorted(here, key=lambda pair: pair[1].away_mm or -1.0)]

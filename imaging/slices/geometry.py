"""Where a slice lies in the patient: pure functions over numbers in mm (PS3.3 C.7.6.2).

A slice is a dict or an object with `image_orientation_patient` (six cosines: along a row, then
down a column), `image_position_patient` (centre of the first pixel), `instance_number`, and what it
has of TOLD_APART, as its own or in a dict `acquisition`. The patient's axes point to the left (x),
the back (y) and the head (z).
"""

import math
from dataclasses import dataclass

# Two normals are one direction when they differ by less than this many degrees.
SAME_DIRECTION = math.cos(math.radians(1.0))
SAME_PLACE_MM = 0.01
# A letter is shown when its axis has at least this share of the direction (about 15 degrees).
OBLIQUE = 0.25
# The way slices are counted along each axis: to the left, to the back, to the feet.
COUNTED = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, -1.0))
PLANES = ("sagittal", "coronal", "axial")
ALONG_AXIS = math.cos(math.radians(35))
# What tells images at one place apart, what is asked first goes first.
TOLD_APART = (
    "diffusion_b_value",
    "diffusion_gradient_orientation",
    "echo_time",
    "echo_numbers",
    "temporal_position",
    "trigger_time",
    "image_type",
    "acquisition_number",
)
COVERED = 0.6  # a stack holds at least this share of the places, or it is no stack of its own
LETTERS = (("L", "R"), ("P", "A"), ("H", "F"))
OPPOSITE = str.maketrans("LRPAHF", "RLAPFH")


@dataclass(frozen=True)
class Letters:
    """What stands at each edge of the picture, such as "R", or "AL" for an oblique one."""

    left: str
    right: str
    top: str
    bottom: str


def normal(orientation):
    """Return the unit normal of a slice, or None where the six cosines are missing or degenerate.

    The cosines of real files are rounded; they count as a plane if both are about one long and
    about at right angles.
    """
    if orientation is None or len(orientation) != 6:
        return None
    if not all(math.isfinite(value) for value in orientation):
        return None
    row, column = orientation[:3], orientation[3:]
    lengths = (math.hypot(*row), math.hypot(*column))
    if max(abs(length - 1) for length in lengths) > 0.05 or abs(dot(row, column)) > 0.05:
        return None
    across = cross(row, column)
    size = math.hypot(*across)
    return tuple(value / size for value in across)


def order(slices):
    """Return the slices in anatomical order: stack behind stack, each by its place.

    Slices that differ only in echo or acquisition follow one another as stacks of their own.
    Where a slice has no geometry, all are ordered by instance number, and those without one last.
    """
    return [one for stack in stacks(slices) for one in stack]


def stacks(slices):
    """Return the slices as a list of stacks: parallel, one echo each, ordered by position.

    Both stacks and slices run from the head to the feet where most are axial, from right to left
    where sagittal, from front to back where coronal. One series of files can hold several stacks
    (lumbar discs, each with its own tilt; two echoes).
    """
    slices = list(slices)
    if any(not has_geometry(one) for one in slices):
        return [sorted(slices, key=by_number)] if slices else []
    axis = common_axis(slices)
    groups = [
        in_order(block, axis)
        for direction in by_direction(slices)
        for block in blocks(direction, axis)
    ]
    echoes = [echo for group in groups for echo in by_repeat(group)]
    return sorted(echoes, key=lambda stack: stack_place(stack, axis))


def in_order(block, axis):
    """Return parallel slices by their place along the axis; those of one place by number."""
    direction = axis_normal(block, axis)
    return sorted(block, key=lambda one: (along(one, direction), *by_number(one)))


def has_geometry(one):
    position = get(one, "image_position_patient")
    if position is None or len(position) != 3 or not all(map(math.isfinite, position)):
        return False
    return normal(get(one, "image_orientation_patient")) is not None


def common_axis(slices):
    """Return the patient axis that most of the slices look along, one of COUNTED."""
    weight = [0.0, 0.0, 0.0]
    for one in slices:
        for index, value in enumerate(normal(get(one, "image_orientation_patient"))):
            weight[index] += abs(value)
    dominant = weight.index(max(weight))
    return COUNTED[dominant]


def by_direction(slices):
    """Return groups of slices whose normals are parallel."""
    groups = []
    for one in slices:
        direction = normal(get(one, "image_orientation_patient"))
        for known, members in groups:
            if abs(dot(known, direction)) >= SAME_DIRECTION:
                members.append(one)
                break
        else:
            groups.append((direction, [one]))
    return [members for _, members in groups]


def blocks(slices, axis):
    """Split parallel slices where the distance leaps: two discs can share one tilt."""
    direction = axis_normal(slices, axis)
    ordered = sorted(slices, key=lambda one: along(one, direction))
    places = [along(one, direction) for one in ordered]
    steps = [b - a for a, b in zip(places, places[1:], strict=False) if b - a > SAME_PLACE_MM]
    usual = sorted(steps)[len(steps) // 2] if steps else 0.0
    found = [[ordered[0]]]
    for before, after, one in zip(places, places[1:], ordered[1:], strict=False):
        if after - before > 3 * usual + SAME_PLACE_MM:
            found.append([])
        found[-1].append(one)
    return found


def by_repeat(ordered, names=TOLD_APART):
    """Split a block with several slices at a place into one stack a b-value, echo, time point …

    A difference counts that gives stacks which each cover the block: slices that were taken by
    turns (the odd ones first) differ in their acquisition and are one stack all the same.
    """
    places = count_places(ordered)
    if places == len(ordered):
        return [ordered]
    for at, name in enumerate(names):
        kinds = {}
        for one in ordered:
            kinds.setdefault(told(one, name), []).append(one)
        covers = all(count_places(kind) >= COVERED * places for kind in kinds.values())
        if len(kinds) > 1 and covers:
            ranked = sorted(kinds, key=lambda kind: (kind is None, kind))
            return [part for kind in ranked for part in by_repeat(kinds[kind], names[at + 1 :])]
    return [ordered]


def count_places(ordered):
    """Return at how many places the slices of an ordered block lie."""
    steps = zip(ordered, ordered[1:], strict=False)
    return 1 + sum(not same_place(a, b) for a, b in steps)


def same_place(a, b):
    places = get(a, "image_position_patient"), get(b, "image_position_patient")
    return math.dist(*places) < SAME_PLACE_MM


def told(one, name):
    """Return what a slice says of one of TOLD_APART, as a value that compares; None without."""
    value = get(one, name)
    value = (get(one, "acquisition") or {}).get(name) if value is None else value
    return tuple(value) if isinstance(value, list) else value


def told_apart(header):
    """Return what a header says of TOLD_APART, without the unknown."""
    return {name: header[name] for name in TOLD_APART if header.get(name) is not None}


def stack_place(stack, axis):
    """Return the key that orders stacks: place on the common axis, what tells apart, number."""
    middle = sum(along(one, axis) for one in stack) / len(stack)
    said = [told(stack[0], name) for name in TOLD_APART]
    return round(middle, 2), [(value is None, value) for value in said], by_number(stack[0])


def axis_normal(slices, axis):
    return towards(normal(get(slices[0], "image_orientation_patient")), axis)


def towards(direction, axis):
    """Return the direction or its opposite, whichever points the way the axis does.

    Slices at right angles to the axis (a scout of three planes) are counted along their own.
    """
    if abs(dot(direction, axis)) < 0.1:
        strongest = max(range(3), key=lambda index: abs(direction[index]))
        axis = COUNTED[strongest]
    return direction if dot(direction, axis) >= 0 else tuple(-value for value in direction)


def along(one, direction):
    return dot(get(one, "image_position_patient"), direction)


def by_number(one):
    number = get(one, "instance_number")
    return number is None, number or 0


def orientation_letters(orientation):
    """Return the Letters at the edges of a picture, or None where the orientation is unknown."""
    if normal(orientation) is None:
        return None
    right, bottom = letters(orientation[:3]), letters(orientation[3:])
    return Letters(right.translate(OPPOSITE), right, bottom.translate(OPPOSITE), bottom)


def letters(direction):
    """Return the letters of the axes a direction follows, the strongest first."""
    ranked = sorted(enumerate(direction), key=lambda pair: -abs(pair[1]))
    shown = [pair for rank, pair in enumerate(ranked) if rank == 0 or abs(pair[1]) >= OBLIQUE]
    return "".join(LETTERS[axis][value < 0] for axis, value in shown)


def plane(orientation):
    """Return "axial", "sagittal", "coronal" or "oblique", or None where it is unknown."""
    direction = normal(orientation)
    if direction is None:
        return None
    strongest = max(range(3), key=lambda axis: abs(direction[axis]))
    return PLANES[strongest] if abs(direction[strongest]) >= ALONG_AXIS else "oblique"


def pixel_to_patient(position, orientation, spacing, column, row):
    """Return (x, y, z) in mm of a point of the picture; (0, 0) is the centre of the first pixel.

    `spacing` is (between rows, between columns) in mm, as in Pixel Spacing (PS3.3 C.7.6.2.1.1).
    """
    return tuple(
        position[axis]
        + orientation[axis] * spacing[1] * column
        + orientation[axis + 3] * spacing[0] * row
        for axis in range(3)
    )


def get(one, name):
    return one.get(name) if isinstance(one, dict) else getattr(one, name, None)


def dot(a, b):
    return sum(x * y for x, y in zip(a, b, strict=True))


def cross(a, b):
    return (
        a[1] * b[2] - a[2] * b[1],
        a[2] * b[0] - a[0] * b[2],
        a[0] * b[1] - a[1] * b[0],
    )

"""The position and order of slices in the patient, in mm: pure functions (PS3.3 C.7.6.2).

A slice is a dict or an object with `image_orientation_patient` (six cosines: along a row, then
down a column), `image_position_patient` (centre of the first pixel), `instance_number`, and any of
STACK_ATTRIBUTES, as attributes or in a dict `acquisition`. The patient's axes point to the left
(x), the back (y) and the head (z).
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

AnySlice = TypeVar("AnySlice")  # a dict or an object; see the module docstring
Vector = tuple[float, ...]  # (x, y, z)

# Normals that differ by less than 1 degree have the same direction.
SAME_DIRECTION = math.cos(math.radians(1.0))
SAME_PLACE_MM = 0.01
# Show an axis's letter if the direction's component along it is at least this, about sin 15°.
OBLIQUE = 0.25
# The direction in which slices are numbered along each axis: to the left, to the back, to the feet.
COUNTED = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, -1.0))
PLANES = ("sagittal", "coronal", "axial")
ALONG_AXIS = math.cos(math.radians(35))
# Attributes that distinguish slices at one position, in the order in which they are compared.
STACK_ATTRIBUTES = (
    "diffusion_b_value",
    "diffusion_gradient_orientation",
    "echo_time",
    "echo_numbers",
    "temporal_position",
    "trigger_time",
    "image_type",
    "acquisition_number",
)
MIN_COVERAGE = 0.6  # a separate stack must cover at least this share of the positions
LETTERS = (("L", "R"), ("P", "A"), ("H", "F"))
OPPOSITE = str.maketrans("LRPAHF", "RLAPFH")


@dataclass(frozen=True)
class Letters:
    """The letters at each edge of the picture, such as "R", or "AL" if the picture is oblique."""

    left: str
    right: str
    top: str
    bottom: str


def normal(orientation: Sequence[float] | None) -> Vector | None:
    """Return the unit normal of a slice, or None if the six cosines are missing or degenerate.

    The cosines in real files are rounded, so their lengths and the right angle between them are
    checked with a tolerance.
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


def order(slices: Iterable[AnySlice]) -> list[AnySlice]:
    """Return the slices in anatomical order: stack by stack, each ordered by position.

    Slices that differ only in echo or acquisition form separate stacks. If any slice has no
    geometry, all are ordered by instance number, with unnumbered slices last.
    """
    return [one for stack in stacks(slices) for one in stack]


def stacks(slices: Iterable[AnySlice]) -> list[list[AnySlice]]:
    """Return the slices as a list of stacks: parallel slices of one echo, ordered by position.

    Stacks and slices run from head to feet if most slices are axial, from right to left if
    sagittal, from front to back if coronal. A series can have several stacks, such as lumbar discs
    with different tilts, or two echoes. If any slice has no geometry, all slices form one stack.
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


def in_order(block: Sequence[AnySlice], axis: Vector) -> list[AnySlice]:
    """Sort parallel slices by position along the axis, then by instance number."""
    direction = axis_normal(block, axis)
    return sorted(block, key=lambda one: (along(one, direction), *by_number(one)))


def has_geometry(one: object) -> bool:
    position = get(one, "image_position_patient")
    if position is None or len(position) != 3 or not all(map(math.isfinite, position)):
        return False
    return normal(get(one, "image_orientation_patient")) is not None


def common_axis(slices: Sequence[object]) -> Vector:
    """Return the axis in COUNTED that is closest to the normals overall."""
    weight = [0.0, 0.0, 0.0]
    for one in slices:
        for index, value in enumerate(slice_normal(one)):
            weight[index] += abs(value)
    dominant = weight.index(max(weight))
    return COUNTED[dominant]


def by_direction(slices: Sequence[AnySlice]) -> list[list[AnySlice]]:
    """Group slices whose normals are parallel."""
    groups: list[tuple[Vector, list[AnySlice]]] = []
    for one in slices:
        direction = slice_normal(one)
        for known, members in groups:
            if abs(dot(known, direction)) >= SAME_DIRECTION:
                members.append(one)
                break
        else:
            groups.append((direction, [one]))
    return [members for _, members in groups]


def blocks(slices: Sequence[AnySlice], axis: Vector) -> list[list[AnySlice]]:
    """Split parallel slices at large gaps, because two discs can have the same tilt."""
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


def by_repeat(
    ordered: list[AnySlice], names: Sequence[str] = STACK_ATTRIBUTES
) -> list[list[AnySlice]]:
    """Split a block with several slices per position into stacks by b-value, echo, time and so on.

    An attribute is used only if each of its stacks covers enough of the block. Interleaved slices
    (odd ones first) differ in their acquisition number but form one stack.
    """
    places = count_places(ordered)
    if places == len(ordered):
        return [ordered]
    for at, name in enumerate(names):
        kinds: dict[Any, list[AnySlice]] = {}
        for one in ordered:
            kinds.setdefault(stack_attribute(one, name), []).append(one)
        covers = all(count_places(kind) >= MIN_COVERAGE * places for kind in kinds.values())
        if len(kinds) > 1 and covers:
            ranked = sorted(kinds, key=lambda kind: (kind is None, kind))
            return [part for kind in ranked for part in by_repeat(kinds[kind], names[at + 1 :])]
    return [ordered]


def count_places(ordered: Sequence[object]) -> int:
    """Count the distinct positions of the slices of an ordered block."""
    steps = zip(ordered, ordered[1:], strict=False)
    return 1 + sum(not same_place(a, b) for a, b in steps)


def same_place(a: object, b: object) -> bool:
    places = get(a, "image_position_patient"), get(b, "image_position_patient")
    return math.dist(*places) < SAME_PLACE_MM


def stack_attribute(one: object, name: str) -> Any:
    """Return one of STACK_ATTRIBUTES of a slice as a hashable, sortable value, or None."""
    value = get(one, name)
    value = (get(one, "acquisition") or {}).get(name) if value is None else value
    return tuple(value) if isinstance(value, list) else value


def stack_attributes(header: Mapping[str, Any]) -> dict[str, Any]:
    """Return a dict of those STACK_ATTRIBUTES that a header has."""
    return {name: header[name] for name in STACK_ATTRIBUTES if header.get(name) is not None}


def stack_place(stack: Sequence[object], axis: Vector) -> tuple[Any, ...]:
    """Return the sort key of a stack: mean position on the axis, attributes, instance number."""
    middle = sum(along(one, axis) for one in stack) / len(stack)
    values = [stack_attribute(stack[0], name) for name in STACK_ATTRIBUTES]
    return round(middle, 2), [(value is None, value) for value in values], by_number(stack[0])


def slice_normal(one: object) -> Vector:
    """Return the unit normal of a slice that has geometry."""
    direction = normal(get(one, "image_orientation_patient"))
    assert direction is not None
    return direction


def axis_normal(slices: Sequence[object], axis: Vector) -> Vector:
    return towards(slice_normal(slices[0]), axis)


def towards(direction: Vector, axis: Vector) -> Vector:
    """Return the direction or its opposite, whichever is closer to the axis.

    If they are almost at right angles (a three-plane scout), the axis in COUNTED that is closest
    to the direction is used instead.
    """
    if abs(dot(direction, axis)) < 0.1:
        strongest = max(range(3), key=lambda index: abs(direction[index]))
        axis = COUNTED[strongest]
    return direction if dot(direction, axis) >= 0 else tuple(-value for value in direction)


def along(one: object, direction: Vector) -> float:
    return dot(get(one, "image_position_patient"), direction)


def by_number(one: object) -> tuple[bool, int]:
    number = get(one, "instance_number")
    return number is None, number or 0


def orientation_letters(orientation: Sequence[float] | None) -> Letters | None:
    """Return the Letters at the edges of a picture, or None if the orientation is not known."""
    if orientation is None or normal(orientation) is None:
        return None
    right, bottom = letters(orientation[:3]), letters(orientation[3:])
    return Letters(right.translate(OPPOSITE), right, bottom.translate(OPPOSITE), bottom)


def letters(direction: Sequence[float]) -> str:
    """Return the letters of a direction, the strongest axis first."""
    ranked = sorted(enumerate(direction), key=lambda pair: -abs(pair[1]))
    shown = [pair for rank, pair in enumerate(ranked) if rank == 0 or abs(pair[1]) >= OBLIQUE]
    return "".join(LETTERS[axis][value < 0] for axis, value in shown)


def plane(orientation: Sequence[float] | None) -> str | None:
    """Return "axial", "sagittal", "coronal" or "oblique", or None if unknown."""
    direction = normal(orientation)
    if direction is None:
        return None
    strongest = max(range(3), key=lambda axis: abs(direction[axis]))
    return PLANES[strongest] if abs(direction[strongest]) >= ALONG_AXIS else "oblique"


def pixel_to_patient(
    position: Sequence[float],
    orientation: Sequence[float],
    spacing: Sequence[float],
    column: float,
    row: float,
) -> Vector:
    """Return (x, y, z) in mm of a point of the picture; (0, 0) is the centre of the first pixel.

    `spacing` is (between rows, between columns) in mm, as in Pixel Spacing (PS3.3 C.7.6.2.1.1).
    """
    return tuple(
        position[axis]
        + orientation[axis] * spacing[1] * column
        + orientation[axis + 3] * spacing[0] * row
        for axis in range(3)
    )


def get(one: object, name: str) -> Any:
    return one.get(name) if isinstance(one, dict) else getattr(one, name, None)


def dot(a: Sequence[float], b: Sequence[float]) -> float:
    return sum(x * y for x, y in zip(a, b, strict=True))


def cross(a: Sequence[float], b: Sequence[float]) -> Vector:
    return (
        a[1] * b[2] - a[2] * b[1],
        a[2] * b[0] - a[0] * b[2],
        a[0] * b[1] - a[1] * b[0],
    )

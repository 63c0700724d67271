"""The slices of a series in viewer order, and the matching slices of another series."""

import math
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from imaging.slices.geometry import (
    SAME_PLACE_MM,
    STACK_ATTRIBUTES,
    Letters,
    normal,
    order,
    orientation_letters,
    pixel_to_patient,
    plane,
    stack_attribute,
    stack_attributes,
    stacks,
)

WORDS = {
    "diffusion_b_value": "b %s",
    "diffusion_gradient_orientation": gettext_lazy("direction %s"),
    "echo_time": "TE %s ms",
    "echo_numbers": gettext_lazy("echo %s"),
    "temporal_position": gettext_lazy("time point %s"),
    "trigger_time": gettext_lazy("%s ms after the trigger"),
    "image_type": "%s",
    "acquisition_number": gettext_lazy("acquisition %s"),
}
MISSING = 1.5  # slices are missing if a step is longer than this multiple of the usual step
SAME_WAY = 0.7  # smallest cosine between the normals of slices that can be compared


@dataclass(frozen=True)
class Slice:
    """One frame of one image. `frame` counts from 1.

    `center_mm` is None if the geometry or pixel spacing is not known.
    `width` and `height` are the size on screen in pixels, corrected for the pixel spacing.
    `letters` is None if the orientation is not known. `stack` is the index of the stack in the
    series, `stack_words` describes how it differs from the others. `gap_mm` is the distance to the
    previous slice if slices are missing between them; `repeated` means that the previous slice has
    the same position. `level` is an imaging.slices.levels.Level, or None.
    """

    instance: int
    sop_instance_uid: str
    frame: int
    held: bool
    columns: int
    rows: int
    width: int
    height: int
    letters: Letters | None
    center_mm: tuple | None
    normal: tuple | None
    instance_number: int | None = None
    acquisition: dict = field(default_factory=dict)
    image_position_patient: tuple | None = None
    image_orientation_patient: tuple | None = None
    pixel_spacing: tuple | None = None
    stack: int = 0
    stack_words: str = ""
    gap_mm: float | None = None
    repeated: bool = False
    level: object | None = None

    @property
    def level_label(self):
        """The level as text, with the distance to the slice on which it was set; "" if unknown."""
        if self.level is None:
            return ""
        if self.level.away_mm is None:
            return self.level.words
        if not self.level.away_mm:
            return _("%(level)s (by position)") % {"level": self.level.words}
        values = {"level": self.level.words, "away": self.level.away_mm}
        return _("%(level)s (set on a slice %(away)s mm away)") % values

    def as_data(self):
        """Return the slice as a dict for the viewer's script."""
        return {
            "id": self.instance,
            "uid": self.sop_instance_uid,
            "frame": self.frame,
            "held": self.held,
            "columns": self.columns,
            "rows": self.rows,
            "width": self.width,
            "height": self.height,
            "letters": vars(self.letters) if self.letters else None,
            "position": self.image_position_patient,
            "orientation": self.image_orientation_patient,
            "spacing": self.pixel_spacing,
            "stack": self.stack,
            "stackWords": self.stack_words,
            "gap": None if self.gap_mm is None else round(self.gap_mm, 1),
            "repeated": self.repeated,
            "level": self.level_label,
        }


def slices_of(series):
    """Return a series' slices in anatomical order; one query, and one per multi-frame image."""
    images = list(series.instances.released().order_by("position", "pk").defer("header"))
    return with_stacks([one for image in images for one in frames_of(image)])


def with_stacks(slices):
    """Return the slices stack by stack, with the fields on stacks, gaps and repeats filled in."""
    found = []
    parts = stacks(slices)
    names = stack_names(parts)
    for number, stack in enumerate(parts):
        steps = [distance(a, b) for a, b in zip(stack, stack[1:], strict=False)]
        known = sorted(step for step in steps if step is not None and step > SAME_PLACE_MM)
        usual = known[len(known) // 2] if known else None
        for one, step in zip(stack, [None, *steps], strict=True):
            missing = usual is not None and step is not None and step > MISSING * usual
            repeated = step is not None and step <= SAME_PLACE_MM
            gap = step if missing else None
            found.append(
                replace(one, stack=number, stack_words=names[number], gap_mm=gap, repeated=repeated)
            )
    return found


def stack_names(parts):
    """Return how each stack differs from the others, as text; "" if planes and attributes agree."""
    planes = [plane(part[0].image_orientation_patient) or "" for part in parts]
    columns = [[name and _(name) for name in planes]] if len(set(planes)) > 1 else []
    for name in STACK_ATTRIBUTES:
        values = [stack_attribute(part[0], name) for part in parts]
        if len(set(values)) > 1:
            columns.append([attribute_words(name, value) for value in values])
    names = [", ".join(filter(None, parts)) for parts in zip(*columns, strict=True)]
    return names or [""] * len(parts)


def attribute_words(name, value):
    if value is None:
        return ""
    if name in ("image_type", "diffusion_gradient_orientation"):
        return WORDS[name] % " ".join(
            f"{one:g}" if isinstance(one, float) else one for one in value
        )
    return WORDS[name] % f"{value:g}"


def distance(before, after):
    """Return the distance between two slices in mm, or None if a position is not known."""
    if before.center_mm is None or after.center_mm is None:
        return None
    return math.dist(before.center_mm, after.center_mm)


def frames_of(image):
    """Return the frames of an image as Slices, in anatomical order."""
    if image.number_of_frames == 1:
        return [make_slice(image, 1, {})]
    known = image.header.get("frames") or []
    frames = range(1, image.number_of_frames + 1)
    return order(
        make_slice(image, frame, known[frame - 1] if frame <= len(known) else {})
        for frame in frames
    )


def make_slice(image, frame, own):
    """Return one Slice; `own` are the attributes of this frame in a multi-frame file."""
    position = own.get("image_position_patient") or image.image_position_patient
    orientation = own.get("image_orientation_patient") or image.image_orientation_patient
    spacing = own.get("pixel_spacing") or image.pixel_spacing
    rows, columns = image.rows or 1, image.columns or 1
    width, height = proportions(rows, columns, spacing)
    return Slice(
        instance=image.pk,
        sop_instance_uid=image.sop_instance_uid,
        frame=frame,
        held=image.held,
        columns=columns,
        rows=rows,
        width=width,
        height=height,
        letters=orientation_letters(orientation),
        center_mm=center(position, orientation, spacing, rows, columns),
        normal=normal(orientation),
        instance_number=image.instance_number or frame,
        acquisition=stack_attributes(own) if own else image.acquisition,
        image_position_patient=position,
        image_orientation_patient=orientation,
        pixel_spacing=spacing,
    )


def proportions(rows, columns, spacing):
    """Return (width, height) on screen in pixels, corrected for pixels that are not square."""
    down, across = spacing or (1.0, 1.0)
    finest = min(down, across)
    return max(1, round(columns * across / finest)), max(1, round(rows * down / finest))


def center(position, orientation, spacing, rows, columns):
    """Return the centre of a slice in mm, or None if its geometry or spacing is not known."""
    if position is None or spacing is None or normal(orientation) is None:
        return None
    return pixel_to_patient(position, orientation, spacing, (columns - 1) / 2, (rows - 1) / 2)


def matching_slices(slices, others, same_space):
    """Return for each slice the index of the one in `others` to show next to it, or None.

    If all positions are known, in the same frame of reference, this is the nearest slice; otherwise
    it is the slice at the same relative position in the series. Slices in different planes do not
    match.
    """
    if not slices or not others:
        return [None] * len(slices)
    if all(one.center_mm for one in (*slices, *others)) and not comparable(slices, others):
        return [None] * len(slices)
    if same_space and all(one.center_mm for one in (*slices, *others)):
        return [nearest(one, others) for one in slices]
    steps = max(1, len(slices) - 1)
    return [round(index * (len(others) - 1) / steps) for index in range(len(slices))]


def comparable(slices, others):
    """Return whether the middle slices of two series have a similar orientation."""
    first, second = slices[len(slices) // 2].normal, others[len(others) // 2].normal
    return abs(sum(a * b for a, b in zip(first, second, strict=True))) >= SAME_WAY


def nearest(one, others):
    return min(range(len(others)), key=lambda at: math.dist(one.center_mm, others[at].center_mm))

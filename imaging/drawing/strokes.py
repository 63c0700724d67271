"""Draw marks with Pillow or as SVG.

In filled marks, arrowheads and points are filled, and lines and ellipses are solid. In hollow
marks, they are unfilled or dashed, so that the two styles differ in greyscale too.
"""

import math
from dataclasses import dataclass, replace

from django.utils.html import format_html, format_html_join
from PIL import Image, ImageDraw

from imaging.drawing.lettering import font_of

RED, BLUE = (230, 25, 35), (70, 150, 255)
COLOURS = {"red": RED, "blue": BLUE, "yellow": (255, 210, 0), "white": (255, 255, 255)}
HALO_DARK, HALO_LIGHT = (0, 0, 0), (255, 255, 255)
SHARP = 4  # marks are drawn at up to this scale, then reduced for smooth edges
LARGEST_PATCH = 4_000  # longest side of the enlarged patch, in pixels
HALF_BASE = 0.36  # as a fraction of an arrowhead's length
DOT, HEAD, LINE, DASH = 0.2, 0.7, 0.1, 0.45  # as fractions of an arrowhead's length
RIM, LINE_OF_HOLLOW, HALO_OF_FILLED, HALO_OF_HOLLOW = 1.4, 1.6, 2.4, 3  # in multiples of LINE
ARC_STEPS = 72


@dataclass(frozen=True)
class Mark:
    """A mark in pixel coordinates; (0, 0) is the centre of the first pixel. See Annotation.

    `angle` is in degrees clockwise from the right; `text` is drawn next to the mark.
    """

    x: float
    y: float
    colour: str = "red"
    shape: str = "filled"
    angle: float = 0.0
    kind: str = "arrowhead"
    x2: float | None = None
    y2: float | None = None
    text: str = ""

    def placed(self, scale, left=0.0, top=0.0):
        """Return the mark scaled by `scale` (across, down), then moved by `left` and `top`."""
        across, down = scale
        ends = {}
        if self.x2 is not None:
            ends = {
                "x2": left + (self.x2 + 0.5) * across - 0.5,
                "y2": top + (self.y2 + 0.5) * down - 0.5,
            }
        x, y = left + (self.x + 0.5) * across - 0.5, top + (self.y + 0.5) * down - 0.5
        return replace(self, x=x, y=y, **ends)


@dataclass(frozen=True)
class Stroke:
    """A path through `points`; `closed` joins the ends, `filled` fills the inside."""

    points: tuple
    closed: bool = False
    filled: bool = False
    dashed: bool = False


def mark_of(annotation, text=""):
    """Return the Mark for an annotation; a text mark shows its label or target, not `text`."""
    words = annotation.label or annotation.target() if annotation.kind == "text" else text
    return Mark(
        annotation.x,
        annotation.y,
        annotation.colour,
        annotation.shape,
        annotation.angle_degrees,
        annotation.kind,
        annotation.x2,
        annotation.y2,
        words,
    )


def is_inside(mark, box):
    """Return whether at least one end of a mark is inside a box.

    `box` is (left, top, right, bottom) in pixels from the outer corner of the first pixel.
    """
    left, top, right, bottom = box
    return any(
        x is not None and left <= x + 0.5 <= right and top <= y + 0.5 <= bottom
        for x, y in ((mark.x, mark.y), (mark.x2, mark.y2))
    )


def strokes(mark, size):
    """Return the strokes of a mark; `size` is the length of an arrowhead in the mark's units."""
    solid = mark.shape == "filled"
    if mark.kind == "arrowhead":
        corners = triangle((mark.x, mark.y), mark.angle, size)
        return [Stroke(tuple(corners), closed=True, filled=solid)]
    if mark.kind == "arrow":
        return arrow(mark, size * HEAD, solid)
    if mark.kind == "line":
        return [Stroke(((mark.x, mark.y), (mark.x2, mark.y2)), dashed=not solid)]
    if mark.kind == "ellipse":
        return [Stroke(ellipse(mark), closed=True, dashed=not solid)]
    if mark.kind == "point":
        return [Stroke(circle(mark.x, mark.y, size * DOT), closed=True, filled=solid)]
    return []  # a text mark has no strokes


def arrow(mark, size, solid):
    angle = math.degrees(math.atan2(mark.y - mark.y2, mark.x - mark.x2))
    head = triangle((mark.x, mark.y), angle, size)
    neck = ((head[1][0] + head[2][0]) / 2, (head[1][1] + head[2][1]) / 2)
    return [
        Stroke((neck, (mark.x2, mark.y2)), dashed=not solid),
        Stroke(tuple(head), closed=True, filled=solid),
    ]


def triangle(tip, angle, size):
    """Return the three corners of an arrowhead: the tip and the two ends of its base."""
    along, half = math.radians(angle), size * HALF_BASE
    back = (tip[0] - size * math.cos(along), tip[1] - size * math.sin(along))
    aside = (-half * math.sin(along), half * math.cos(along))
    return [
        tuple(tip),
        (back[0] + aside[0], back[1] + aside[1]),
        (back[0] - aside[0], back[1] - aside[1]),
    ]


def ellipse(mark):
    across, down = (mark.x + mark.x2) / 2, (mark.y + mark.y2) / 2
    return arc(across, down, abs(mark.x2 - mark.x) / 2, abs(mark.y2 - mark.y) / 2)


def circle(x, y, radius):
    return arc(x, y, radius, radius)


def arc(x, y, half_width, half_height):
    """Return points (x, y) on an ellipse, clockwise from the right."""
    turns = (2 * math.pi * step / ARC_STEPS for step in range(ARC_STEPS))
    return tuple((x + half_width * math.cos(t), y + half_height * math.sin(t)) for t in turns)


# Pillow


def draw_mark(image, mark, size=24.0):
    """Draw a mark on an RGB image in place; coordinates and size are in image pixels."""
    found = strokes(mark, size)
    if found:
        draw_strokes(image, found, COLOURS[mark.colour], size)
    if mark.text:
        write_text(ImageDraw.Draw(image), mark, size)


def draw_strokes(image, found, colour, size):
    """Draw strokes on an enlarged crop of the image, reduce it and paste it back."""
    points = [point for stroke in found for point in stroke.points]
    margin = math.ceil(size * 0.4)
    left = math.floor(min(x for x, _y in points)) - margin
    top = math.floor(min(y for _x, y in points)) - margin
    width = math.ceil(max(x for x, _y in points)) + margin - left
    height = math.ceil(max(y for _x, y in points)) + margin - top
    sharp = max(1, min(SHARP, LARGEST_PATCH // max(width, height, 1)))
    box = (left, top, left + width, top + height)
    patch = image.crop(box).resize((width * sharp, height * sharp), Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(patch)
    for stroke in found:
        moved = [((x - left + 0.5) * sharp, (y - top + 0.5) * sharp) for x, y in stroke.points]
        paint(draw, stroke, moved, colour, size * sharp)
    image.paste(patch.resize((width, height), Image.Resampling.BOX), box[:2])


def paint(draw, stroke, points, colour, size):
    line = size * LINE
    if stroke.filled:
        trace(draw, stroke, points, HALO_DARK, line * HALO_OF_FILLED)
        trace(draw, stroke, points, HALO_LIGHT, line * RIM)
        draw.polygon(points, fill=colour)  # last: covers the inner rim, to look solid in greyscale
        return
    for piece in dashes(points, stroke, size * DASH):
        trace(draw, stroke, piece, HALO_DARK, line * HALO_OF_HOLLOW)
        trace(draw, stroke, piece, colour, line * LINE_OF_HOLLOW)


def trace(draw, stroke, points, colour, line):
    joined = [*points, points[0], points[1]] if stroke.closed and not stroke.dashed else points
    draw.line(joined, fill=colour, width=max(1, round(line)), joint="curve")


def dashes(points, stroke, length):
    """Return the dashes of a dashed stroke as paths; a solid or very short stroke is one path.

    Dashes and gaps are about `length` pixels long.
    """
    if not stroke.dashed:
        return [points]
    path = [*points, points[0]] if stroke.closed else points
    walked, pieces, piece = 0.0, [], []
    for a, b in zip(path, path[1:], strict=False):
        span = math.dist(a, b)
        steps = max(1, math.ceil(span / length * 4))
        for step in range(steps):
            share = step / steps
            point = (a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share)
            if int((walked + span * share) / length) % 2 == 0:
                piece.append(point)
            elif piece:
                pieces, piece = [*pieces, piece], []
        walked += span
    return [one for one in [*pieces, piece] if len(one) > 1] or [points]


def write_text(draw, mark, size):
    """Write a mark's text next to it, in the mark's colour with a dark outline."""
    height = max(9, round(size * 0.6))
    x, y = text_place(mark, size)
    draw.text(
        (x, y),
        mark.text,
        fill=COLOURS[mark.colour],
        font=font_of(height),
        anchor="lm",
        stroke_width=max(1, height // 9),
        stroke_fill=HALO_DARK,
    )


def text_place(mark, size):
    """Return where a mark's text starts: at its only point, or to the right of both ends."""
    if mark.kind == "text" or mark.x2 is None:
        return mark.x, mark.y
    return max(mark.x, mark.x2) + size * 0.3, (mark.y + mark.y2) / 2


# SVG


def svg_mark(mark, size, title=""):
    """Return a mark as a safe SVG group; coordinates and size are in SVG units."""
    parts = [format_html("<title>{}</title>", title)] if title else []
    parts += [svg_stroke(stroke, mark, size) for stroke in strokes(mark, size)]
    if mark.text:
        parts.append(svg_text(mark, size))
    return format_html("<g>{}</g>", format_html_join("", "{}", ((part,) for part in parts)))


def svg_text(mark, size):
    x, y = text_place(mark, size)
    return format_html(
        '<text class="mark-text" x="{}" y="{}" font-size="{}" font-family="DejaVu Sans, sans-serif"'
        ' fill="{}" stroke="#000" stroke-width="{}" paint-order="stroke">{}</text>',
        number(x),
        number(y + size * 0.2),
        number(size * 0.6),
        "#{:02x}{:02x}{:02x}".format(*COLOURS[mark.colour]),
        number(size * 0.08),
        mark.text,
    )


def svg_stroke(stroke, mark, size):
    """Return SVG for a stroke over its dark halo; style sheets can change its colours by class."""
    colour = "#{:02x}{:02x}{:02x}".format(*COLOURS[mark.colour])
    classes = f"mark mark-{mark.colour} mark-{'filled' if stroke.filled else 'hollow'}"
    if stroke.filled:
        halo = svg_path(stroke, size, "mark-halo", "none", "#000", HALO_OF_FILLED)
        return halo + svg_path(stroke, size, classes, colour, "#fff", RIM)
    halo = svg_path(stroke, size, "mark-halo", "none", "#000", HALO_OF_HOLLOW)
    return halo + svg_path(stroke, size, classes, "none", colour, LINE_OF_HOLLOW)


def svg_path(stroke, size, classes, fill, colour, lines):
    return format_html(
        '<{} class="{}{}" points="{}" fill="{}" stroke="{}" stroke-width="{}"'
        ' stroke-linejoin="round" paint-order="stroke"{}/>',
        "polygon" if stroke.closed else "polyline",
        classes,
        " mark-dashed" if stroke.dashed else "",
        " ".join(f"{number(x)},{number(y)}" for x, y in stroke.points),
        fill,
        colour,
        number(size * LINE * lines),
        format_html(' stroke-dasharray="{}"', number(size * DASH)) if stroke.dashed else "",
    )


def number(value):
    return f"{value:.2f}"

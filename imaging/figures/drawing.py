"""A figure of lettered panels with arrowheads, composed with Pillow."""

import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from imaging.png import encode_png

RED, BLUE = (230, 25, 35), (70, 150, 255)
COLOURS = {"red": RED, "blue": BLUE, "yellow": (255, 210, 0), "white": (255, 255, 255)}
SHAPES = ("filled", "hollow")
HALO_DARK, HALO_LIGHT = (0, 0, 0), (255, 255, 255)
PAPER, INK, DIM = (255, 255, 255), (17, 17, 17), (90, 90, 90)
FONT = Path(__file__).parents[1] / "fonts" / "DejaVuSans.ttf"  # has dashes, Greek, Cyrillic
SHARP = 4  # marks are drawn this much larger and reduced, for smooth edges


@dataclass(frozen=True)
class Mark:
    """An arrowhead: its tip at (`x`, `y`) in pixels of the source frame, (0, 0) the centre of the
    first. It points along `angle`, degrees clockwise from the right; `shape` is filled or hollow.
    """

    x: float
    y: float
    colour: str = "red"
    shape: str = "filled"
    angle: float = 0.0


@dataclass(frozen=True)
class PanelImage:
    """One picture of a figure.

    `image` is 8-bit grey or RGB; `spacing` (between rows, between columns) in mm or None;
    `letters` as `geometry.orientation_letters` gives them, or None where unknown.
    """

    image: np.ndarray
    letter: str = ""
    row_label: str = ""
    column_label: str = ""
    marks: tuple = ()
    spacing: tuple | None = None
    letters: object | None = None
    level: str = ""


@dataclass(frozen=True)
class Layout:
    """Sizes of a figure in pixels."""

    panel: int
    gap: int
    left: int
    top: int
    foot: int
    font: int


def layout(rows, panel, note):
    """Return the sizes that the labels of these panels need."""
    font = max(12, round(panel / 18))
    has_rows = any(one.row_label or one.level for row in rows for one in row)
    has_columns = any(one.column_label for row in rows for one in row)
    return Layout(
        panel=panel,
        gap=max(4, panel // 60),
        left=round(font * 1.9) if has_rows else 0,
        top=round(font * 1.7) if has_columns else 0,
        foot=round(font * 1.7) if note else 0,
        font=font,
    )


def compose_figure(panels, panel=480, note=""):
    """Return the panels (a list of rows, each a list of PanelImage) as one RGB Pillow image.

    Every panel is `panel` pixels square, its picture as large as fits and in true proportions.
    Rows carry their label (level) on the left, columns theirs on top, each from the first panel
    that has one; `note` (such as "SYNTHETIC") is written in each panel's corner and at the foot.
    """
    rows = [list(row) for row in panels if row]
    if not rows:
        raise ValueError("a figure needs at least one panel")
    sizes = layout(rows, panel, note)
    columns = max(len(row) for row in rows)
    step = panel + sizes.gap
    width = sizes.left + columns * step - sizes.gap
    height = sizes.top + len(rows) * step - sizes.gap + sizes.foot
    sheet = Image.new("RGB", (width, height), PAPER)
    for down, row in enumerate(rows):
        for across, one in enumerate(row):
            place = (sizes.left + across * step, sizes.top + down * step)
            sheet.paste(draw_panel(one, sizes, note), place)
    write_labels(sheet, rows, sizes, note)
    return sheet


def write_labels(sheet, rows, sizes, note):
    draw = ImageDraw.Draw(sheet)
    step = sizes.panel + sizes.gap
    for across in range(max(len(row) for row in rows)):
        label = first(row[across].column_label for row in rows if across < len(row))
        middle = sizes.left + across * step + sizes.panel / 2
        write(draw, (middle, sizes.top / 2), fitted(label, sizes), sizes.font, INK, "mm")
    for down, row in enumerate(rows):
        label = fitted(first(one.row_label or one.level for one in row), sizes)
        if label:
            write_upwards(sheet, label, sizes.top + down * step, sizes)
    if note:
        foot = sheet.height - sizes.foot / 2
        write(draw, (sizes.left, foot), note, round(sizes.font * 0.8), DIM, "lm")


def write_upwards(sheet, label, top, sizes):
    """Write a row's label in the left margin, read from below."""
    strip = Image.new("RGB", (sizes.panel, sizes.left), PAPER)
    middle = (sizes.panel / 2, sizes.left / 2)
    write(ImageDraw.Draw(strip), middle, label, sizes.font, INK, "mm")
    sheet.paste(strip.transpose(Image.Transpose.ROTATE_90), (0, top))


def draw_panel(one, sizes, note):
    """Return one panel as a square RGB image."""
    side = sizes.panel
    tile = Image.new("RGB", (side, side), (0, 0, 0))
    picture = Image.fromarray(one.image).convert("RGB")
    shape, scale = fit(one, side)
    left, top = (side - shape[0]) // 2, (side - shape[1]) // 2
    tile.paste(picture.resize(shape, Image.Resampling.BICUBIC), (left, top))
    for mark in one.marks:
        x = left + (mark.x + 0.5) * scale[0] - 0.5
        y = top + (mark.y + 0.5) * scale[1] - 0.5
        draw_mark(tile, x, y, mark.colour, mark.shape, mark.angle, size=side / 18)
    write_in_panel(ImageDraw.Draw(tile), one, sizes, note)
    return tile


def fit(one, side):
    """Return ((width, height) in the panel, (pixels a column, pixels a row)).

    Pixels that are not square are shown in the proportions of the body.
    """
    rows, columns = one.image.shape[:2]
    down, across = one.spacing or (1.0, 1.0)
    scale = side / max(rows * down, columns * across)
    shape = max(1, round(columns * across * scale)), max(1, round(rows * down * scale))
    return shape, (shape[0] / columns, shape[1] / rows)


def write_in_panel(draw, one, sizes, note):
    """Write panel letter, orientation letters and the note into a panel's margins."""
    side, edge = sizes.panel, round(sizes.font * 0.4)
    write_outlined(draw, (edge, edge), one.letter, round(sizes.font * 1.3), "la")
    small = round(sizes.font * 0.8)
    if one.letters is not None:
        write_outlined(draw, (edge, side / 2), one.letters.left, small, "lm")
        write_outlined(draw, (side - edge, side / 2), one.letters.right, small, "rm")
    if note:
        tiny = max(9, round(sizes.font * 0.6))
        write_outlined(draw, (side - edge, side - edge), note, tiny, "rs")


def draw_mark(image, x, y, colour, shape, angle, size=24.0):
    """Draw an arrowhead with its tip at (x, y) on an RGB image, in place.

    `angle` is where it points, degrees clockwise from the right. A filled one has a dark edge and a
    hollow one an empty middle, each with a light or dark halo, so that they differ in grey too.
    """
    reach = math.ceil(size * 1.6)
    left, top = math.floor(x) - reach, math.floor(y) - reach
    box = (left, top, left + 2 * reach, top + 2 * reach)
    patch = image.crop(box).resize((2 * reach * SHARP,) * 2, Image.Resampling.BICUBIC)
    tip = ((x - left + 0.5) * SHARP, (y - top + 0.5) * SHARP)
    draw_triangle(ImageDraw.Draw(patch), tip, angle, size * SHARP, COLOURS[colour], shape)
    image.paste(patch.resize((2 * reach,) * 2, Image.Resampling.BOX), box[:2])


def draw_triangle(draw, tip, angle, size, colour, shape):
    """Draw one arrowhead in pixels of an enlarged patch."""
    corners = triangle(tip, angle, size)
    line = size * 0.14
    if shape == "hollow":
        outline(draw, corners, HALO_DARK, line * 2.2)
        outline(draw, corners, colour, line * 1.2)
        return
    draw.polygon(corners, fill=colour)
    outline(draw, corners, HALO_LIGHT, line)
    outline(draw, corners, HALO_DARK, line * 0.35)


def outline(draw, corners, colour, line):
    draw.line([*corners, corners[0], corners[1]], fill=colour, width=round(line), joint="curve")


def triangle(tip, angle, size):
    """Return the three corners of an arrowhead: tip, and the two ends of its base."""
    along, half = math.radians(angle), size * 0.36
    back = (tip[0] - size * math.cos(along), tip[1] - size * math.sin(along))
    aside = (-half * math.sin(along), half * math.cos(along))
    return [
        tuple(tip),
        (back[0] + aside[0], back[1] + aside[1]),
        (back[0] - aside[0], back[1] - aside[1]),
    ]


@cache
def font_of(size):
    """Return the figures' font at a size in pixels; the same on every machine."""
    return ImageFont.truetype(FONT, size, layout_engine=ImageFont.Layout.BASIC)


def write(draw, place, text, size, colour, anchor):
    if text:
        draw.text(place, text, fill=colour, font=font_of(size), anchor=anchor)


def write_outlined(draw, place, text, size, anchor):
    """Write white text with a dark edge, readable on any grey."""
    if text:
        font = font_of(size)
        edge = max(1, size // 9)
        draw.text(
            place,
            text,
            fill=HALO_LIGHT,
            font=font,
            anchor=anchor,
            stroke_width=edge,
            stroke_fill=HALO_DARK,
        )


def fitted(text, sizes):
    """Return a label short enough for one panel's side."""
    font = font_of(sizes.font)
    if font.getlength(text) <= sizes.panel:
        return text
    while text and font.getlength(text + "…") > sizes.panel:
        text = text[:-1]
    return text.rstrip() + "…"


def first(labels):
    return next((label for label in labels if label), "")


def figure_png(image, dpi=300):
    """Return a composed figure as PNG bytes, the same for the same figure."""
    return encode_png(np.asarray(image.convert("RGB")), dpi)

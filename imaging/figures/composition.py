"""Compose a figure of lettered panels with marks, using Pillow."""

import io
import math
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from imaging.drawing.lettering import fitted, write, write_outlined
from imaging.drawing.strokes import draw_mark, is_inside
from imaging.pixels.png import encode_png

PAPER, INK, DIM = (255, 255, 255), (17, 17, 17), (90, 90, 90)
BARS_MM = (100, 50, 20, 10, 5, 2, 1)
MARK_SHARE = 18  # an arrowhead is 1/18 as long as a panel's side
LEFT_SHARE, GAP_SHARE, FONT_SHARE = 1.9, 60, 18
MIN_POINTS, MIN_SMALL_POINTS = 7, 6  # smallest printed font sizes that journals accept
POINTS_AN_INCH = 72


@dataclass(frozen=True)
class PanelImage:
    """One picture of a figure.

    `image` is 8-bit grey or RGB; `spacing` is (between rows, between columns) in mm or None;
    `letters` is the result of `geometry.orientation_letters`, None if unknown or not shown. `crop`
    is (left, top, right, bottom) in pixels from the outer corner of the first pixel, None for no
    crop.
    """

    image: np.ndarray
    letter: str = ""
    row_label: str = ""
    column_label: str = ""
    marks: tuple = ()
    spacing: tuple | None = None
    letters: object | None = None
    level: str = ""
    crop: tuple | None = None
    scale_bar: bool = False


@dataclass(frozen=True)
class Layout:
    """Sizes of a figure in pixels."""

    panel: int
    gap: int
    left: int
    top: int
    foot: int
    font: int
    least: int

    @property
    def step(self):
        """The distance from one panel's edge to the same edge of the next panel."""
        return self.panel + self.gap

    def small(self, share):
        """Return the size of smaller text: `share` of the font size, but at least `least`."""
        return max(self.least, round(self.font * share))

    def extent(self, rows):
        """Return (width, height) in pixels of a figure with these rows."""
        columns = max(len(row) for row in rows)
        width = self.left + columns * self.step - self.gap
        return width, self.top + len(rows) * self.step - self.gap + self.foot


def layout(rows, panel, note, dpi=None):
    """Return the Layout for rows of panels; `dpi` is None if the printed size is unknown."""
    font = max(least_font(dpi), round(panel / FONT_SHARE))
    has_rows = any(one.row_label or one.level for row in rows for one in row)
    has_columns = any(one.column_label for row in rows for one in row)
    return Layout(
        panel=panel,
        gap=max(4, panel // GAP_SHARE),
        left=round(font * LEFT_SHARE) if has_rows else 0,
        top=round(font * 1.7) if has_columns else 0,
        foot=round(font * 1.7) if note else 0,
        font=font,
        least=math.ceil(MIN_SMALL_POINTS / POINTS_AN_INCH * dpi) if dpi else 9,
    )


def least_font(dpi):
    return math.ceil(MIN_POINTS / POINTS_AN_INCH * dpi) if dpi else 12


def panel_side(width, columns, has_rows=True, dpi=None):
    """Return the side of a panel in pixels for a figure at most `width` pixels wide."""
    width -= columns / 2  # allows for the rounding of gaps and labels
    left = LEFT_SHARE * has_rows
    across = columns + (columns - 1) / GAP_SHARE
    side = width / (across + left / FONT_SHARE)
    if side / FONT_SHARE < least_font(dpi):
        side = (width - math.ceil(left * least_font(dpi))) / across
    return int(side)


def compose_figure(panels, panel=480, note="", dpi=None):
    """Compose panels (a list of rows, each a list of PanelImage) into one RGB Pillow image.

    Every panel is `panel` pixels square; its picture is fitted in true proportions. Row labels
    (levels) are on the left, column labels on top, each from the first panel that has one. `note`
    (such as "SYNTHETIC") is written in each panel's corner and at the bottom. With `dpi`, text has
    at least the printed size that journals require. Raises ValueError if there are no panels.
    """
    rows = [list(row) for row in panels if row]
    if not rows:
        raise ValueError("a figure needs at least one panel")
    sizes = layout(rows, panel, note, dpi)
    sheet = Image.new("RGB", sizes.extent(rows), PAPER)
    for down, row in enumerate(rows):
        for across, one in enumerate(row):
            place = (sizes.left + across * sizes.step, sizes.top + down * sizes.step)
            sheet.paste(draw_panel(one, sizes, note), place)
    write_labels(sheet, rows, sizes, note)
    return sheet


def write_labels(sheet, rows, sizes, note):
    draw = ImageDraw.Draw(sheet)
    for across in range(max(len(row) for row in rows)):
        label = first(row[across].column_label for row in rows if across < len(row))
        middle = sizes.left + across * sizes.step + sizes.panel / 2
        write(
            draw,
            (middle, sizes.top / 2),
            fitted(label, sizes.font, sizes.panel),
            sizes.font,
            INK,
            "mm",
        )
    for down, row in enumerate(rows):
        label = fitted(first(one.row_label or one.level for one in row), sizes.font, sizes.panel)
        if label:
            write_upwards(sheet, label, sizes.top + down * sizes.step, sizes)
    if note:
        foot = sheet.height - sizes.foot / 2
        write(draw, (sizes.left, foot), note, sizes.small(0.8), DIM, "lm")


def write_upwards(sheet, label, top, sizes):
    """Write a row's label in the left margin, rotated to read upwards."""
    strip = Image.new("RGB", (sizes.panel, sizes.left), PAPER)
    middle = (sizes.panel / 2, sizes.left / 2)
    write(ImageDraw.Draw(strip), middle, label, sizes.font, INK, "mm")
    sheet.paste(strip.transpose(Image.Transpose.ROTATE_90), (0, top))


def draw_panel(one, sizes, note):
    """Return one panel as a square RGB image."""
    side = sizes.panel
    tile = Image.new("RGB", (side, side), (0, 0, 0))
    shape, scale, (left, top) = fit(one, side)
    tile.paste(shown(one, shape), (left, top))
    for mark in marks_in(one):
        draw_mark(tile, placed(mark, one, scale, left, top), side / MARK_SHARE)
    write_in_panel(ImageDraw.Draw(tile), one, sizes, note)
    if one.scale_bar and one.spacing:
        draw_scale_bar(ImageDraw.Draw(tile), scale[0] / one.spacing[1], sizes)
    return tile


def shown(one, shape):
    """Return the cropped picture, scaled to `shape` (width, height) in pixels."""
    picture = Image.fromarray(one.image).convert("RGB")
    if one.crop is None:
        return picture.resize(shape, Image.Resampling.BICUBIC)
    return picture.transform(shape, Image.Transform.EXTENT, one.crop, Image.Resampling.BICUBIC)


def box_of(one):
    """Return the crop, or the whole picture, as (left, top, right, bottom) in source pixels."""
    rows, columns = one.image.shape[:2]
    return one.crop or (0, 0, columns, rows)


def fit(one, side):
    """Return the size, scale and corner of a picture fitted into a square of `side` pixels.

    The result is ((width, height), (scale across, scale down), (left, top)). Pixels that are not
    square are scaled to true proportions.
    """
    left, top, right, bottom = box_of(one)
    columns, rows = right - left, bottom - top
    down, across = one.spacing or (1.0, 1.0)
    scale = side / max(rows * down, columns * across)
    shape = max(1, round(columns * across * scale)), max(1, round(rows * down * scale))
    corner = ((side - shape[0]) // 2, (side - shape[1]) // 2)
    return shape, (shape[0] / columns, shape[1] / rows), corner


def marks_in(one):
    """Return the marks with at least one end inside the crop, or inside an uncropped picture."""
    box = box_of(one)
    return [mark for mark in one.marks if is_inside(mark, box)]


def placed(mark, one, scale, left, top):
    """Return a mark with its coordinates converted to pixels of the panel."""
    across, down = box_of(one)[:2]
    return mark.placed(scale, left - across * scale[0], top - down * scale[1])


def bar_of(pixels_a_mm, side):
    """Return the length of a scale bar as (mm, pixels), or None if none fits.

    The bar is the longest of BARS_MM that takes up at most a third of the panel.
    """
    for length in BARS_MM:
        if length * pixels_a_mm <= side / 3:
            return length, length * pixels_a_mm
    return None


def draw_scale_bar(draw, pixels_a_mm, sizes):
    """Draw a scale bar, labelled with its length, at the lower left of a panel."""
    bar = bar_of(pixels_a_mm, sizes.panel)
    if bar is None:
        return
    length, wide = bar
    edge, thick = round(sizes.font * 0.5), max(2, sizes.panel // 120)
    bottom = sizes.panel - edge
    place = (edge, bottom - thick, edge + round(wide), bottom)
    draw.rectangle([place[0] - 1, place[1] - 1, place[2] + 1, place[3] + 1], fill=(0, 0, 0))
    draw.rectangle(place, fill=(255, 255, 255))
    small = sizes.small(0.7)
    write_outlined(draw, (edge, bottom - thick * 2), f"{length} mm", small, "ls")


def write_in_panel(draw, one, sizes, note):
    """Write the panel letter, orientation letters and note near a panel's edges."""
    side, edge = sizes.panel, round(sizes.font * 0.4)
    write_outlined(draw, (edge, edge), one.letter, round(sizes.font * 1.3), "la")
    small = sizes.small(0.8)
    if one.letters is not None:
        write_outlined(draw, (edge, side / 2), one.letters.left, small, "lm")
        write_outlined(draw, (side - edge, side / 2), one.letters.right, small, "rm")
    if note:
        tiny = sizes.small(0.6)
        write_outlined(draw, (side - edge, side - edge), note, tiny, "rs")


def first(labels):
    return next((label for label in labels if label), "")


def figure_png(image, dpi=300):
    """Return a composed figure as PNG bytes; the output is reproducible."""
    return encode_png(np.asarray(image.convert("RGB")), dpi, lasting=True)


def figure_jpeg(image, dpi=300, quality=95):
    """Return a composed figure as JPEG bytes."""
    buffer = io.BytesIO()
    image.convert("RGB").save(buffer, "JPEG", quality=quality, dpi=(dpi, dpi), subsampling=0)
    return buffer.getvalue()

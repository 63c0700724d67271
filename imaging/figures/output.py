"""Export a figure as PNG or JPEG at a printed size, or as SVG with text and marks as vectors."""

import base64
from dataclasses import dataclass

import numpy as np
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from imaging.drawing.lettering import fitted
from imaging.drawing.strokes import svg_mark
from imaging.figures.composition import (
    MARK_SHARE,
    bar_of,
    compose_figure,
    figure_jpeg,
    figure_png,
    fit,
    layout,
    marks_in,
    panel_side,
    placed,
    shown,
)
from imaging.figures.sheet import blank_panels, panel_images
from imaging.pixels.png import encode_png

CONTENT_TYPES = {"png": "image/png", "jpg": "image/jpeg", "svg": "image/svg+xml"}
PANEL_PIXELS = 640  # the side of a panel if no width is given
WIDTHS_MM = (85, 114, 174)  # one, one and a half and two columns in many journals
MIN_MM, MAX_MM, MIN_DPI, MAX_DPI = 40, 300, 72, 600
MM_AN_INCH = 25.4
FAMILY = "DejaVu Sans, Arial, sans-serif"


@dataclass(frozen=True)
class Size:
    """The size of a figure: `width_mm` at `dpi`, or panels of PANEL_PIXELS if there is no width."""

    width_mm: int | None = None
    dpi: int = 300

    @property
    def printed_dpi(self):
        """The resolution if the printed width is known, otherwise None."""
        return self.dpi if self.width_mm else None


def draw_figure(sheet, form="png", size=None):
    """Return a figure as the bytes of a PNG, JPEG or SVG file.

    Raises Refused if none of its pictures is stored or one cannot be decoded, and OSError if a file
    is missing.
    """
    size = size or Size()
    rows, note = panel_images(sheet), note_of(sheet)
    side = side_of(rows, size)
    if form == "svg":
        return to_svg(sheet, rows, side, note, size).encode()
    image = compose_figure(rows, side, note, size.printed_dpi)
    return figure_png(image, size.dpi) if form == "png" else figure_jpeg(image, size.dpi)


def shown_size(sheet):
    """Return the (width, height) in pixels of a figure on web pages, without reading pictures."""
    rows = blank_panels(sheet)
    return layout(rows, PANEL_PIXELS, note_of(sheet)).extent(rows)


def note_of(sheet):
    return _("SYNTHETIC") if sheet.synthetic else ""


def side_of(rows, size):
    if size.width_mm is None:
        return PANEL_PIXELS
    has_rows = any(one.row_label or one.level for row in rows for one in row)
    width = size.width_mm / MM_AN_INCH * size.dpi
    return max(32, panel_side(width, max(len(row) for row in rows), has_rows, size.dpi))


# SVG


def to_svg(sheet, rows, side, note, size):
    """Return the figure as SVG text with embedded pictures; marks, bars and text are vectors."""
    sizes = layout(rows, side, note, size.printed_dpi)
    width, height = sizes.extent(rows)
    parts = [
        svg_panel(one, sizes, note, sizes.left + across * sizes.step, sizes.top + down * sizes.step)
        for down, row in enumerate(rows)
        for across, one in enumerate(row)
    ]
    parts += svg_labels(rows, sizes, note, height)
    millimetre = size.dpi / MM_AN_INCH
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" width="{}mm" height="{}mm" viewBox="0 0 {} {}"'
        ' role="img"><title>{}</title><desc>{}</desc>'
        '<rect width="{}" height="{}" fill="#fff"/>{}</svg>\n',
        f"{width / millimetre:.2f}",
        f"{height / millimetre:.2f}",
        width,
        height,
        sheet.figure.label,
        sheet.alternative_text,
        width,
        height,
        joined(parts),
    )


def joined(parts):
    return format_html_join("", "{}", ((part,) for part in parts))


def svg_panel(one, sizes, note, left, top):
    """Return one panel as a nested SVG, which clips marks at its edges."""
    side = sizes.panel
    shape, scale, corner = fit(one, side)
    picture = base64.b64encode(encode_png(np.asarray(shown(one, shape)), lasting=True)).decode()
    parts = [
        format_html('<rect width="{}" height="{}" fill="#000"/>', side, side),
        format_html(
            '<image x="{}" y="{}" width="{}" height="{}" href="data:image/png;base64,{}"/>',
            *corner,
            *shape,
            picture,
        ),
    ]
    parts += [
        svg_mark(placed(mark, one, scale, *corner), side / MARK_SHARE) for mark in marks_in(one)
    ]
    parts += svg_texts(one, sizes, note)
    if one.scale_bar and one.spacing:
        parts += svg_bar(scale[0] / one.spacing[1], sizes)
    return format_html(
        '<svg x="{}" y="{}" width="{}" height="{}">{}</svg>', left, top, side, side, joined(parts)
    )


def svg_texts(one, sizes, note):
    """Return a panel's letter, orientation letters and note as SVG elements."""
    side, edge = sizes.panel, round(sizes.font * 0.4)
    small = sizes.small(0.8)
    words = [(one.letter, edge, edge + sizes.font * 1.1, round(sizes.font * 1.3), "start")]
    if one.letters is not None:
        middle = side / 2 + small * 0.35
        words += [
            (one.letters.left, edge, middle, small, "start"),
            (one.letters.right, side - edge, middle, small, "end"),
        ]
    words.append((note, side - edge, side - edge, sizes.small(0.6), "end"))
    return [outlined(*word) for word in words if word[0]]


def outlined(text, x, y, size, anchor):
    return format_html(
        '<text x="{}" y="{}" font-size="{}" font-family="{}" text-anchor="{}" fill="#fff"'
        ' stroke="#000" stroke-width="{}" paint-order="stroke">{}</text>',
        x,
        f"{y:.1f}",
        size,
        FAMILY,
        anchor,
        max(1, size // 6),
        text,
    )


def svg_bar(pixels_a_mm, sizes):
    bar = bar_of(pixels_a_mm, sizes.panel)
    if bar is None:
        return []
    length, wide = bar
    edge, thick = round(sizes.font * 0.5), max(2, sizes.panel // 120)
    top = sizes.panel - edge - thick
    small = sizes.small(0.7)
    line = format_html(
        '<rect x="{}" y="{}" width="{}" height="{}" fill="#fff" stroke="#000"/>',
        edge,
        top,
        round(wide),
        thick,
    )
    return [line, outlined(f"{length} mm", edge, top - thick, small, "start")]


def svg_labels(rows, sizes, note, height):
    """Return the column labels, rotated row labels and bottom note as SVG elements."""
    found = []
    for across in range(max(len(row) for row in rows)):
        label = next(
            (r[across].column_label for r in rows if across < len(r) and r[across].column_label), ""
        )
        x = sizes.left + across * sizes.step + sizes.panel / 2
        label = fitted(label, sizes.font, sizes.panel)
        found.append(plain(label, x, sizes.top * 0.65, sizes.font))
    for down, row in enumerate(rows):
        label = next((one.row_label or one.level for one in row if one.row_label or one.level), "")
        x, y = sizes.left * 0.65, sizes.top + down * sizes.step + sizes.panel / 2
        turned = plain(fitted(label, sizes.font, sizes.panel), 0, 0, sizes.font)
        found.append(
            format_html('<g transform="translate({} {}) rotate(-90)">{}</g>', x, y, turned)
        )
    if note:
        small = sizes.small(0.8)
        found.append(plain(note, sizes.left, height - sizes.foot * 0.35, small, "start"))
    return found


def plain(text, x, y, size, anchor="middle"):
    return format_html(
        '<text x="{}" y="{}" font-size="{}" font-family="{}" text-anchor="{}" fill="#111">'
        "{}</text>",
        f"{x:.1f}",
        f"{y:.1f}",
        size,
        FAMILY,
        anchor,
        text,
    )

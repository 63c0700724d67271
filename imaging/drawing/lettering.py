"""Draw text in a bundled font, so that it looks the same on every machine."""

from functools import cache
from pathlib import Path

from PIL import ImageFont

HALO_DARK, HALO_LIGHT = (0, 0, 0), (255, 255, 255)
FONT = Path(__file__).parents[1] / "fonts" / "DejaVuSans.ttf"  # covers Greek and Cyrillic


@cache
def font_of(size):
    """Return the font at a size in pixels."""
    return ImageFont.truetype(FONT, size, layout_engine=ImageFont.Layout.BASIC)


def write(draw, place, text, size, colour, anchor):
    if text:
        draw.text(place, text, fill=colour, font=font_of(size), anchor=anchor)


def write_outlined(draw, place, text, size, anchor):
    """Write white text with a dark outline, legible on any grey."""
    if text:
        edge = max(1, size // 9)
        draw.text(
            place,
            text,
            fill=HALO_LIGHT,
            font=font_of(size),
            anchor=anchor,
            stroke_width=edge,
            stroke_fill=HALO_DARK,
        )


def fitted(text, size, room):
    """Return the text, truncated with "…" if it is wider than `room` pixels at this font size."""
    font = font_of(size)
    if font.getlength(text) <= room:
        return text
    while text and font.getlength(text + "…") > room:
        text = text[:-1]
    return text.rstrip() + "…"

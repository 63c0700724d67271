"""Measurements of lines and ellipses: sizes from the Pixel Spacing, statistics from the pixels.

They are computed on request; only the positions of marks are stored.
"""

import math

import numpy as np

from imaging.dicom.native import frame_header
from imaging.dicom.refusal import Refused
from imaging.pixels.pictures import read_frame


def measure(mark, image):
    """Return the measurements of a mark on its image, with None for unknown values.

    A line has `length_mm`. An ellipse has `area_mm2`, `pixels` (the number of pixels inside it),
    and the `mean`, `minimum`, `maximum` and `standard_deviation` of their modality values; `pixels`
    is 0 if the values are unknown. For any other mark, the dict is empty.
    """
    if mark.kind == "line":
        return {"length_mm": length_mm(mark, spacing_of(image, mark.frame))}
    if mark.kind == "ellipse":
        area = {"area_mm2": area_mm2(mark, spacing_of(image, mark.frame))}
        return area | statistics(values_inside(mark, image))
    return {}


def spacing_of(image, frame=1):
    """Return the spacing (between rows, between columns) of a frame in mm, None if not stated."""
    return frame_header(image.header, frame - 1).get("pixel_spacing") or image.pixel_spacing


def length_mm(mark, spacing):
    """Return a line's length in mm (PS3.3 10.7.1.3); None if the pixel spacing is not stated."""
    if spacing is None:
        return None
    down, across = spacing
    return round(math.hypot((mark.x2 - mark.x) * across, (mark.y2 - mark.y) * down), 2)


def length_label(mark, spacing):
    """Return a line's length, such as "12.3 mm"; "" for other marks or an unknown spacing."""
    length = length_mm(mark, spacing) if mark.kind == "line" else None
    return "" if length is None else f"{length:.1f} mm"


def area_mm2(mark, spacing):
    """Return the area of an ellipse in mm²; None if the pixel spacing is not stated."""
    if spacing is None:
        return None
    down, across = spacing
    width, height = abs(mark.x2 - mark.x) * across, abs(mark.y2 - mark.y) * down
    return round(math.pi * width * height / 4, 2)


def values_inside(mark, image):
    """Return the modality values of the pixels whose centre is inside an ellipse, as a 1-D array.

    Returns None if the image is in colour, cannot be decoded or is not stored.
    """
    if not image.held:
        return None
    try:
        frame = read_frame(image, mark.frame)
    except (Refused, OSError, ValueError):
        return None
    if frame.pixels.ndim != 2 or frame.photometric == "PALETTE COLOR":
        return None
    inside = frame.pixels[mask(mark, *frame.pixels.shape)]
    return inside * frame.slope + frame.intercept


def mask(mark, rows, columns):
    """Return a (rows, columns) boolean array, true for pixel centres inside an ellipse."""
    across, down = (mark.x + mark.x2) / 2, (mark.y + mark.y2) / 2
    half_width = max(abs(mark.x2 - mark.x) / 2, 1e-9)
    half_height = max(abs(mark.y2 - mark.y) / 2, 1e-9)
    x = (np.arange(columns) - across) / half_width
    y = (np.arange(rows) - down) / half_height
    return x[None, :] ** 2 + y[:, None] ** 2 <= 1


def statistics(values):
    """Return an array's statistics and size; all None, with size 0, if it is empty or None."""
    names = ("mean", "minimum", "maximum", "standard_deviation")
    if values is None or not len(values):
        return dict.fromkeys(names) | {"pixels": 0}
    found = (values.mean(), values.min(), values.max(), values.std())
    rounded = (round(float(value), 2) for value in found)
    return dict(zip(names, rounded, strict=True)) | {"pixels": len(values)}

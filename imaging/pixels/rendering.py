"""Render stored pixels: modality and VOI transformations, PNG and JPEG (PS3.3 C.11.2)."""

import functools
import io

import numpy as np
from PIL import Image

from imaging.dicom import decoding
from imaging.dicom.native import LINEAR, Frame
from imaging.dicom.refusal import Refused
from imaging.pixels.png import encode_png

PERCENTILES = (1.0, 99.5)
SAMPLE = 40_000
JPEG_QUALITY = 90
UNSHOWABLE = "The image cannot be shown, because the window stated in its file is invalid."


def default_window(frames):
    """Return the window (centre, width) in modality values for a Frame or a list of Frames.

    The first stored window is used. If none is stored, the window spans the PERCENTILES of the grey
    values of all frames, so that a whole series has one window.
    """
    frames = [frames] if isinstance(frames, Frame) else list(frames)
    for frame in frames:
        if frame.windows:
            return frame.windows[0]
    samples = np.concatenate([sampled(frame) for frame in frames])
    low, high = np.percentile(samples, PERCENTILES)
    return (float(low) + float(high) + 1) / 2, max(float(high) - float(low) + 1, 2.0)


def sampled(frame):
    """Return about SAMPLE modality values, spread over the image."""
    flat = frame.pixels.reshape(-1)
    step = max(1, flat.size // SAMPLE)
    return flat[::step].astype(np.float64) * frame.slope + frame.intercept


def window(frame, center=None, width=None):
    """Return a Frame as 8-bit values: (rows, columns), or (rows, columns, 3) for colour.

    `center` and `width` are in modality values; unless both are given, the frame's VOI LUT is used,
    or else `default_window`. Colour is not windowed. In MONOCHROME1, the lowest value is white.
    Raises Refused for a width that the VOI function does not allow.
    """
    if frame.pixels.ndim == 3:
        return colour(frame)
    if center is None or width is None:
        if frame.table is not None:
            return by_table(frame)
        center, width = default_window(frame)
    check_width(width, frame.function)
    if frame.pixels.dtype.itemsize > 2:
        values = frame.pixels * frame.slope + frame.intercept
        return inverted(shades(values, center, width, frame.function), frame.photometric)
    table = lookup(
        frame.pixels.dtype.str,
        frame.bits,
        frame.slope,
        frame.intercept,
        float(center),
        float(width),
        frame.function,
        frame.photometric,
    )
    pattern = frame.pixels.view(f"u{frame.pixels.dtype.itemsize}")
    return np.take(table, pattern, mode="clip")  # clip skips bounds checks: twice as fast


@functools.lru_cache(maxsize=64)
def lookup(kind, bits, slope, intercept, center, width, function, photometric):
    """Return the grey level of every value of `bits` bits, indexed by its bit pattern.

    Images usually use 12 of 16 bits, so most of the table need not be computed.
    """
    stored = np.dtype(kind).newbyteorder("=")
    first = -(2 ** (bits - 1)) if stored.kind == "i" else 0
    samples = np.arange(first, first + 2**bits).astype(stored)
    table = np.zeros(256**stored.itemsize, np.uint8)
    values = samples * slope + intercept
    shown = inverted(shades(values, center, width, function), photometric)
    table[samples.view(f"u{stored.itemsize}")] = shown
    return table


def check_width(width, function):
    """Raise Refused for a width that the standard does not allow (C.11.2.1.2, C.11.2.1.3)."""
    if not (width >= 1 or (width > 0 and function != LINEAR)):
        raise Refused(UNSHOWABLE)


def shades(values, center, width, function):
    """Apply the standard's formula for a VOI function; return grey levels from 0 to 255."""
    if function == "SIGMOID":
        with np.errstate(over="ignore"):
            shade = 255.0 / (1.0 + np.exp(-4.0 * (values - center) / width))
    elif function == "LINEAR_EXACT":
        shade = ((values - center) / width + 0.5) * 255.0
    elif width == 1:
        shade = np.where(values > center - 0.5, 255.0, 0.0)
    else:
        shade = ((values - (center - 0.5)) / (width - 1) + 0.5) * 255.0
    return np.rint(np.clip(shade, 0.0, 255.0)).astype(np.uint8)


def inverted(image, photometric):
    return 255 - image if photometric == "MONOCHROME1" else image


def by_table(frame):
    """Apply the frame's VOI LUT (C.11.2.1.1).

    Values outside the table map to its first or last entry.
    """
    first, bits, entries = frame.table
    if first > 0x7FFF and frame.pixels.dtype.kind == "i":
        first -= 0x10000
    values = np.rint(frame.pixels * frame.slope + frame.intercept).astype(np.int64) - first
    shade = entries[np.clip(values, 0, len(entries) - 1)].astype(np.float64)
    image = np.rint(np.clip(shade * 255.0 / (2**bits - 1), 0, 255)).astype(np.uint8)
    return inverted(image, frame.photometric)


def colour(frame):
    """Return the RGB samples of a Frame in 8 bits."""
    if frame.pixels.dtype == np.uint8:
        return frame.pixels
    return (frame.pixels >> max(0, frame.bits - 8)).clip(0, 255).astype(np.uint8)


def render(frame, center=None, width=None, size=None, fmt="png"):
    """Return a Frame as PNG or JPEG bytes.

    `size` is the longest side in pixels; None keeps the original size.
    """
    image = window(frame, center, width)
    if size is not None and size != max(image.shape[:2]):
        image = resized(image, size)
    return encode_png(image) if fmt == "png" else encode_jpeg(image)


def render_file(path, frame, header, *options):
    """Decode and render one frame, in the sandbox; see `decoding.read_frame` and `render`."""
    return render(decoding.read_frame(path, frame, header), *options)


def resized(image, size):
    """Return an 8-bit image scaled so that its longest side is `size` pixels."""
    rows, columns = image.shape[:2]
    scale = size / max(rows, columns)
    shape = max(1, round(columns * scale)), max(1, round(rows * scale))
    return np.asarray(Image.fromarray(image).resize(shape, Image.Resampling.BICUBIC))


def encode_jpeg(image, quality=JPEG_QUALITY):
    """Encode an 8-bit grey or RGB image as JPEG bytes."""
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()

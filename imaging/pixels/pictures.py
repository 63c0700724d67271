"""Render stored images with a window and marks, and cache the results on disk."""

import hashlib
import os
import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from imaging.dicom import decoding, sandbox
from imaging.dicom.native import for_frame, read_native
from imaging.drawing.strokes import draw_mark, mark_of
from imaging.file_store import cache, limits, put, store
from imaging.pixels.png import encode_png
from imaging.pixels.rendering import encode_jpeg, render, render_file, resized, window

CONTENT_TYPES = {"png": "image/png", "jpg": "image/jpeg"}
RENDERING = "4"  # change this when the same request renders differently
SAMPLES = {np.dtype("u1"): "u8", np.dtype("u2"): "u16", np.dtype("i2"): "i16"}
CACHE_BYTES = 1024 * 1024 * 1024
TRIM_BYTES = 64 * 1024 * 1024  # mean number of bytes written between two checks of the cache size
MARK_SHARE = 18  # the longest side of the picture is this multiple of an arrowhead's length


@dataclass(frozen=True)
class PictureView:
    """How to render one frame; `frame` counts from 1, `size` is the longest side in pixels."""

    frame: int = 1
    center: float | None = None
    width: float | None = None
    size: int | None = None
    fmt: str = "png"
    marks: tuple = ()

    def etag(self, sha256):
        """Return the strong entity tag of this view of a file."""
        marks = [mark_of(mark) for mark in self.marks]
        shown = (RENDERING, sha256, self.frame, self.center, self.width, self.size, self.fmt, marks)
        return hashlib.sha256(repr(shown).encode()).hexdigest()


def read_frame(image, frame=1):
    """Return one Frame of a stored image, decoded in the sandbox unless `pixel_offset` is known.

    Raises Refused if it cannot be decoded, OSError if the file is missing.
    """
    path = store().path(image.sha256)
    if image.header.get("pixel_offset") is not None:
        return read_native(path, image.header, frame - 1)
    return sandbox.call(decoding.read_frame, *frame_arguments(image, frame), limits=limits())


def frame_arguments(image, frame):
    """Return the arguments of decoding.read_frame for one frame: path, index, header."""
    path = store().path(image.sha256)
    return str(path), frame - 1, for_frame(image.header, frame - 1)


def stored_values_of(image, number):
    """Return (bytes, description) of a greyscale frame, so that a browser can apply the window.

    Bytes are little-endian samples; the description has `type` (u8, u16, i16), `rows`, `columns`,
    `slope`, `intercept`, `function` and `photometric`. Returns None for frames in colour, with a
    stored lookup table or with more than 16 bits.
    """
    frame = read_frame(image, number)
    pixels = np.ascontiguousarray(frame.pixels)
    if pixels.dtype == np.int8:
        pixels = pixels.astype("<i2")
    kind = SAMPLES.get(pixels.dtype.newbyteorder("="))
    if kind is None or pixels.ndim != 2 or frame.table is not None:
        return None
    described = {
        "type": kind,
        "rows": pixels.shape[0],
        "columns": pixels.shape[1],
        "slope": frame.slope,
        "intercept": frame.intercept,
        "function": frame.function,
        "photometric": frame.photometric,
    }
    return pixels.tobytes(), described


def picture(image, view):
    """Return PNG or JPEG bytes of a view of an image, using the cache."""
    name = view.etag(image.sha256)
    path = cache() / image.sha256[:2] / f"{image.sha256}-{name}.{view.fmt}"
    try:
        return path.read_bytes()
    except FileNotFoundError:
        data = draw(image, view)
        add_to_cache(path, data)
        return data


def draw(image, view):
    """Return the bytes of a view, rendered in the sandbox if it needs decoding and has no marks."""
    options = view.center, view.width, view.size, view.fmt
    if view.marks:
        return draw_marked(read_frame(image, view.frame), view)
    if image.header.get("pixel_offset") is not None:
        return render(read_frame(image, view.frame), *options)
    arguments = frame_arguments(image, view.frame)
    return sandbox.call(render_file, *arguments, *options, limits=limits())


def draw_marked(frame, view):
    """Draw a view of one Frame with its marks, and return it as PNG or JPEG bytes."""
    shown = window(frame, view.center, view.width)
    scale = 1.0
    if view.size:
        scale = view.size / max(shown.shape[:2])
        shown = resized(shown, view.size)
    shown = with_marks(shown, view.marks, scale)
    return encode_png(shown) if view.fmt == "png" else encode_jpeg(shown)


def with_marks(shown, marks, scale):
    """Return an 8-bit picture as RGB with marks drawn on it."""
    sheet = Image.fromarray(shown).convert("RGB")
    for mark in marks:
        draw_mark(sheet, mark_of(mark).placed((scale, scale)), max(sheet.size) / MARK_SHARE)
    return np.asarray(sheet)


def add_to_cache(path, data):
    """Store a picture in the cache, and trim the cache about once every TRIM_BYTES."""
    put(path, data)
    if random.random() < len(data) / TRIM_BYTES:
        trim()


def remove_from_cache(sha256):
    """Remove every picture of a file from the cache."""
    for path in (cache() / sha256[:2]).glob(f"{sha256}-*"):
        path.unlink(missing_ok=True)


def trim(most=CACHE_BYTES):
    """Remove the oldest pictures until the cache is at most `most` bytes in size."""
    found = sorted(cached_pictures())
    total = sum(size for _when, size, _path in found)
    for _when, size, path in found:
        if total <= most:
            return
        Path(path).unlink(missing_ok=True)
        total -= size


def cached_pictures():
    """Yield (modification time, size, path) of every picture in the cache."""
    for folder in cache().glob("??"):
        for entry in os.scandir(folder):
            try:
                status = entry.stat()
            except FileNotFoundError:
                continue  # another process may be trimming
            yield status.st_mtime, status.st_size, entry.path

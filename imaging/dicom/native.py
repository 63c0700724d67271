"""One frame of pixels, and the fast way to it where the pixel data are stored plainly."""

import errno
import os
from dataclasses import dataclass

import numpy as np

LINEAR = "LINEAR"


@dataclass(frozen=True)
class Frame:
    """One frame with what is needed to show it.

    `pixels` holds stored values: (rows, columns), or (rows, columns, 3) as RGB for colour.
    `slope` and `intercept` lead to modality values (PS3.3 C.11.1), already applied if a table did
    it. `windows` is a tuple of (centre, width) in modality values; `function` is LINEAR,
    LINEAR_EXACT or SIGMOID; `table` is a VOI LUT as (first value mapped, bits, entries), or None.
    """

    pixels: np.ndarray
    photometric: str = "MONOCHROME2"
    bits: int = 16
    slope: float = 1.0
    intercept: float = 0.0
    windows: tuple = ()
    function: str = LINEAR
    table: tuple | None = None


def array_of(data, kind, shape):
    """Return the array, or the number where `shape` is empty, whose bytes a child sent.

    ValueError for a type that is not plain: numpy makes no object out of bytes.
    """
    return np.frombuffer(data, kind).reshape(shape)[()]


def read_native(path, header, frame=0):
    """Return one frame with a single read and no parsing.

    `header` is what `read_header` gave, with `pixel_offset` set. Raises ValueError when it is
    None (use `pixels.read_frame` in the sandbox) or the frame is not there.
    """
    if header.get("pixel_offset") is None:
        raise ValueError("these pixel data cannot be read without decoding")
    if not 0 <= frame < (header["number_of_frames"] or 1):
        raise ValueError(f"there is no frame {frame}")
    size = frame_bytes(header)
    data = read_range(path, header["pixel_offset"] + frame * size, size)
    values = shaped(data, header)
    if header["pixel_representation"]:  # else nothing is to be done: unused bits are stored as zero
        values = stored_values(values, header)
    return as_frame(values, header, frame)


def frame_bytes(header):
    samples = header["samples_per_pixel"] or 1
    return header["rows"] * header["columns"] * samples * header["bits_allocated"] // 8


def read_range(path, offset, size):
    """Return `size` bytes at `offset`; raises OSError when the file is shorter."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        data = os.pread(descriptor, size, offset)
    finally:
        os.close(descriptor)
    if len(data) != size:
        raise OSError(errno.EIO, "the stored file is shorter than its header says")
    return data


def shaped(data, header):
    """Return the samples as (rows, columns) or (rows, columns, 3)."""
    values = np.frombuffer(data, f"<u{header['bits_allocated'] // 8}")
    rows, columns = header["rows"], header["columns"]
    if (header["samples_per_pixel"] or 1) == 1:
        return values.reshape(rows, columns)
    if header["planar_configuration"]:
        return np.moveaxis(values.reshape(3, rows, columns), 0, -1)
    return values.reshape(rows, columns, 3)


def as_frame(values, header, frame):
    """Return a Frame of stored values, with this frame's own window and slope if any."""
    own = frame_header(header, frame)
    slope, intercept = own.get("rescale_slope"), own.get("rescale_intercept")
    return Frame(
        pixels=values,
        photometric=header["photometric_interpretation"],
        bits=header["bits_stored"] or values.dtype.itemsize * 8,
        slope=1.0 if slope is None else slope,
        intercept=intercept or 0.0,
        windows=windows(own),
        function=own.get("voi_lut_function") or LINEAR,
    )


def frame_header(header, frame):
    """Return the header with what the functional groups say of one frame laid over it."""
    frames = header.get("frames") or []
    own = frames[frame] if frame < len(frames) else {}
    return {**header, **{name: value for name, value in own.items() if value is not None}}


def for_frame(header, frame):
    """Return what is needed of a header to read one frame: `codestream` is where it lies, if known.

    What a header says of all frames of an image can be longer than one frame.
    """
    streams = header.get("codestreams")
    stream = streams[frame] if streams and frame < len(streams) else None
    return frame_header(header, frame) | {"frames": [], "codestreams": None, "codestream": stream}


def windows(header):
    """Return the usable (centre, width) pairs in the order of the file."""
    pairs = zip(header.get("window_center") or [], header.get("window_width") or [], strict=False)
    return tuple((c, w) for c, w in pairs if c is not None and w)


def stored_values(values, header):
    """Clear bits that are no part of the value, and extend the sign (PS3.5 8.1.1)."""
    size = values.dtype.itemsize * 8
    bits = header["bits_stored"] or size
    high = header["high_bit"]
    surplus = size - 1 - (bits - 1 if high is None else high)
    signed = bool(header["pixel_representation"])
    if bits == size:
        return values.view(f"<i{size // 8}") if signed else values
    kind = values.view(f"<i{size // 8}") if signed else values
    return (kind << surplus) >> (size - bits)

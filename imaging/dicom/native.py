"""One frame of pixels, and a fast way to read it from uncompressed pixel data."""

import errno
import os
from dataclasses import dataclass

import numpy as np

from imaging.dicom.refusal import Refused

LINEAR = "LINEAR"


@dataclass(frozen=True)
class Frame:
    """One frame with the attributes needed to show it.

    `pixels` are stored values: (rows, columns), or (rows, columns, 3) as RGB for colour. `slope`
    and `intercept` convert pixels to modality values (PS3.3 C.11.1). If a modality LUT has been
    applied, `pixels` are modality values, `slope` is 1 and `intercept` is 0. `windows` is a tuple
    of (centre, width) in modality values; `function` is LINEAR, LINEAR_EXACT or SIGMOID; `table` is
    a VOI LUT as (first value mapped, bits, entries), or None.
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
    """Return the array that a child process sent as bytes, or a scalar if `shape` is empty.

    Raises ValueError for an object type, as NumPy never builds objects from bytes.
    """
    return np.frombuffer(data, kind).reshape(shape)[()]


def read_native(path, header, frame=0):
    """Return one frame with a single read and no parsing.

    `header` is the result of `examine`, with `pixel_offset`. Raises ValueError if the offset is
    None (use `decoding.read_frame` in the sandbox), Refused if there is no such frame, and OSError
    if the file is missing or too short.
    """
    if header.get("pixel_offset") is None:
        raise ValueError("these pixel data cannot be read without decoding")
    check_frame(header, frame)
    size = frame_bytes(header)
    data = read_range(path, header["pixel_offset"] + frame * size, size)
    values = shaped(data, header)
    if header["pixel_representation"]:  # unsigned values need no change: unused bits are zero
        values = stored_values(values, header)
    return as_frame(values, header, frame)


def check_frame(header, frame):
    """Raise Refused if the file has no frame with this index."""
    if not 0 <= frame < (header["number_of_frames"] or 1):
        raise Refused("The file has no frame %(frame)s.", values={"frame": frame + 1})


def frame_bytes(header):
    samples = header["samples_per_pixel"] or 1
    return header["rows"] * header["columns"] * samples * header["bits_allocated"] // 8


def read_range(path, offset, size):
    """Return `size` bytes at `offset`. Raises OSError if the file is missing or too short."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        data = os.pread(descriptor, size, offset)
    finally:
        os.close(descriptor)
    if len(data) != size:
        raise OSError(errno.EIO, "the stored file is shorter than its header states")
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
    """Return a Frame of stored values; the frame's own window and slope override the file's."""
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
    """Return the header, overridden by one frame's values from the functional groups."""
    frames = header.get("frames") or []
    own = frames[frame] if frame < len(frames) else {}
    return {**header, **{name: value for name, value in own.items() if value is not None}}


def for_frame(header, frame):
    """Return the part of a header needed to read one frame, with its `codestream` if known.

    `codestream` is (offset, length) or None. The values of all other frames are left out, as they
    can be larger than the frame itself.
    """
    streams = header.get("codestreams")
    stream = streams[frame] if streams and frame < len(streams) else None
    return frame_header(header, frame) | {"frames": [], "codestreams": None, "codestream": stream}


def windows(header):
    """Return the usable (centre, width) pairs in the order of the file."""
    pairs = zip(header.get("window_center") or [], header.get("window_width") or [], strict=False)
    return tuple((c, w) for c, w in pairs if c is not None and w)


def stored_values(values, header):
    """Return the stored bits as numbers: shifted down, with any sign extended (PS3.5 8.1.1)."""
    size = values.dtype.itemsize * 8
    bits = header["bits_stored"] or size
    high = header["high_bit"]
    surplus = size - 1 - (bits - 1 if high is None else high)
    signed = bool(header["pixel_representation"])
    if bits == size:
        return values.view(f"<i{size // 8}") if signed else values
    kind = values.view(f"<i{size // 8}") if signed else values
    return (kind << surplus) >> (size - bits)

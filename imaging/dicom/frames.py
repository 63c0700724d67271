"""Read frames as stored or as uncompressed samples, for WADO-RS (PS3.18 8.7.3)."""

import pydicom

from imaging.dicom.decoding import NATIVE, decode_array, frames_of
from imaging.dicom.native import frame_bytes, read_range
from imaging.dicom.refusal import Refused


def read_encoded(path, index):
    """Return the codestream of one frame, counted from 0, of a compressed file. Raises Refused."""
    with pydicom.dcmread(path) as dataset:
        count = int(dataset.get("NumberOfFrames") or 1)
        return bytes(frames_of(dataset, count)[index])


def read_decoded(path, index):
    """Return one frame's samples as little-endian bytes; colour is RGB, interleaved by pixel.

    Raises Refused.
    """
    with pydicom.dcmread(path) as dataset:
        try:
            values, _photometric = decode_array(dataset, index)
        except (RuntimeError, ValueError) as error:
            raise Refused("The picture is damaged: its data cannot be decoded.") from error
        return values.astype(values.dtype.newbyteorder("<"), copy=False).tobytes()


def read_plain(path, header, index):
    """Return the bytes of one uncompressed frame with a single read."""
    size = frame_bytes(header)
    return read_range(path, header["pixel_offset"] + index * size, size)


def is_plain(syntax):
    """Return whether the pixel data of a transfer syntax are native (not encapsulated)."""
    return syntax in NATIVE


def read_binary(path, tag):
    """Return the bytes of one top-level binary element. Raises Refused."""
    with pydicom.dcmread(path, stop_before_pixels=True) as dataset:
        value = dataset[int(tag, 16)].value if int(tag, 16) in dataset else None
        if not isinstance(value, bytes):
            raise Refused("The file has no binary value with this tag.")
        return value

"""Decode frames from pixel data; imagecodecs is the only decoder of compressed transfer syntaxes.

pydicom's plugin interface requires the names `DECODER_DEPENDENCIES` and `is_available` in this
module.
"""

import imagecodecs
import numpy as np
import pydicom
from pydicom.encaps import generate_frames, get_frame
from pydicom.pixels import get_decoder
from pydicom.pixels.processing import apply_color_lut, apply_modality_lut
from pydicom.uid import (
    HTJ2K,
    JPEG2000,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    HTJ2KLossless,
    HTJ2KLosslessRPCL,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    JPEGLossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    JPEGLSNearLossless,
    RLELossless,
)

from imaging.dicom.codestream import as_pixel_data, dimensions
from imaging.dicom.header import UNREADABLE, read_header
from imaging.dicom.native import (
    Frame,
    as_frame,
    check_frame,
    read_native,
    read_range,
    stored_values,
)
from imaging.dicom.refusal import Refused

__all__ = ["Frame", "decode", "read_frame", "read_native"]

NATIVE = {
    ImplicitVRLittleEndian,
    ExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    DeflatedExplicitVRLittleEndian,
}
JPEG = {JPEGBaseline8Bit, JPEGExtended12Bit, JPEGLossless, JPEGLosslessSV1}
JPEG_LS = {JPEGLSLossless, JPEGLSNearLossless}
JPEG_2000 = {JPEG2000Lossless, JPEG2000, HTJ2KLossless, HTJ2KLosslessRPCL, HTJ2K}
COMPRESSED = JPEG | JPEG_LS | JPEG_2000 | {RLELossless}
DECODER_DEPENDENCIES = dict.fromkeys(COMPRESSED, ("imagecodecs",))
PLUGIN = "imagecodecs"

PIXEL_OPTIONS = """
    rows columns samples_per_pixel photometric_interpretation planar_configuration bits_allocated
    bits_stored pixel_representation
""".split()
ONE_FRAME = {"number_of_frames": 1, "pixel_keyword": "PixelData"}

UNDECODABLE = "The picture is damaged: its compressed data cannot be decoded."
WRONG_SIZE = (
    "The compressed picture has %(found)s pixels, but the header states %(stated)s. "
    "Export the image again."
)


def is_available(syntax):
    """Return whether this plugin decodes a transfer syntax; called by pydicom."""
    return syntax in COMPRESSED


def decode_plugin(data, runner):
    """Decode one frame for pydicom, and update the runner's options to match the result."""
    syntax = runner.transfer_syntax
    if syntax == RLELossless:
        runner.set_option("planar_configuration", 1)
        return imagecodecs.dicomrle_decode(data, runner.pixel_dtype)
    values = decode_values(data, syntax, runner.photometric_interpretation)
    if syntax in JPEG_2000 and runner.samples_per_pixel == 3:
        runner.set_option("photometric_interpretation", "RGB")
    runner.set_option("planar_configuration", 0)
    return as_allocated(values, runner).tobytes()


def decode_values(data, syntax, photometric):
    """Return the samples of a JPEG, JPEG-LS or JPEG 2000 frame.

    The colour space is unchanged, except that the JPEG 2000 decoder reverses the component
    transform.
    """
    if syntax in JPEG_LS:
        return imagecodecs.jpegls_decode(data)
    if syntax in JPEG_2000:
        return imagecodecs.jpeg2k_decode(data)
    colour = {"RGB": "rgb", "YBR_FULL": "ycbcr", "YBR_FULL_422": "ycbcr"}.get(photometric)
    return imagecodecs.jpeg8_decode(data, colorspace=colour, outcolorspace=colour)


def as_allocated(values, runner):
    """Return the samples with Bits Allocated bits each, as pydicom expects."""
    if values.dtype.itemsize * 8 == runner.bits_allocated:
        return values
    kind = "i" if values.dtype.kind == "i" else "u"
    return values.astype(f"<{kind}{runner.bits_allocated // 8}")


def install():
    """Make this plugin the only decoder of compressed transfer syntaxes, even if others exist."""
    for syntax in COMPRESSED:
        decoder = get_decoder(syntax)
        for other in decoder.available_plugins:
            decoder.remove_plugin(other)
        decoder.add_plugin(PLUGIN, (__name__, "decode_plugin"))


def read_frame(path, frame=0, header=None):
    """Return one Frame of any supported file. Runs in the sandbox. Raises Refused.

    For a file that Caserecords wrote, pass the result of `for_frame` as `header`: parsing the
    header from the file takes as long as decoding a slice.
    """
    if header and header.get("codestream"):
        return decode_stream(read_range(path, *header["codestream"]), header)
    with pydicom.dcmread(path, force=True) as dataset:
        return decode(dataset, header or read_header(dataset), frame)


def decode(dataset, header, frame=0):
    """Return one Frame of a dataset that has file meta information. Raises Refused.

    Colour is returned as RGB; a palette or modality LUT is applied.
    """
    check_frame(header, frame)
    check_frame_size(dataset, header, frame)
    try:
        values, found = decode_array(dataset, frame)
    except UNREADABLE + (RuntimeError,) as error:
        raise Refused(UNDECODABLE) from error
    return finished(values, found, dataset, header, frame)


def decode_stream(stream, header):
    """Return the Frame of one codestream that needs no lookup table. Raises Refused."""
    try:
        check_stream_size(stream, header)
        decoder = get_decoder(header["transfer_syntax_uid"])
        stated = {name: header[name] for name in PIXEL_OPTIONS if header[name] is not None}
        data = as_pixel_data(stream)
        values, found = decoder.as_array(data, index=0, **stated, **ONE_FRAME)
    except UNREADABLE + (RuntimeError,) as error:
        raise Refused(UNDECODABLE) from error
    return as_shown(little_endian(values), str(found["photometric_interpretation"]), header)


def check_frame_size(dataset, header, frame):
    """Reject a compressed frame whose codestream states a different size from the dataset's."""
    if dataset.file_meta.TransferSyntaxUID in NATIVE:
        return
    count = header["number_of_frames"] or 1
    try:
        check_stream_size(get_frame(dataset.PixelData, frame, number_of_frames=count), header)
    except UNREADABLE as error:
        raise Refused(UNDECODABLE) from error


def check_stream_size(stream, header):
    found = dimensions(stream)
    stated = (header["rows"], header["columns"])
    if found is None or tuple(found) == stated:
        return
    if not all(0 < side <= 0xFFFF for side in found):
        raise Refused(UNDECODABLE)
    values = {"found": f"{found[0]} × {found[1]}", "stated": f"{stated[0]} × {stated[1]}"}
    raise Refused(WRONG_SIZE, values=values)


def decode_array(dataset, frame):
    """Return (samples, photometric interpretation) of one frame; YBR colour is converted to RGB."""
    decoder = get_decoder(dataset.file_meta.TransferSyntaxUID)
    values, found = decoder.as_array(dataset, index=frame, raw=False)
    return little_endian(values), str(found["photometric_interpretation"])


def little_endian(values):
    return values.astype(values.dtype.newbyteorder("<"), copy=False)


def finished(values, photometric, dataset, header, frame):
    """Return the Frame of decoded samples: palette or modality LUT applied, VOI LUT added."""
    if photometric == "PALETTE COLOR":
        coloured = apply_color_lut(values, dataset)
        bits = coloured.dtype.itemsize * 8
        return Frame(coloured, "RGB", bits)
    shown = as_shown(values, photometric, header, frame)
    return shown if values.ndim == 3 else with_tables(shown, dataset, header)


def as_shown(values, photometric, header, frame=0):
    """Return the Frame of decoded samples, without applying lookup tables."""
    if values.ndim == 3:
        return Frame(values, "RGB", header["bits_stored"] or values.dtype.itemsize * 8)
    stated = {**header, "photometric_interpretation": photometric}
    if values.dtype.itemsize * 8 != (header["bits_allocated"] or 0):
        stated["bits_stored"] = stated["high_bit"] = None
    unsigned = values.view(f"<u{values.dtype.itemsize}")
    return as_frame(stored_values(unsigned, stated), stated, frame)


def with_tables(frame, dataset, header):
    """Return a Frame with any modality LUT applied and any VOI LUT added (PS3.3 C.11.1, C.11.2)."""
    pixels, slope, intercept = frame.pixels, frame.slope, frame.intercept
    if dataset.get("ModalityLUTSequence"):
        pixels, slope, intercept = apply_modality_lut(pixels, dataset), 1.0, 0.0
    return Frame(
        pixels=pixels,
        photometric=frame.photometric,
        bits=pixels.dtype.itemsize * 8 if pixels is not frame.pixels else frame.bits,
        slope=slope,
        intercept=intercept,
        windows=frame.windows,
        function=frame.function,
        table=voi_table(dataset),
    )


def voi_table(dataset):
    """Return the first VOI LUT as (first value mapped, bits, entries), or None (PS3.3 C.11.2)."""
    try:
        item = dataset.VOILUTSequence[0]
        length, first, bits = (int(value) for value in item.LUTDescriptor)
        entries = item.LUTData
        if isinstance(entries, bytes):
            entries = np.frombuffer(entries, "<u2" if bits > 8 or len(entries) > length else "u1")
        values = np.asarray(entries, dtype=np.uint16)[: length or 65536]
        return (first, bits, values) if len(values) and 8 <= bits <= 16 else None
    except UNREADABLE:
        return None


def frames_of(dataset, count):
    """Return the compressed frames as a list of bytes. Raises Refused if any is missing."""
    try:
        frames = list(generate_frames(dataset.PixelData, number_of_frames=count))
    except UNREADABLE as error:
        raise Refused(UNDECODABLE) from error
    if len(frames) < count or not all(frames):
        raise Refused(
            "The file is cut off: it contains %(found)s of %(stated)s frames.",
            values={"found": sum(1 for frame in frames if frame), "stated": count},
        )
    return frames


install()

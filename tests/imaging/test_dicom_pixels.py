"""All transfer syntaxes decode to the same pixels, by the fast path and by the decoder."""

import hashlib
import json

import numpy as np
import pydicom
import pytest

from imaging.dicom.decoding import COMPRESSED, PLUGIN, get_decoder, read_frame
from imaging.dicom.examine import examine
from imaging.dicom.frames import read_encoded
from imaging.dicom.native import as_frame, for_frame, read_native, read_range
from imaging.dicom.refusal import Refused
from tests.imaging.dicom_files import KEY, SHARED, SUBJECT, image, needs_shared, ramp, to_bytes

PHANTOM = "mr-lumbar-phantom/baseline/t2/IM0009.dcm"
GROUPS = {
    "nine syntaxes": [f"mr-one-image-nine-syntaxes/ts_{n}.dcm" for n in range(1, 10)],
    "phantom": [PHANTOM]
    + [
        f"syntaxes/phantom_{name}.dcm"
        for name in "rle jpegll jpegls be implicit deflated j2k".split()
    ],
    "MR_small": [
        f"syntaxes/MR_small{name}.dcm"
        for name in (
            "",
            "_RLE",
            "_bigendian",
            "_implicit",
            "_jp2klossless",
            "_jpeg_ls_lossless",
            "_padded",
        )
    ],
    "emri_small": [
        f"syntaxes/emri_small{name}.dcm"
        for name in ("", "_RLE", "_big_endian", "_jpeg_2k_lossless", "_jpeg_ls_lossless")
    ],
}
# Files that lack UIDs and so cannot be imported, but whose pixels can be decoded: the shape of
# the pixels, and their lowest and highest values.
DECODE_ONLY = {
    "HTJ2KLossless_08_RGB.dcm": ((480, 640, 3), 0, 255),
    "HTJ2K_08_RGB.dcm": ((480, 640, 3), 0, 255),
    "JLSL_16_15_1_1F.dcm": ((128, 128), -16384, 16383),
    "JLSL_RGB_ILV1.dcm": ((256, 256, 3), 0, 255),
    "JPEGLSNearLossless_08.dcm": ((45, 10), 0, 255),
    "JPEGLSNearLossless_16.dcm": ((50, 10), 0, 65535),
}

# The start of the SHA-256 of all frames' pixels, decoded with other libraries (pydicom 3.0.2,
# pylibjpeg-libjpeg 2.5, pylibjpeg-openjpeg 2.6, pyjpegls 1.5); palettes and modality LUTs applied.
PIXELS = {
    "photometric/OBXXXX1A": "1d7c5b0e13324650",
    "photometric/OBXXXX1A_rle_2frame": "a6fbd4fb03a9d5e5",
    "photometric/RG3_J2KR": "85480a0287e37795",
    "photometric/SC_rgb_16bit": "36de0258708d3af7",
    "photometric/SC_ybr_full_uncompressed": "ddb100d8f45a7fbf",
    "photometric/color-pl": "4631a14e915f1a7f",
    "photometric/color-px": "4631a14e915f1a7f",
    "photometric/dx_image": "27e4612a3d6c6dfe",
    "photometric/mlut_18": "c03504deb7b6ec36",
    "photometric/vlut_04": "74853be063ef5655",
    "syntaxes/HTJ2KLossless_08_RGB": "9d87240604f5d752",
    "syntaxes/HTJ2K_08_RGB": "16463ac9d0b0c70e",
    "syntaxes/JLSL_16_15_1_1F": "bb0a20c386271e83",
    "syntaxes/JLSL_RGB_ILV1": "ed1fce22a62e4194",
    "syntaxes/JPEG2000": "0b1224a6dcd0dceb",
    "syntaxes/JPEGLSNearLossless_08": "9eb46aa86c342094",
    "syntaxes/JPEGLSNearLossless_16": "f929318278115ce9",
    "syntaxes/JPGLosslessP14SV1_1s_1f_8b": "36e27e4f1e87a7d5",
    "syntaxes/SC_rgb_jpeg_gdcm": "169e619557b12114",
    "syntaxes/SC_rgb_rle": "169e619557b12114",
    "syntaxes/US1_J2KI": "2138e755d364de89",
    "syntaxes/US1_J2KR": "e16892020c73095e",
    "syntaxes/examples_jpeg2k": "e16892020c73095e",
    "syntaxes/examples_palette": "6c168741cfbeaf8a",
    "syntaxes/image_dfl": "1f5f1b1c1a57606a",
}


def stored(tmp_path, source):
    target = tmp_path / hashlib.md5(str(source).encode()).hexdigest()
    return target, examine(str(source), str(target), KEY, SUBJECT)[0]


def written(tmp_path, dataset, **more):
    source = tmp_path / "source.dcm"
    source.write_bytes(to_bytes(dataset, **more))
    return source


def shown_by(frame):
    """Return all fields of a Frame except its pixels and lookup table."""
    return [value for name, value in vars(frame).items() if name not in ("pixels", "table")]


def test_one_library_decodes_every_compressed_syntax():
    assert all(get_decoder(syntax).available_plugins == (PLUGIN,) for syntax in COMPRESSED)


@needs_shared
@pytest.mark.filterwarnings("ignore:The pixel data is")
@pytest.mark.parametrize("group", GROUPS)
def test_the_same_picture_in_each_syntax_has_the_same_pixels(tmp_path, group):
    first = read_frame(SHARED / GROUPS[group][0])
    for name in GROUPS[group]:
        assert np.array_equal(read_frame(SHARED / name).pixels, first.pixels), name
        target, header = stored(tmp_path, SHARED / name)
        assert np.array_equal(read_frame(target).pixels, first.pixels), f"{name}, de-identified"
        for frame in range(header["number_of_frames"]):
            known = for_frame(json.loads(json.dumps(header)), frame)
            found, quicker = read_frame(target, frame), read_frame(target, frame, known)
            assert np.array_equal(quicker.pixels, found.pixels), f"{name}, with its stored header"
            assert shown_by(quicker) == shown_by(found), name
            if known["codestream"]:
                stream = read_range(target, *known["codestream"])
                assert stream == read_encoded(target, frame), name
        if header["pixel_offset"] is not None:
            assert np.array_equal(read_native(target, header).pixels, first.pixels), name


@needs_shared
@pytest.mark.parametrize("frame", [0, 4, 9])
def test_each_frame_is_the_same_in_each_syntax(frame):
    frames = [read_frame(SHARED / name, frame).pixels for name in GROUPS["emri_small"]]
    assert all(np.array_equal(frames[0], other) for other in frames)
    assert not np.array_equal(frames[0], read_frame(SHARED / GROUPS["emri_small"][0], 5).pixels)


@needs_shared
@pytest.mark.parametrize("name", DECODE_ONLY)
def test_files_without_their_uids_decode(name):
    shape, low, high = DECODE_ONLY[name]
    frame = read_frame(SHARED / "syntaxes" / name)
    assert (frame.pixels.shape, frame.pixels.min(), frame.pixels.max()) == (shape, low, high)


@needs_shared
@pytest.mark.parametrize("name", PIXELS)
def test_pixels_are_those_of_other_decoders(name):
    path = SHARED / f"{name}.dcm"
    count = int(pydicom.dcmread(path, force=True).get("NumberOfFrames") or 1)
    frames = [np.ascontiguousarray(read_frame(path, frame).pixels) for frame in range(count)]
    digest = hashlib.sha256(b"".join(frame.tobytes() for frame in frames)).hexdigest()
    assert digest.startswith(PIXELS[name])


@needs_shared
@pytest.mark.parametrize(
    "name",
    [
        "syntaxes/SC_rgb_dcmtk_+eb+cr.dcm",
        "syntaxes/SC_rgb_dcmtk_+eb+cy+np.dcm",
        "syntaxes/SC_rgb_jpeg_gdcm.dcm",
        "syntaxes/SC_rgb_rle.dcm",
        "photometric/SC_ybr_full_uncompressed.dcm",
    ],
)
def test_colour_bars_have_their_colours(name):
    pixels = read_frame(SHARED / name).pixels.astype(int)
    bars = [pixels[row, 50].tolist() for row in (5, 25, 45, 65)]
    wanted = [[255, 0, 0], [0, 255, 0], [0, 0, 255], None]
    for bar, colour in zip(bars, wanted, strict=True):
        assert colour is None or np.abs(np.array(bar) - colour).max() <= 130, (name, bars)
    assert np.argmax(bars[0]) == 0


@needs_shared
def test_planar_and_interleaved_colour_are_equal(tmp_path):
    frames = [read_frame(SHARED / f"photometric/color-{kind}.dcm") for kind in ("pl", "px")]
    assert np.array_equal(frames[0].pixels, frames[1].pixels)
    target, header = stored(tmp_path, SHARED / "photometric/color-pl.dcm")
    assert np.array_equal(read_native(target, header).pixels, frames[0].pixels)


@needs_shared
def test_a_modality_lut_is_applied():
    frame = read_frame(SHARED / "photometric/mlut_18.dcm")
    assert (frame.slope, frame.intercept, frame.pixels.dtype) == (1.0, 0.0, np.uint16)


@needs_shared
def test_a_voi_lut_is_added_to_the_frame():
    first, bits, entries = read_frame(SHARED / "photometric/vlut_04.dcm").table
    assert (first, bits, len(entries)) == (0, 16, 256)


@needs_shared
def test_a_palette_becomes_colour():
    for name in ("photometric/OBXXXX1A.dcm", "photometric/OBXXXX1A_rle_2frame.dcm"):
        frame = read_frame(SHARED / name)
        assert frame.photometric == "RGB" and frame.pixels.shape == (600, 800, 3)


@needs_shared
def test_an_unsigned_stream_under_a_signed_header_is_read_as_signed():
    pixels = read_frame(SHARED / "broken/J2K_pixelrep_mismatch.dcm").pixels
    assert (pixels.min(), pixels.max()) == (-2000, 1896)


def test_stray_high_bits_are_masked_and_signs_extended(tmp_path):
    pixels = np.array([[0xF001, 0x0FFF, 0x0800, 0x07FF]], np.uint16)
    unsigned = read_frame(written(tmp_path, image(pixels)))
    assert unsigned.pixels.tolist() == [[1, 4095, 2048, 2047]]
    signed = read_frame(written(tmp_path, image(pixels, PixelRepresentation=1)))
    assert signed.pixels.tolist() == [[1, -1, -2048, 2047]]


def test_stored_bits_that_do_not_end_at_the_bottom_are_moved_there(tmp_path):
    pixels = np.array([[0x123F, 0xFFFF]], np.uint16)
    target, header = stored(tmp_path, written(tmp_path, image(pixels, HighBit=15)))
    assert read_native(target, header).pixels.tolist() == [[0x123, 0xFFF]]


def test_reading_native_pixels_equals_decoding_them(tmp_path):
    dataset = image(RescaleSlope=2, RescaleIntercept=-10, WindowCenter=5, WindowWidth=10)
    target, header = stored(tmp_path, written(tmp_path, dataset))
    fast, slow = read_native(target, header), read_frame(target)
    assert np.array_equal(fast.pixels, slow.pixels) and np.array_equal(fast.pixels, ramp())
    assert (fast.slope, fast.intercept, fast.windows, fast.bits) == (2.0, -10.0, ((5.0, 10.0),), 12)
    assert (fast.slope, fast.windows, fast.function) == (slow.slope, slow.windows, slow.function)


def test_a_missing_frame_is_rejected(tmp_path):
    target, header = stored(tmp_path, written(tmp_path, image()))
    with pytest.raises(Refused, match="no frame 2"):
        read_frame(target, 1)
    with pytest.raises(Refused, match="no frame 2"):
        read_native(target, header, 1)
    with pytest.raises(ValueError, match="without decoding"):
        read_native(target, {**header, "pixel_offset": None})


def test_a_truncated_stored_file_is_detected(tmp_path):
    target, header = stored(tmp_path, written(tmp_path, image()))
    target.write_bytes(target.read_bytes()[:-4])
    with pytest.raises(OSError, match="shorter than its header"):
        read_native(target, header)


def test_each_frame_has_its_own_window_and_slope():
    header = {
        "photometric_interpretation": "MONOCHROME2",
        "bits_stored": 12,
        "rescale_slope": 1.0,
        "window_center": [40.0],
        "window_width": [400.0],
        "frames": [{}, {"rescale_slope": 2.5, "window_center": [10.0], "window_width": [20.0]}],
    }
    first, second = (as_frame(ramp(), header, number) for number in (0, 1))
    assert (first.slope, first.windows) == (1.0, ((40.0, 400.0),))
    assert (second.slope, second.windows) == (2.5, ((10.0, 20.0),))

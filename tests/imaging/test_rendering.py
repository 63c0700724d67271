"""Windowing by the standard's formulas, PNG and JPEG, and figures with arrowheads."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from imaging.dicom.decoding import read_frame
from imaging.dicom.native import Frame
from imaging.dicom.refusal import Refused
from imaging.drawing.strokes import Mark, draw_mark
from imaging.figures.composition import PanelImage, compose_figure, figure_png
from imaging.pixels import rendering
from imaging.slices.geometry import Letters
from tests.imaging.dicom_files import SHARED, needs_shared, ramp


def frame(values, **more):
    return Frame(np.array([values], more.pop("dtype", np.uint16)), **more)


def shades(values, center, width, **more):
    return rendering.window(frame(values, **more), center, width)[0].tolist()


def test_linear_window_by_hand():
    # PS3.3 C.11.2.1.2 with c=2048, w=4096: black at and below 0, white above 4095.
    assert shades([0, 1, 2048, 4095, 4096], 2048, 4096) == [0, 0, 128, 255, 255]
    # c=100, w=11: from 94.5 to 104.5; (97 - 99.5) / 10 + 0.5 = 0.25
    assert shades([94, 95, 97, 99, 100, 104, 105], 100, 11) == [0, 13, 64, 115, 140, 242, 255]


def test_a_window_of_one_is_a_threshold():
    assert shades([99, 100, 101], 100, 1) == [0, 255, 255]


def test_linear_exact_window_by_hand():
    assert shades([90, 100, 105, 110], 100, 20, function="LINEAR_EXACT") == [0, 128, 191, 255]


def test_sigmoid_window_by_hand():
    # 255 / (1 + exp(-4 (x - c) / w))
    assert shades([0, 100, 125], 100, 100, function="SIGMOID") == [5, 128, 186]


@pytest.mark.parametrize("width", [0, -1, 0.5])
def test_too_narrow_a_window_is_rejected(width):
    with pytest.raises(Refused, match="window stated in its file is invalid"):
        shades([1, 2], 1, width)


def test_slope_and_intercept_come_before_the_window():
    assert shades([0, 512], 0, 2048, slope=2.0, intercept=-1024.0) == [0, 128]


def test_signed_values_are_windowed_as_signed():
    assert shades([-1000, 0, 1000], 0, 2001, dtype=np.int16)[1] == 128
    assert shades([-1000, 0, 1000], 0, 2001, dtype=np.int16)[::2] == [0, 255]


def test_32_bit_values_are_windowed_too():
    assert shades([0, 1 << 20, 1 << 21], 1 << 20, 1 << 21, dtype=np.uint32) == [0, 128, 255]


def test_monochrome1_is_the_exact_inverse():
    plain = rendering.window(Frame(ramp()), 2000, 3000)
    other = rendering.window(Frame(ramp(), photometric="MONOCHROME1"), 2000, 3000)
    assert np.array_equal(other, 255 - plain)


def test_monochrome1_inverts_the_output_of_a_voi_lookup_table():
    table = (10, 8, np.array([0, 100, 255], np.uint16))
    plain = rendering.window(frame([10, 11, 12], table=table))
    other = rendering.window(frame([10, 11, 12], table=table, photometric="MONOCHROME1"))
    assert plain.ravel().tolist() == [0, 100, 255] and np.array_equal(other, 255 - plain)


@given(
    st.lists(st.integers(0, 65535), min_size=1, max_size=50),
    st.floats(-70000, 70000),
    st.floats(1.01, 70000),
)
def test_lookup_table_equals_the_formula(values, center, width):
    low, high = center - 0.5 - (width - 1) / 2, center - 0.5 + (width - 1) / 2
    for value, shade in zip(values, shades(values, center, width), strict=True):
        if value <= low:
            assert shade == 0
        elif value > high:
            assert shade == 255
        else:
            exact = ((value - (center - 0.5)) / (width - 1) + 0.5) * 255
            assert abs(shade - exact) <= 0.5 + 1e-6


def test_default_window_is_the_first_stored_one():
    stored = frame([1, 2], windows=((40.0, 400.0), (300.0, 1500.0)))
    assert rendering.default_window(stored) == (40.0, 400.0)


def test_without_a_stored_window_all_frames_share_one():
    dark, light = Frame(np.zeros((50, 50), np.uint16)), Frame(np.full((50, 50), 1000, np.uint16))
    assert rendering.default_window([dark, light]) == (500.5, 1001.0)


def test_a_flat_picture_has_a_window():
    center, width = rendering.default_window(Frame(np.zeros((4, 4), np.uint16)))
    assert width >= 1
    assert rendering.window(Frame(np.zeros((4, 4), np.uint16)), center, width).shape == (4, 4)


def test_a_voi_lut_is_used_without_a_requested_window():
    table = (10, 8, np.array([0, 100, 255], np.uint16))
    image = rendering.window(frame([0, 10, 11, 12, 99], table=table))
    assert image[0].tolist() == [0, 0, 100, 255, 255]


def test_colour_of_16_bits_becomes_8():
    colour = Frame(np.full((1, 1, 3), 0xABCD, np.uint16), "RGB", 16)
    assert rendering.window(colour).tolist() == [[[0xAB] * 3]]


@pytest.mark.parametrize("shape", [(7, 5), (1, 1), (6, 4, 3)])
def test_png_is_lossless(shape):
    image = np.random.default_rng(1).integers(0, 256, shape, np.uint8)
    back = np.asarray(Image.open(io.BytesIO(rendering.encode_png(image))))
    assert np.array_equal(back, image)


def test_png_is_reproducible_and_states_its_resolution():
    image = np.zeros((3, 3), np.uint8)
    data = rendering.encode_png(image, dpi=300)
    assert data == rendering.encode_png(image, dpi=300)
    assert round(Image.open(io.BytesIO(data)).info["dpi"][0]) == 300


def test_render_fits_the_longest_side_and_keeps_the_shape():
    data = rendering.render(Frame(ramp(40, 20)), 2000, 4000, size=10, fmt="jpeg")
    picture = Image.open(io.BytesIO(data))
    assert (picture.format, picture.size) == ("JPEG", (5, 10))


def panel(**more):
    return PanelImage(np.full((64, 64), 128, np.uint8), **more)


def test_arrowhead_points_in_its_direction():
    picture = Image.new("RGB", (100, 100))
    draw_mark(picture, Mark(50, 50, "red", "filled", 0), 20)
    pixels = np.asarray(picture)
    assert pixels[50, 38].tolist() == [230, 25, 35]
    assert pixels[:, 58:].max() == 0


def test_filled_and_hollow_differ_in_grey():
    grey = []
    for colour, shape in (("red", "filled"), ("blue", "hollow")):
        picture = Image.new("RGB", (100, 100), (128, 128, 128))
        draw_mark(picture, Mark(70, 50, colour, shape, 0), 40)
        grey.append(np.asarray(picture.convert("L")))
    inside = (slice(48, 53), slice(40, 46))
    assert abs(int(grey[1][inside].mean()) - 128) < 8, "not see-through if hollow"
    assert abs(int(grey[0][inside].mean()) - 128) > 30


def test_filled_mark_is_one_shade_up_to_its_light_rim():
    picture = Image.new("RGB", (100, 100), (60, 60, 60))
    draw_mark(picture, Mark(70, 50, "red", "filled", 0), 40)
    across = np.asarray(picture.convert("L"))[50:80, 50].astype(int)
    rim = int(across.argmax())
    assert across[rim] > 200 and set(across[: rim - 2]) == {across[0]}, "a line inside the mark"
    assert across[rim:].min() < 20, "no dark edge to stand out on bright tissue"


def test_a_mark_at_the_very_edge_is_drawn():
    picture = Image.new("RGB", (20, 20))
    draw_mark(picture, Mark(0, 0, "blue", "hollow", 225))
    assert np.asarray(picture).max() > 0


def test_figure_has_equal_panels_in_rows_and_columns():
    rows = [[panel(letter="a"), panel(letter="b")], [panel(letter="c")]]
    sheet = compose_figure(rows, panel=100)
    assert sheet.size == (204, 204)
    pixels = np.asarray(sheet)
    assert pixels[50, 50].tolist() == [128] * 3
    assert pixels[150, 150].tolist() == [255] * 3, "a missing panel is not white"


def test_labels_letters_and_note_are_written():
    plain = compose_figure([[panel()]], panel=200)
    told = compose_figure(
        [[panel(letter="a", level="L4-5", column_label="T2", letters=Letters("R", "L", "A", "P"))]],
        panel=200,
        note="SYNTHETIC",
    )
    assert told.size[0] > plain.size[0] and told.size[1] > plain.size[1]
    dark = np.asarray(told.convert("L")) < 100
    assert dark[:, :15].any() and dark[-15:].any() and dark[:15].any()


def test_pixels_that_are_not_square_are_shown_in_true_proportions():
    wide = PanelImage(np.full((10, 10), 200, np.uint8), spacing=(1.0, 2.0))
    pixels = np.asarray(compose_figure([[wide]], panel=100).convert("L"))
    assert pixels[50, 50] == 200 and pixels[20, 50] == 0


def test_a_mark_is_drawn_on_its_pixel():
    image = np.zeros((50, 50), np.uint8)
    marked = PanelImage(image, marks=(Mark(x=25, y=10, angle=90),))
    pixels = np.asarray(compose_figure([[marked]], panel=500))
    lowest = np.argwhere(pixels[:, :, 0] > 150).max(axis=0)[0]
    assert abs(lowest - (10.5 * 10 - 0.5)) <= 6


def test_figure_bytes_are_reproducible():
    sheets = [compose_figure([[panel(letter="a")]], panel=60) for _ in range(2)]
    assert figure_png(sheets[0]) == figure_png(sheets[1])


def test_an_empty_figure_is_an_error():
    with pytest.raises(ValueError, match="at least one panel"):
        compose_figure([[]])


@needs_shared
def test_mono1_file_is_the_inverse_of_its_slice():
    known = read_frame(SHARED / "mr-lumbar-phantom/baseline/t2/IM0009.dcm")
    other = read_frame(SHARED / "broken/mono1.dcm")
    center, width = rendering.default_window(known)
    plain = rendering.window(known, center, width)
    assert np.array_equal(rendering.window(other, center, width), 255 - plain)


@needs_shared
def test_first_of_two_windows_is_used():
    frame = read_frame(SHARED / "broken/multi_window.dcm")
    assert rendering.default_window(frame) == (1000.0, 2000.0)

"""Slice geometry: order, orientation letters, planes and coordinates in mm."""

import math

import pydicom
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imaging.dicom.header import read_header
from imaging.slices import geometry
from tests.imaging.dicom_files import SHARED, needs_shared

AXIAL = [1, 0, 0, 0, 1, 0]
SAGITTAL = [0, 1, 0, 0, 0, -1]
CORONAL = [1, 0, 0, 0, 0, -1]


def make(position, orientation=AXIAL, number=1, **more):
    return {
        "image_position_patient": position,
        "image_orientation_patient": orientation,
        "instance_number": number,
        **more,
    }


def tilted(degrees):
    """Return the direction cosines of an axial slice tilted about the left–right axis."""
    angle = math.radians(degrees)
    return [1, 0, 0, 0, math.cos(angle), math.sin(angle)]


def numbers(slices):
    return [one["instance_number"] for one in slices]


def read_folder(folder):
    return [
        read_header(pydicom.dcmread(path, stop_before_pixels=True))
        for path in sorted((SHARED / folder).iterdir())
    ]


def test_normal_is_the_cross_product():
    assert geometry.normal(AXIAL) == (0, 0, 1)
    assert geometry.normal(SAGITTAL) == (-1, 0, 0)


@pytest.mark.parametrize("bad", [None, [], [1, 0, 0], [0] * 6, [1, 0, 0, 1, 0, 0], [math.nan] * 6])
def test_invalid_orientation_has_no_normal(bad):
    assert geometry.normal(bad) is None
    assert geometry.orientation_letters(bad) is None
    assert geometry.plane(bad) is None


@pytest.mark.parametrize(
    ("orientation", "letters"),
    [(AXIAL, "RLAP"), (SAGITTAL, "APHF"), (CORONAL, "RLHF"), ([-1, 0, 0, 0, -1, 0], "LRPA")],
)
def test_letters_at_left_right_top_bottom(orientation, letters):
    found = geometry.orientation_letters(orientation)
    assert (found.left, found.right, found.top, found.bottom) == tuple(letters)


def test_an_oblique_picture_has_two_letters_per_edge():
    half = math.sqrt(0.5)
    found = geometry.orientation_letters([half, half, 0, 0, 0, -1])
    assert (found.right, found.left) == ("LP", "RA")
    assert (found.top, found.bottom) == ("H", "F")


def test_a_slight_tilt_keeps_one_letter():
    assert geometry.orientation_letters(tilted(10)).bottom == "P"


@pytest.mark.parametrize(
    ("orientation", "plane"),
    [
        (AXIAL, "axial"),
        (SAGITTAL, "sagittal"),
        (CORONAL, "coronal"),
        (tilted(28), "axial"),
        (tilted(45), "oblique"),
    ],
)
def test_plane_by_its_normal(orientation, plane):
    assert geometry.plane(orientation) == plane


def test_axial_slices_run_from_head_to_feet():
    slices = [make([0, 0, z], number=n) for n, z in enumerate((5, -5, 10, 0))]
    assert numbers(geometry.order(slices)) == [2, 0, 3, 1]


def test_sagittal_slices_run_from_right_to_left():
    slices = [make([x, 0, 0], SAGITTAL, n) for n, x in enumerate((5, -5, 10))]
    assert numbers(geometry.order(slices)) == [1, 0, 2]


def test_coronal_slices_run_from_front_to_back():
    slices = [make([0, y, 0], CORONAL, n) for n, y in enumerate((5, -5, 10))]
    assert numbers(geometry.order(slices)) == [1, 0, 2]


def test_parallel_blocks_are_split_at_a_gap():
    slices = [make([0, 0, z]) for z in (0, 4, 8, 60, 64, 68)]
    assert [len(stack) for stack in geometry.stacks(slices)] == [3, 3]


def test_echoes_at_one_position_are_separate_stacks():
    slices = [make([0, 0, z], number=z, echo_time=te) for z in range(5) for te in (92.0, 11.0)]
    stacks = geometry.stacks(slices)
    assert [stack[0]["echo_time"] for stack in stacks] == [11.0, 92.0]
    assert [numbers(stack) for stack in stacks] == [[4, 3, 2, 1, 0]] * 2


def test_three_planes_of_a_scout_are_three_stacks():
    slices = [
        make([10 * k, 10 * k, 10 * k], plane, k)
        for plane in (AXIAL, SAGITTAL, CORONAL)
        for k in range(3)
    ]
    assert sorted(len(stack) for stack in geometry.stacks(slices)) == [3, 3, 3]


def test_without_geometry_slices_are_sorted_by_instance_number():
    slices = [make(None, None, 3), make([0, 0, 9], AXIAL, 1), make(None, None, None)]
    assert numbers(geometry.order(slices)) == [1, 3, None]


def test_objects_and_dicts_are_accepted():
    class Slice:
        image_orientation_patient = AXIAL
        instance_number = 1

        def __init__(self, z):
            self.image_position_patient = [0, 0, z]

    assert [one.image_position_patient[2] for one in geometry.order([Slice(1), Slice(2)])] == [2, 1]


def test_no_slices_give_an_empty_order():
    assert geometry.order([]) == []


@given(st.permutations(range(12)), st.floats(-30, 30))
def test_order_does_not_depend_on_the_input_order(shuffled, degrees):
    orientation = tilted(degrees)
    across = geometry.normal(orientation)
    slices = [make([4.4 * k * value for value in across], orientation, k) for k in shuffled]
    assert numbers(geometry.order(slices)) == list(range(11, -1, -1))


def test_pixel_to_patient_uses_row_spacing_down_and_column_spacing_across():
    point = geometry.pixel_to_patient([10, 20, 30], AXIAL, (2.0, 0.5), column=4, row=3)
    assert point == (12, 26, 30)


@needs_shared
def test_lumbar_series_is_three_tilted_blocks_from_head_to_feet():
    slices = read_folder("mr-lumbar-phantom/baseline/t2")
    stacks = geometry.stacks(reversed(slices))
    assert [numbers(stack) for stack in stacks] == [
        [1, 2, 3, 4, 5, 6],
        [7, 8, 9, 10, 11, 12],
        [13, 14, 15, 16, 17, 18],
    ]
    heights = [one["image_position_patient"][2] for one in geometry.order(slices)]
    assert heights == sorted(heights, reverse=True)


@needs_shared
def test_dual_echo_series_is_two_stacks_of_35():
    stacks = geometry.stacks(read_folder("mr-pd-t2-dual-echo"))
    assert [(len(stack), stack[0]["echo_time"]) for stack in stacks] == [(35, 11.0), (35, 92.0)]
    left = [[one["image_position_patient"][0] for one in stack] for stack in stacks]
    assert left[0] == left[1] == sorted(left[0])


@needs_shared
def test_patient_left_is_on_the_right_of_the_lumbar_picture():
    first = read_folder("mr-lumbar-phantom/baseline/t2")[0]
    assert geometry.orientation_letters(first["image_orientation_patient"]).right == "L"


# The direction cosines depend on the patient position; the letters depend only on the cosines
# (PS3.3 C.7.3.1.1.2). Each entry is for an axial picture, viewed from the front of the scanner: the
# cosines of row and column, and the letters at the left, right, top and bottom.
LYING = {
    "HFS": ([1, 0, 0], [0, 1, 0], ("R", "L", "A", "P")),
    "HFP": ([-1, 0, 0], [0, -1, 0], ("L", "R", "P", "A")),
    "HFDR": ([0, -1, 0], [1, 0, 0], ("P", "A", "R", "L")),
    "HFDL": ([0, 1, 0], [-1, 0, 0], ("A", "P", "L", "R")),
    "FFS": ([-1, 0, 0], [0, 1, 0], ("L", "R", "A", "P")),
    "FFP": ([1, 0, 0], [0, -1, 0], ("R", "L", "P", "A")),
}


@pytest.mark.parametrize("position", LYING)
def test_letters_are_correct_for_every_patient_position(position):
    row, column, (left, right, top, bottom) = LYING[position]
    found = geometry.orientation_letters([*row, *column])
    assert (found.left, found.right, found.top, found.bottom) == (left, right, top, bottom)


ANGLES = st.floats(-math.pi, math.pi)


@given(ANGLES, ANGLES, ANGLES)
def test_letters_turn_with_the_picture(a, b, c):
    row = [math.cos(a) * math.cos(b), math.sin(a) * math.cos(b), -math.sin(b)]
    column = [
        math.cos(a) * math.sin(b) * math.sin(c) - math.sin(a) * math.cos(c),
        math.sin(a) * math.sin(b) * math.sin(c) + math.cos(a) * math.cos(c),
        math.cos(b) * math.sin(c),
    ]
    back = [-value for value in row]
    found = geometry.orientation_letters(row + column)
    mirrored = geometry.orientation_letters(back + column)
    turned = geometry.orientation_letters(column + back)
    assert (mirrored.left, mirrored.right) == (found.right, found.left)
    assert (mirrored.top, mirrored.bottom) == (found.top, found.bottom)
    assert (turned.left, turned.right) == (found.top, found.bottom)
    assert (turned.top, turned.bottom) == (found.right, found.left)


def test_slices_of_a_prone_or_flipped_series_run_from_head_to_feet():
    for orientation in ([1, 0, 0, 0, 1, 0], [-1, 0, 0, 0, -1, 0], [-1, 0, 0, 0, 1, 0]):
        slices = [make([0, 0, z], orientation) for z in (-10, 0, -5)]
        assert [one["image_position_patient"][2] for one in geometry.order(slices)] == [0, -5, -10]

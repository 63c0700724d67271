"""Lengths, areas and grey values of lines and ellipses."""

import math

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from imaging.models import Annotation
from imaging.pixels.measurement import area_mm2, length_mm, mask, measure
from tests.imaging.dicom_files import ramp
from tests.imaging.stored import add_mark, case_with_images

PLACE = st.floats(0, 500)
SPACING = st.tuples(st.floats(0.1, 5), st.floats(0.1, 5))


def line(x, y, x2, y2):
    return Annotation(kind="line", x=x, y=y, x2=x2, y2=y2)


@given(PLACE, PLACE, PLACE, PLACE, SPACING)
def test_length_is_the_distance_in_the_patient(x, y, x2, y2, spacing):
    down, across = spacing
    body = math.dist((x * across, y * down), (x2 * across, y2 * down))
    assert length_mm(line(x, y, x2, y2), spacing) == pytest.approx(body, abs=0.006)
    assert length_mm(line(x2, y2, x, y), spacing) == length_mm(line(x, y, x2, y2), spacing)


@given(PLACE, PLACE, SPACING)
def test_rotated_picture_measures_the_same(x, y, spacing):
    turned = line(0, 0, y, x)
    assert length_mm(line(0, 0, x, y), spacing) == length_mm(turned, spacing[::-1])


def test_nothing_is_measured_without_pixel_spacing():
    assert length_mm(line(0, 0, 3, 4), None) is None
    assert area_mm2(line(0, 0, 3, 4), None) is None


def test_mask_of_an_ellipse_has_its_area():
    inside = mask(line(10, 20, 90, 60), 100, 120)
    assert inside.sum() == pytest.approx(math.pi * 80 * 40 / 4, rel=0.01)
    assert not inside[0].any() and inside[40, 50]


@pytest.mark.django_db
def test_ellipse_measures_the_values_of_its_pixels():
    case = case_with_images(1)
    mark = add_mark(case, kind="ellipse", x=2, y=3, x2=8, y2=9)
    found = measure(mark, case.instances.get())
    inside = ramp()[mask(mark, *ramp().shape)]
    assert found["mean"] == pytest.approx(inside.mean(), abs=0.01)
    assert (found["minimum"], found["maximum"]) == (inside.min(), inside.max())
    assert found["pixels"] == len(inside) and found["standard_deviation"] == pytest.approx(
        np.std(inside), abs=0.01
    )
    assert found["area_mm2"] == pytest.approx(math.pi * 3 * 3 / 4, abs=0.01)


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["viewer", "API"])
def test_more_measured_marks_take_no_more_queries(client, page):
    case = case_with_images(1)
    client.force_login(case.author)
    uid, ends = case.instances.get().sop_instance_uid, {"x2": 8, "y2": 5}
    address = {
        "viewer": reverse("imaging:show-series", args=[case.pk, case.series.get().pk]),
        "API": f"/api/v1/annotations/?case={case.pk}",
    }[page]

    def marks_and_queries():
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address)
        marks = answer.json()["results"] if page == "API" else answer.context["data"]["marks"]
        return [mark["measured"] for mark in marks], len(queries)

    add_mark(case, kind="line", **ends)
    marks_and_queries()  # fills the caches
    before, queries = marks_and_queries()
    for number in range(3):
        add_mark(case, kind="line", **ends)
        missing = add_mark(case, kind="ellipse", **ends)
        Annotation.objects.filter(pk=missing.pk).update(sop_instance_uid=f"{uid}.{number}")
    after, more_queries = marks_and_queries()
    assert before == [{"length_mm": 2.0}]
    assert sorted(map(len, after)) == [0, 0, 0, 1, 1, 1, 1] and after.count(before[0]) == 4
    assert more_queries == queries

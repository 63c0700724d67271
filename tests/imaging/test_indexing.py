"""The positions of the images in a series."""

import pytest

from imaging.intake.indexing import number_series
from tests.imaging.stored import case_with_images

pytestmark = pytest.mark.django_db


def test_positions_of_many_images_are_written_in_batches(monkeypatch):
    case = case_with_images(5)
    wanted = list(case.instances.order_by("position").values_list("pk", flat=True))
    case.instances.update(position=7, sha256="a" * 64)
    monkeypatch.setattr("imaging.intake.indexing.AT_A_TIME", 2)
    number_series(case)
    written = case.instances.order_by("position").values_list("pk", "position", "sha256")
    assert list(written) == [(pk, place, "a" * 64) for place, pk in enumerate(wanted)]
